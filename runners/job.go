package runners

import (
	"context"
	"slices"
	"time"

	"github.com/concbench/concbench/runners/usage"
)

// A Body is what each task does. It returns a checksum of what the task
// produced. i is the task's number, from 0.
type Body func(t Task, i int) (sum uint64, err error)

// A Spec is enough to rebuild a Body in another process.
type Spec struct {
	Workload string
	Params   map[string]string // every parameter of the workload
	Seed     uint64
	Origin   string // host:port of the server that the workload talks to, if it has one

	// Data is where the workload has put what is not to be made again in each
	// process, such as files; "" where there is no such thing.
	Data string
}

// A Job is a workload with its parameters and its number of tasks. Make is
// called once a Run, before any task starts; where worker processes run the
// tasks, what ServeWorker was given makes the body from the Spec instead, in each
// of them.
type Job struct {
	Spec  Spec
	Tasks int
	Make  func(Sync) Body
}

// A Sample is one task's times, since the job's release, and its checksum.
// End is 0 where the task failed.
type Sample struct {
	Start, End time.Duration
	Sum        uint64
}

// An Outcome is what became of a job.
//
// Note: it held latency histograms at first. Filling them cost more than all
// else that is done for a task, inside the time being measured; so it holds the
// samples, and who measures makes histograms of them afterwards.
type Outcome struct {
	Done    int      // tasks whose body returned without an error
	Failed  int      // all others: error, panic, death of the worker, never started
	Sum     uint64   // of the checksums of the tasks done, added modulo 2^64
	Err     error    // the failure of the failed task with the lowest number
	Samples []Sample // by the task's number
	Threads int      // peak number of kernel threads that the model made, where it counts them; else 0
}

// InFlight returns the peak number of tasks started and not yet ended, failed
// ones left out.
func (o Outcome) InFlight() int {
	starts, ends := make([]time.Duration, 0, o.Done), make([]time.Duration, 0, o.Done)
	for _, s := range o.Samples {
		if s.End > 0 {
			starts, ends = append(starts, s.Start), append(ends, s.End)
		}
	}
	slices.Sort(starts)
	slices.Sort(ends)
	peak, ended := 0, 0
	for started, at := range starts {
		for ended < len(ends) && ends[ended] <= at {
			ended++
		}
		peak = max(peak, started+1-ended)
	}
	return peak
}

// A Runner runs jobs under one model. Pools, loops and workers live from one
// Run to the next; a thread (goroutine, coroutine) per task is made inside it.
type Runner interface {
	// Run runs every task of the job once and returns when all have ended. What
	// goes wrong in a task is counted in the Outcome; the error is about the job
	// as a whole, and wraps the context's cause when the job was cancelled.
	// One Run at a time.
	Run(ctx context.Context, job Job) (Outcome, error)

	// Close ends the Runner's workers and returns when they are gone.
	Close() error
}

// A Parent is a Runner whose tasks run in processes of its own. Like Run, its
// methods are called one at a time.
type Parent interface {
	Runner

	// PIDs returns the ids of its processes; one that dies in a Run is replaced.
	PIDs() []int

	// Usage returns what they have used so far, those that have died included.
	//
	// Note: it is asked for, and not sent with each result: to read it takes a
	// ninth of a task's way there and back over two pipes.
	Usage() (usage.Usage, error)
}
