// Side is the Go side of a comparison of concbench calibrate: it does one piece
// of work under one model and prints a line of JSON, as the references in C do.
//
//	side WORK MODEL SPAN [PORT SEED] ARGUMENT…
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	_ "github.com/concbench/concbench/workloads/io"
)

// A work is what a side does. It prepares itself from the arguments, and says
// how many threads the model will have at once.
type work struct {
	args   int // how many it takes
	tasks  func(args []int) int
	report func(r *rig) (reading, error)
}

// works are all there are, by name.
var works = map[string]work{}

// A reading is what was measured.
type reading struct {
	Ops   int           `json:"ops"`
	Wall  time.Duration `json:"wall_ns"`
	CPU   time.Duration `json:"cpu_ns"`
	Value float64       `json:"value,omitempty"`
	Sum   string        `json:"sum,omitempty"`
}

// A rig is the model, set up for the work.
type rig struct {
	runner runners.Runner
	span   time.Duration // to measure, at least
	args   []int
	busy   bool // a job goes on until the process ends
}

func main() {
	workloads.ServeWorker()
	// Whatever became of who started it.
	time.AfterFunc(2*time.Minute, func() { os.Exit(1) })
	r, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(r)
}

func run(args []string) (reading, error) {
	if len(args) < 3 {
		return reading{}, fmt.Errorf("side WORK MODEL SPAN [PORT SEED] ARGUMENT…")
	}
	w, ok := works[args[0]]
	if !ok {
		return reading{}, fmt.Errorf("no such work: %s", args[0])
	}
	var numbers []int
	for _, arg := range args[2:] {
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 {
			return reading{}, fmt.Errorf("argument %q: want a number, 1 or more", arg)
		}
		numbers = append(numbers, n)
	}
	if len(numbers) != 1+w.args {
		return reading{}, fmt.Errorf("%s takes a span and %d arguments", args[0], w.args)
	}
	m, config, err := runners.Lookup(args[1], bench.Cores())
	if err != nil {
		return reading{}, err
	}
	if m.Unsupported != nil {
		if err := m.Unsupported(); err != nil {
			return reading{}, err
		}
	}
	procs := config.Cores // as package bench has it
	if m.Procs != nil {
		procs = m.Procs(config, w.tasks(numbers[1:]))
	}
	runtime.GOMAXPROCS(procs)
	r := &rig{span: time.Duration(numbers[0]), args: numbers[1:]}
	if r.runner, err = m.New(config); err != nil {
		return reading{}, err
	}
	got, err := w.report(r)
	if r.busy {
		return got, err
	}
	if closed := r.runner.Close(); err == nil {
		err = closed
	}
	return got, err
}

// do runs a job, which is not to fail.
func (r *rig) do(job runners.Job) (runners.Outcome, error) {
	o, err := r.runner.Run(context.Background(), job)
	switch {
	case err != nil:
		return o, err
	case o.Err != nil:
		return o, o.Err
	case o.Done != job.Tasks:
		return o, fmt.Errorf("%d of %d tasks done", o.Done, job.Tasks)
	}
	return o, nil
}

// repeat does a job once to warm up, then until the span is over. Each job is
// so many operations.
func (r *rig) repeat(ops int, job func() error) (reading, error) {
	if err := job(); err != nil {
		return reading{}, err
	}
	var got reading
	before, err := r.used()
	if err != nil {
		return got, err
	}
	for begin := time.Now(); got.Wall < r.span; got.Wall = time.Since(begin) {
		if err := job(); err != nil {
			return got, err
		}
		got.Ops += ops
	}
	after, err := r.used()
	got.CPU = after - before
	return got, err
}

// body makes a job of tasks that all do the same.
func body(tasks int, do func(t runners.Task, i int) error) runners.Job {
	return runners.Job{Tasks: tasks, Make: func(runners.Sync) runners.Body {
		return func(t runners.Task, i int) (uint64, error) { return 1, do(t, i) }
	}}
}
