package main

import "github.com/concbench/concbench/runners"

// yield is tasks that let each other run, in turn, for a while: TASKS. It
// measures from when each has been resumed once.
func init() {
	works["yield"] = work{args: 1, tasks: func(args []int) int { return args[0] }, do: yield}
}

func yield(r *rig) error {
	tasks := r.args[0]
	turns := max(1, 10_000/tasks) // of a sample's job
	// One thread runs all tasks: nothing here is shared between two, and while the
	// first waits for a token, none of them runs.
	over := false
	_, err := r.do(body(tasks, func(t runners.Task, i int) error {
		if i != 0 {
			for !over {
				if err := t.Yield(); err != nil {
					return err
				}
			}
			return nil
		}
		defer func() { over = true }()
		if err := t.Yield(); err != nil {
			return err
		}
		return r.serve(turns*tasks, func() error {
			for range turns {
				if err := t.Yield(); err != nil {
					return err
				}
			}
			return nil
		})
	}))
	return err
}
