// Package workloads holds what is done: the Workload interface, its registry,
// and below it one file a workload (io, cpu, mixed, cost).
//
// A workload is a Body in direct style that every model runs unchanged. It
// makes its data from a fixed seed, knows the checksum that its tasks must
// produce, and states its unit of work. The package knows no model.
package workloads

import (
	"context"
	"net"

	"github.com/concbench/concbench/runners"
)

// A Kind is what a workload spends its time on.
type Kind string

const (
	IO    Kind = "IO"    // waiting
	CPU   Kind = "CPU"   // computing
	Mixed Kind = "Mixed" // both
	Cost  Kind = "Cost"  // the model itself: nothing but starting, handing over, sitting idle
)

// A Workload is what tasks do. It may also be a Server.
type Workload interface {
	About() About

	// Needs says what a job with these parameters asks of a model.
	Needs(p Params, tasks int) runners.Needs

	// Prepare makes the data of a job, outside any measurement: the same Spec
	// gives the same data. s.Params holds every parameter that About names.
	Prepare(s runners.Spec, tasks int) (Work, error)
}

// About describes a workload.
type About struct {
	Name    string
	Kind    Kind
	Summary string // what the tasks do, in one line
	Unit    string // of work: what one task is
	Params  []Param

	// Quick and Full are the jobs of the two profiles. Quick's are chosen so
	// that an op takes 5 to 15 ms under the fastest models on two cores: models
	// take turns, and the longer a turn, the more of the machine's ups and downs
	// come between two of them. Without any, the workload is not in the quick
	// profile, which has to find its verdicts within minutes; without Full's, it
	// has Quick's in both.
	Quick, Full []Case

	// Sweeps are more jobs of the full profile, each a series in which something
	// grows. They get few rounds, and are judged by their slope or knee.
	Sweeps []Sweep

	// Small are parameters with which a few tasks are done within some 100 ms
	// under any model, for tests; nil: those of the profiles will do.
	Small Params

	// Allocates says that the tasks allocate so much that the pace of garbage
	// collection matters. The full profile then has the models' controls too.
	Allocates bool

	// Concurrent says that waiting together is the point of the workload. The
	// measurement fails where at least a quarter of the tasks that the model can have
	// in flight are not seen so at once; a quarter, since the first may end before
	// the last has begun where beginning is dear.
	Concurrent bool
}

// Usual is the workload's first case, which stands for it where the profile
// has none.
func (a About) Usual() Case {
	switch {
	case len(a.Quick) > 0:
		return a.Quick[0]
	case len(a.Full) > 0:
		return a.Full[0]
	}
	return a.Sweeps[0].Cases[0]
}

// A Sweep is a series of jobs. One that is also among the Full ones is measured
// as those are.
type Sweep struct {
	Over  string // what grows, in words: "tasks", "share of computing"
	Cases []Case // in order

	// Divided says that all jobs are the same work, divided among more and more
	// tasks: where the time is least is then worth telling.
	Divided bool
}

// A Case is a job of a profile: so many tasks, with the parameters that the
// benchmark's name is to show. Others have their defaults.
type Case struct {
	Tasks  int
	Params Params
}

// Work is a prepared job.
type Work struct {
	// Make makes the body of the tasks; it is called once an op.
	Make func(runners.Sync) runners.Body

	// Sum is what the checksums of all tasks add up to, modulo 2^64.
	Sum uint64

	// Failed is how many tasks are to fail: as many as the job makes fail. Their
	// sums do not count.
	Failed int

	// Before, if not nil, runs before each op, outside the measurement.
	Before func() error

	// Context, if not nil, makes the context of each op, which the workload may
	// end: then the op's error is no failure where it is the context's cause.
	Context func() context.Context

	// Observe, if not nil, is called after each op, outside the measurement, with
	// what became of it, and adds what the workload measured itself. An error
	// fails the benchmark.
	Observe func(runners.Outcome, *Observed) error

	// WarmUps is how many ops are not measured, at least; 1 where it is less.
	WarmUps int

	// Data is what Spec.Data is to be from now on: where Prepare has put what
	// must not be made again, such as files. Prepare is called once more with it
	// in each worker process, and then uses what is there.
	Data string

	// Close, if not nil, gives back what Prepare took.
	Close func() error
}

// A Server is a workload whose tasks talk to the origin, a process of its own
// in which Serve runs.
type Server interface {
	Workload

	// Serve serves any number of jobs at once, until l is closed.
	Serve(l net.Listener) error

	// Usage tells in a few lines how another client can use the server.
	Usage(address string) string
}
