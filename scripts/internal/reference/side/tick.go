package main

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/concbench/concbench/runners"
)

// tick is a task that ticks each millisecond beside tasks that compute: HOGS
// TICKS. It measures the 99th percentile of how late the ticks were. In the model threads they are at the mercy of the kernel, as in
// C; with a P a core instead they are 50 times as late.
func init() {
	works["tick"] = work{args: 2, tasks: func(args []int) int { return args[0] + 1 }, do: tick}
}

func tick(r *rig) error {
	hogs, ticks := r.args[0], r.args[1]
	late := make([]time.Duration, ticks)
	var stop atomic.Bool
	job := body(hogs+1, func(t runners.Task, i int) error {
		if i < hogs {
			x := 88172645463325252 + uint64(i)
			err := t.Compute(func() bool {
				x = xorshift(x)
				return !stop.Load()
			})
			sink.Add(x)
			return err
		}
		defer stop.Store(true)
		for k := range late {
			start := time.Now()
			if err := t.Sleep(time.Millisecond); err != nil {
				return err
			}
			late[k] = time.Since(start) - time.Millisecond
		}
		return nil
	})
	return r.serve(ticks, func() error {
		stop.Store(false)
		_, err := r.do(job)
		slices.Sort(late)
		r.also["p99-lag-ns"] = float64(late[ticks*99/100])
		return err
	})
}

var sink atomic.Uint64

// xorshift is about 100 µs of computing: the same loop as in tick.c.
func xorshift(x uint64) uint64 {
	for range 60_000 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}
