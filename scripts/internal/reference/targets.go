// Package reference holds the models against their like in C, where there is a C
// compiler, and gopool against the pools that people pick: what concbench
// calibrate measures.
//
// A comparison at a place is a block of package measure: its sides take turns,
// bound to the same CPUs, once to one CPU, once to two. Where threads meet, what
// they cost depends on where the kernel puts them more than on anything else, in
// C too.
package reference

import (
	"strconv"
	"time"

	"github.com/concbench/concbench/results"
)

// A Comparison is a row of what is calibrated.
type Comparison struct {
	Name   string
	What   string
	Op     string // of which the figures are
	Own    Side   // the model that is calibrated
	Like   []Side // what it is held against; none where targets are absolute
	Gauges []results.Gauge
	Args   []int  // of all sides
	Origin string // the workload whose server the sides talk to, "" for none
	Once   bool   // where it runs makes no difference: measured over as many CPUs as there are places for

	Jobs   int           // of a sample; 0: as many as fill one
	Cycles int           // of a round; 0: the usual number
	Guess  time.Duration // of a round, before one was measured; 0: the usual time
}

// A Side is a program that does a comparison's work: a C reference, or the Go
// side under a model.
type Side struct {
	Model string // of package runners, with its option; "" for C
	Work  string // of the Go side
	C     string // the reference's source, without its suffix
	Mode  string // the reference's last argument, if it has one
	Label string // in tables; "" for the model's name
}

// Name is what the side is called in tables.
func (s Side) Name() string {
	if s.Label != "" {
		return s.Label
	}
	return s.Model
}

// C threads, as the table calls them.
const pthreads = "C pthreads"

// Comparisons are all there are.
var Comparisons = []Comparison{
	{
		Name: "echo-eventloop", What: "eventloop echo, 100 connections × 64 B ÷ C with epoll", Op: "request",
		Own:    Side{Model: "eventloop", Work: "echo"},
		Like:   []Side{{C: "echo_epoll", Label: "C epoll"}},
		Gauges: []results.Gauge{atLeast(results.Throughput, 0.95), atMost(results.CPUPerOp, 1.15)},
		Args:   []int{100, 100}, Origin: "echo", Cycles: 4,
	},
	{
		Name: "echo-uring", What: "uring echo, 100 connections × 64 B ÷ C with io_uring", Op: "request",
		Own:    Side{Model: "uring", Work: "echo"},
		Like:   []Side{{C: "echo_uring", Label: "C io_uring"}},
		Gauges: []results.Gauge{atLeast(results.Throughput, 0.95), atMost(results.CPUPerOp, 1.15)},
		Args:   []int{100, 100}, Origin: "echo", Cycles: 4,
	},
	{
		Name: "echo-threads", What: "threads echo, 100 connections × 64 B ÷ C with a pthread each", Op: "request",
		Own:    Side{Model: "threads", Work: "echo"},
		Like:   []Side{{C: "echo_pthread", Label: pthreads}},
		Gauges: []results.Gauge{atLeast(results.Throughput, 0.90), atMost(results.CPUPerOp, 1.2)},
		Args:   []int{100, 100}, Origin: "echo", Cycles: 4,
	},
	{
		Name: "thread-join", What: "threads create + join, one at a time ÷ pthread_create + pthread_join", Op: "thread",
		Own:    Side{Model: "threads", Work: "join"},
		Like:   []Side{{C: "spawn", Mode: "join", Label: pthreads}},
		Gauges: []results.Gauge{atMost(results.PerOp, 1.3), shown(results.CPUPerOp)},
		Args:   []int{500},
	},
	{
		Name: "thread-bulk", What: "1,000 threads, started, held at a gate until all are there, let go and joined ÷ pthreads", Op: "thread",
		Own:    Side{Model: "threads", Work: "bulk"},
		Like:   []Side{{C: "spawn", Mode: "gate", Label: pthreads}},
		Gauges: []results.Gauge{atMost(results.PerOp, 2.5), shown(results.CPUPerOp)},
		Args:   []int{1000},
	},
	{
		Name: "pipe", What: "threads ping-pong over two pipes ÷ pthreads", Op: "trip",
		Own:    Side{Model: "threads", Work: "pipe"},
		Like:   []Side{{C: "handoff", Mode: "pipe", Label: pthreads}},
		Gauges: []results.Gauge{atMost(results.PerOp, 1.1), shown(results.CPUPerOp)},
		Args:   []int{2000},
	},
	{
		Name: "queue", What: "threads ping-pong over two queues ÷ pthreads and futexes", Op: "trip",
		Own:    Side{Model: "threads", Work: "queue"},
		Like:   []Side{{C: "handoff", Mode: "queue", Label: pthreads}},
		Gauges: []results.Gauge{atMost(results.PerOp, 1.3), shown(results.CPUPerOp)},
		Args:   []int{2000},
	},
	{
		Name: "process", What: "processes, one task there and back ÷ C fork and pipes", Op: "task",
		Own:    Side{Model: "processes:1", Work: "roundtrip", Label: "processes"},
		Like:   []Side{{C: "worker", Label: "C fork + pipe"}},
		Gauges: []results.Gauge{atMost(results.PerOp, 1.3), shown(results.CPUPerOp)},
		Args:   []int{500},
	},
	{
		Name: "coroutine-hot", What: "eventloop, resume + yield of a coroutine, 100 in turn", Op: "switch",
		Own:    Side{Model: "eventloop", Work: "yield"},
		Gauges: []results.Gauge{atMost(results.PerOp, 100), shown(results.CPUPerOp)},
		Args:   []int{100},
	},
	{
		Name: "coroutine-parked", What: "eventloop, resume + yield of a coroutine, 100,000 in turn", Op: "switch",
		Own:    Side{Model: "eventloop", Work: "yield"},
		Gauges: []results.Gauge{atMost(results.PerOp, 500), shown(results.CPUPerOp)},
		Args:   []int{100_000}, Guess: 4 * time.Second,
	},
	{
		Name: "dispatch", What: "gopool, 100,000 empty tasks that workers claim by number ÷ the best of ants, pond, errgroup, given a function a task", Op: "task",
		Own:    Side{Model: "gopool", Work: "spawn"},
		Like:   []Side{{Model: "ants", Work: "spawn"}, {Model: "pond", Work: "spawn"}, {Model: "errgroup", Work: "spawn"}},
		Gauges: []results.Gauge{atMost(results.PerOp, 1.0), shown(results.CPUPerOp)},
		Args:   []int{100_000}, Guess: 3 * time.Second,
	},
	{
		Name: "idle-goroutine", What: "goroutines, an idle task, 100,000 of them", Op: "task",
		Own:    Side{Model: "goroutines", Work: "idle"},
		Gauges: []results.Gauge{atMost(results.Held, 2.8*1024)},
		Args:   []int{100_000}, Once: true, Jobs: 1, Cycles: 1, Guess: 2 * time.Second,
	},
	{
		Name: "idle-coroutine", What: "eventloop, an idle task, 100,000 of them", Op: "task",
		Own:    Side{Model: "eventloop", Work: "idle"},
		Gauges: []results.Gauge{atMost(results.Held, 3.2*1024)},
		Args:   []int{100_000}, Once: true, Jobs: 1, Cycles: 1, Guess: 2 * time.Second,
	},
	{
		Name: "idle-thread", What: "threads, an idle task, 1,000 of them ÷ pthreads", Op: "task",
		Own:    Side{Model: "threads", Work: "idle"},
		Like:   []Side{{C: "idle", Label: pthreads}},
		Gauges: []results.Gauge{atMost(results.Held, 1.3)},
		Args:   []int{1000}, Once: true, Jobs: 1, Cycles: 1,
	},
	{
		Name: "tick", What: "threads, a tick of 1 ms beside 100 that compute ÷ pthreads", Op: "tick",
		Own:    Side{Model: "threads", Work: "tick"},
		Like:   []Side{{C: "tick", Label: pthreads}},
		Gauges: []results.Gauge{atMost(results.Lateness, 1.5)},
		Args:   []int{100, 250}, Jobs: 1, Cycles: 4, Guess: 8 * time.Second,
	},
}

func atLeast(q results.Quantity, target float64) results.Gauge {
	return results.Gauge{Quantity: q, Target: target, AtLeast: true}
}

func atMost(q results.Quantity, target float64) results.Gauge {
	return results.Gauge{Quantity: q, Target: target}
}

func shown(q results.Quantity) results.Gauge { return results.Gauge{Quantity: q} }

// sides are all of the comparison's, its own first.
func (c Comparison) sides() []Side { return append([]Side{c.Own}, c.Like...) }

// arguments are those that every side takes: where the origin listens and the
// seed of what is sent, if there is one, and the comparison's own.
func (c Comparison) arguments(port int, seed uint64) (args []string) {
	if c.Origin != "" {
		args = append(args, strconv.Itoa(port), strconv.FormatUint(seed, 10))
	}
	for _, n := range c.Args {
		args = append(args, strconv.Itoa(n))
	}
	return args
}

// A Place says how many CPUs all sides of a comparison are bound to.
type Place struct {
	Name string // for the command line
	Text string // for tables
	CPUs int
}

// judged is the number of CPUs that targets are set for. What is measured over
// fewer is shown without them.
const judged = 2

// Places are all there are, the smallest first.
var Places = []Place{{"one", "one CPU", 1}, {"two", "two CPUs", 2}}

// References are the names of the comparison's C programs.
func (c Comparison) References() []string {
	var names []string
	for _, s := range c.sides() {
		if s.C != "" {
			names = append(names, s.C)
		}
	}
	return names
}
