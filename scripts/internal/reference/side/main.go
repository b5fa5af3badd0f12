// Side is the Go side of a comparison of concbench calibrate: it does one piece
// of work under one model, a sample whenever it is its turn, as the references
// in C do. Package gate has the protocol.
//
//	side WORK MODEL [PORT SEED] ARGUMENT…
//
// Started by hand, it reads tokens ("run 10", "end") from its standard input.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	_ "github.com/concbench/concbench/workloads/io"
)

// A work is what a side does. It prepares itself from the arguments, and says
// how many threads the model will have at once.
type work struct {
	args  int // how many it takes
	tasks func(args []int) int
	do    func(r *rig) error
}

// works are all there are, by name.
var works = map[string]work{}

// A rig is the model, set up for the work, at the gate.
type rig struct {
	arm    *gate.Arm
	name   string
	runner runners.Runner
	args   []int
	also   map[string]float64 // what the last job measured beside its time, by unit
	busy   bool               // a job goes on until the process ends
}

func main() {
	workloads.ServeWorker()
	if os.Getenv(gate.Env) == "" {
		os.Setenv(gate.Env, "0,1")
	}
	arm, err := gate.Inherited()
	if err == nil {
		if err = run(arm, os.Args[1:]); err != nil {
			arm.Fail(err)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arm *gate.Arm, args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("side WORK MODEL [PORT SEED] ARGUMENT…")
	}
	w, ok := works[args[0]]
	if !ok {
		return fmt.Errorf("no such work: %s", args[0])
	}
	var numbers []int
	for _, arg := range args[2:] {
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 {
			return fmt.Errorf("argument %q: want a number, 1 or more", arg)
		}
		numbers = append(numbers, n)
	}
	if len(numbers) != w.args {
		return fmt.Errorf("%s takes %d arguments", args[0], w.args)
	}
	m, config, err := runners.Lookup(args[1], bench.Cores())
	if err != nil {
		return err
	}
	if m.Unsupported != nil {
		if err := m.Unsupported(); err != nil {
			return arm.Skip(err)
		}
	}
	procs := config.Cores // as package bench has it
	if m.Procs != nil {
		procs = m.Procs(config, w.tasks(numbers))
	}
	runtime.GOMAXPROCS(procs)
	r := &rig{arm: arm, name: args[0], args: numbers, also: map[string]float64{}}
	if r.runner, err = m.New(config); err != nil {
		return err
	}
	err = w.do(r)
	if r.busy {
		return err
	}
	if closed := r.runner.Close(); err == nil {
		err = closed
	}
	return err
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

// measure does a job to warm up, and serves.
func (r *rig) measure(ops int, job func() error) error {
	if err := job(); err != nil {
		return err
	}
	return r.serve(ops, job)
}

// serve answers each token with a sample of as many jobs. A job is so many
// operations.
func (r *rig) serve(ops int, job func() error) error {
	_, err := r.settle()
	if err == nil {
		err = r.arm.Ready(r.name)
	}
	for n := 0; err == nil; {
		if n = r.arm.Wait(); n == 0 {
			return nil
		}
		var s record.Sample
		if s, err = r.sample(n, ops, job); err == nil {
			err = r.arm.Sample(s)
		}
	}
	return err
}

func (r *rig) sample(n, ops int, job func() error) (record.Sample, error) {
	s := record.Sample{N: n}
	before, err := r.used()
	if err != nil {
		return s, err
	}
	begin := time.Now()
	for range n {
		if err := job(); err != nil {
			return s, err
		}
	}
	s.Timed = time.Since(begin)
	after, err := r.settle()
	s.Values = maps.Clone(r.also)
	s.Values["ns/op"] = float64(s.Timed) / float64(n*ops)
	s.Values["cpu-ns/op"] = float64(after-before) / float64(n*ops)
	return s, err
}

// proves notes the checksum of a job's work, as a number that a float64 holds
// exactly.
func (r *rig) proves(sum uint64) { r.also["checksum"] = float64(sum & (1<<53 - 1)) }

// body makes a job of tasks that all do the same.
func body(tasks int, do func(t runners.Task, i int) error) runners.Job {
	return runners.Job{Tasks: tasks, Make: func(runners.Sync) runners.Body {
		return func(t runners.Task, i int) (uint64, error) { return 1, do(t, i) }
	}}
}
