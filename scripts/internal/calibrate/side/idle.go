package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/runners"
)

// idle is tasks that sleep: TASKS. Its value is what each of them holds, in
// bytes: what the process holds more than before them, over their number.
func init() {
	works["idle"] = work{args: 1, tasks: func(args []int) int { return args[0] }, report: idle}
}

func idle(r *rig) (got reading, err error) {
	got.Ops = r.args[0]
	var started atomic.Int64
	job := body(got.Ops, func(t runners.Task, _ int) error {
		started.Add(1)
		return t.Sleep(time.Hour)
	})
	if _, err := footprint(); err != nil { // what reading takes is none of the tasks'
		return got, err
	}
	debug.FreeOSMemory()
	before, err := footprint()
	if err != nil {
		return got, err
	}
	usedBefore, err := r.used()
	if err != nil {
		return got, err
	}
	begin := time.Now()
	ended := make(chan error, 1)
	// The job cannot be cancelled, as in a run: that would add to what a task
	// holds. It ends with the process.
	r.busy = true
	go func() {
		_, err := r.runner.Run(context.Background(), job)
		ended <- fmt.Errorf("the sleepers ended by themselves: %v", err)
	}()
	for started.Load() < int64(got.Ops) {
		select {
		case err := <-ended:
			return got, err
		case <-time.After(time.Millisecond):
		}
	}
	held, err := settled()
	if err != nil {
		return got, err
	}
	got.Wall = time.Since(begin)
	got.Value = (held - before) / float64(got.Ops)
	usedAfter, err := r.used()
	got.CPU = usedAfter - usedBefore
	return got, err
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
