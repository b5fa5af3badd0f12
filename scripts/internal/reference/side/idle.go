package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/runners"
)

// idle is tasks that sleep: TASKS. It measures what each of them holds, in bytes:
// what the process holds more than before them, over their number.
func init() {
	works["idle"] = work{args: 1, tasks: func(args []int) int { return args[0] }, do: idle}
}

func idle(r *rig) error {
	if _, err := footprint(); err != nil { // what reading takes is none of the tasks'
		return err
	}
	return r.serve(r.args[0], r.sleepers)
}

// sleepers is done once a process: the job cannot be cancelled, as in a run, for
// that would add to what a task holds. It ends with the process.
func (r *rig) sleepers() error {
	if r.busy {
		return errors.New("a process measures one job")
	}
	r.busy = true
	tasks := r.args[0]
	var started atomic.Int64
	job := body(tasks, func(t runners.Task, _ int) error {
		started.Add(1)
		return t.Sleep(time.Hour)
	})
	debug.FreeOSMemory()
	before, err := footprint()
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		_, err := r.runner.Run(context.Background(), job)
		ended <- fmt.Errorf("the sleepers ended by themselves: %v", err)
	}()
	for started.Load() < int64(tasks) {
		select {
		case err := <-ended:
			return err
		case <-time.After(time.Millisecond):
		}
	}
	held, err := settled()
	r.also["held-B/op"] = (held - before) / float64(tasks)
	return err
}

// settled is the footprint once it no longer grows: a task that has started is
// not asleep yet.
func settled() (float64, error) {
	most, err := footprint()
	for still := 0; err == nil && still < 3; still++ {
		time.Sleep(10 * time.Millisecond)
		var f float64
		if f, err = footprint(); f > 1.001*most {
			most, still = f, -1
		}
	}
	return most, err
}

func footprint() (float64, error) {
	f, err := meter.Footprint(os.Getpid())
	return float64(f), err
}
