package main

import "github.com/concbench/concbench/runners"

// spawn is a job of tasks that do nothing: TASKS. join is a task that starts
// children that do nothing, and waits for each before the next: 1, as for the
// reference in C, where it is how many are made at a time.
func init() {
	works["spawn"] = work{args: 1, tasks: func(args []int) int { return args[0] }, report: spawn}
	works["join"] = work{args: 1, tasks: func([]int) int { return 2 }, report: join}
}

func nothing(runners.Task, int) error { return nil }

func spawn(r *rig) (reading, error) {
	tasks := r.args[0]
	job := body(tasks, nothing)
	return r.repeat(tasks, func() error { _, err := r.do(job); return err })
}

func join(r *rig) (reading, error) {
	const children = 500 // of a job, which costs little beside them
	job := body(1, func(t runners.Task, _ int) error {
		for range children {
			t.Go(func(runners.Task) error { return nil })
			if err := t.Wait(); err != nil {
				return err
			}
		}
		return nil
	})
	return r.repeat(children, func() error { _, err := r.do(job); return err })
}
