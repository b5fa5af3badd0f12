package main

import (
	"fmt"
	"sync/atomic"

	"github.com/concbench/concbench/runners"
)

// spawn is a job of tasks that do nothing: TASKS. bulk is the same with a gate,
// so that none ends before all are there. join is a task that starts so many
// children that do nothing, and waits for each before the next: CHILDREN.
func init() {
	works["spawn"] = work{args: 1, tasks: func(args []int) int { return args[0] }, do: spawn}
	works["bulk"] = work{args: 1, tasks: func(args []int) int { return args[0] }, do: bulk}
	works["join"] = work{args: 1, tasks: func([]int) int { return 2 }, do: join}
}

func nothing(runners.Task, int) error { return nil }

func spawn(r *rig) error {
	tasks := r.args[0]
	job := body(tasks, nothing)
	return r.measure(tasks, func() error { _, err := r.do(job); return err })
}

// bulk's gate is a queue of the model's without bound, on which all tasks but
// the last wait, and into which the last puts a value for each. The reference
// has the same queue over futexes: a mutex to enter, a futex of one's own to
// wait at, a wake-up for each. The model's mutex would let the tasks go one by
// one, each woken by the one before, and none of them could hold it for all.
func bulk(r *rig) error {
	tasks := r.args[0]
	var came, alive, peak atomic.Int64
	job := runners.Job{Tasks: tasks, Make: func(s runners.Sync) runners.Body {
		gate := s.NewQueue(0)
		return func(t runners.Task, _ int) (uint64, error) {
			now := alive.Add(1)
			defer alive.Add(-1)
			for most := peak.Load(); now > most && !peak.CompareAndSwap(most, now); {
				most = peak.Load()
			}
			if came.Add(1) < int64(tasks) {
				_, err := gate.Get(t)
				return 1, err
			}
			for range tasks - 1 {
				if err := gate.Put(t, nil); err != nil {
					return 0, err
				}
			}
			return 1, nil
		}
	}}
	r.proves(uint64(tasks))
	return r.measure(tasks, func() error {
		came.Store(0)
		peak.Store(0)
		o, err := r.do(job)
		switch {
		case err != nil:
			return err
		case peak.Load() != int64(tasks), o.Threads > 0 && o.Threads < tasks:
			return fmt.Errorf("%d tasks on %d threads at once, not %d", peak.Load(), o.Threads, tasks)
		}
		return nil
	})
}

func join(r *rig) error {
	children := r.args[0] // beside which the job's own task costs little
	job := body(1, func(t runners.Task, _ int) error {
		for range children {
			t.Go(func(runners.Task) error { return nil })
			if err := t.Wait(); err != nil {
				return err
			}
		}
		return nil
	})
	return r.measure(children, func() error { _, err := r.do(job); return err })
}
