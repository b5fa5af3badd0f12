package io

import (
	"fmt"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// timer settles wait-overlap and, by its larger jobs, async-scales: waiting
// itself, with nothing to wait for.
type timer struct{}

func init() { workloads.Register(timer{}) }

func (timer) About() workloads.About {
	return workloads.About{
		Name:    "timer",
		Kind:    workloads.IO,
		Summary: "tasks wait a fixed time",
		Unit:    "one wait of the set time, 10 ms unless told",
		Params: []workloads.Param{
			{Name: "wait", Default: "10ms", Doc: "how long each task waits: a duration from 1us to 1m", Check: workloads.Span(time.Microsecond, time.Minute)},
		},
		// A wait lasts longer than it takes any model to start all the tasks, or
		// they would never wait all at once: 100 threads take 5 ms, 10,000 take 3 s.
		Quick: []workloads.Case{{Tasks: 20, Params: workloads.Params{"wait": "5ms"}}},
		Full: []workloads.Case{
			{Tasks: 10, Params: workloads.Params{"wait": "10ms"}},
			{Tasks: 100, Params: workloads.Params{"wait": "10ms"}},
		},
		Sweeps: []workloads.Sweep{{Over: "tasks", Cases: []workloads.Case{
			{Tasks: 10, Params: workloads.Params{"wait": "10ms"}},
			{Tasks: 100, Params: workloads.Params{"wait": "10ms"}},
			{Tasks: 1000, Params: workloads.Params{"wait": "100ms"}},
			{Tasks: 10_000, Params: workloads.Params{"wait": "1s"}},
		}}},
		Concurrent: true,
	}
}

func (timer) Needs(p workloads.Params, tasks int) runners.Needs {
	return runners.Needs{Together: workloads.Together(tasks, p.Duration("wait"))}
}

func (timer) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	wait := workloads.Params(s.Params).Duration("wait")
	body := func(t runners.Task, i int) (uint64, error) {
		start := time.Now()
		if err := t.Sleep(wait); err != nil {
			return 0, err
		}
		if waited := time.Since(start); waited < wait {
			return 0, fmt.Errorf("waited %v of %v", waited, wait)
		}
		return data.Sum(s.Seed, i), nil
	}
	work := workloads.Work{Make: func(runners.Sync) runners.Body { return body }}
	for i := range tasks {
		work.Sum += data.Sum(s.Seed, i)
	}
	return work, nil
}
