package main

import (
	"time"

	"github.com/concbench/concbench/runners"
)

// yield is tasks that let each other run, in turn, for a while: TASKS. It
// measures from when each has been resumed once.
func init() {
	works["yield"] = work{args: 1, tasks: func(args []int) int { return args[0] }, report: yield}
}

func yield(r *rig) (got reading, err error) {
	tasks := r.args[0]
	look := max(1, 10_000/tasks) // at the clock, once in so many turns
	// One thread runs all tasks: nothing here is shared between two.
	over := false
	_, err = r.do(body(tasks, func(t runners.Task, i int) error {
		if err := t.Yield(); err != nil {
			return err
		}
		if i != 0 {
			for !over {
				if err := t.Yield(); err != nil {
					return err
				}
			}
			return nil
		}
		before, err := r.used()
		if err != nil {
			return err
		}
		begin := time.Now()
		for !over {
			for range look {
				if err := t.Yield(); err != nil {
					return err
				}
			}
			got.Ops += look * tasks
			got.Wall = time.Since(begin)
			over = got.Wall >= r.span
		}
		after, err := r.used()
		got.CPU = after - before
		return err
	}))
	return got, err
}
