package runnertest

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var timeChecks = []check{
	{promise: "a sleep lasts as long as it was asked to", run: sleepLasts},
	{promise: "no sleep at all returns", run: noSleep},
	{promise: "sleeps overlap", needs: runners.Needs{Together: 2}, run: sleepsOverlap},
	{promise: "a task that yields lets others run", needs: runners.Needs{Together: 2}, run: yieldLetsRun},
	{promise: "a task that yields lets others do I/O", needs: runners.Needs{Together: 2}, run: yieldLetsWait},
}

func sleepLasts(r *rig) {
	r.one(func(t runners.Task) error {
		for _, d := range []time.Duration{time.Microsecond, 1100 * time.Microsecond, 3 * time.Millisecond} {
			began := time.Now()
			if err := t.Sleep(d); err != nil {
				return err
			}
			if took := time.Since(began); took < d {
				return fmt.Errorf("slept %v of %v", took, d)
			}
		}
		return nil
	})
}

func noSleep(r *rig) {
	r.one(func(t runners.Task) error {
		if err := t.Sleep(0); err != nil {
			return err
		}
		return t.Sleep(-time.Second)
	})
}

func sleepsOverlap(r *rig) {
	tasks := r.together(12)
	var took, limit time.Duration
	// On a busy machine it may take long to start them all: the longer each
	// sleeps, the less does that count.
	for _, nap := range []time.Duration{20 * time.Millisecond, 80 * time.Millisecond, 320 * time.Millisecond} {
		limit = time.Duration(tasks) * nap * 3 / 4 // one after another they take tasks × nap, at least
		began := time.Now()
		r.pass(tasks, alone(func(t runners.Task, _ int) error { return t.Sleep(nap) }))
		if took = time.Since(began); took <= limit {
			return
		}
	}
	require.LessOrEqual(r, took, limit, "sleeping together")
}

func yieldLetsRun(r *rig) {
	tasks := r.together(10)
	var turns atomic.Int32
	r.pass(tasks, alone(func(t runners.Task, _ int) error {
		turns.Add(1)
		for int(turns.Load()) < tasks { // until all have had a turn
			if err := t.Yield(); err != nil {
				return err
			}
		}
		return nil
	}))
}

func yieldLetsWait(r *rig) {
	address := serve(r.T, echo)
	var done atomic.Bool
	r.two(
		func(t runners.Task, _ runners.Queue) error {
			for !done.Load() {
				if err := t.Yield(); err != nil {
					return err
				}
			}
			return nil
		},
		func(t runners.Task, _ runners.Queue) error {
			defer done.Store(true)
			if err := t.Sleep(time.Millisecond); err != nil {
				return err
			}
			c, err := t.Dial("tcp", address)
			if err != nil {
				return err
			}
			defer c.Close()
			return trip(c, []byte("hello"))
		})
}
