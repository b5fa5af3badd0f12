// Package cost holds the workloads that do nothing: what they cost is the
// model's own.
package cost

import (
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// spawn settles spawn-cost and switch-cost: what it takes to begin and end a
// task.
type spawn struct{}

func init() { workloads.Register(spawn{}) }

func (spawn) About() workloads.About {
	return workloads.About{
		Name:    "spawn",
		Kind:    workloads.Cost,
		Summary: "tasks do nothing",
		Unit:    "one task begun, ended and waited for",
		Full:    []workloads.Case{{Tasks: 1000}},
		Sweeps:  []workloads.Sweep{{Over: "tasks", Cases: []workloads.Case{{Tasks: 10}, {Tasks: 100}, {Tasks: 1000}, {Tasks: 10_000}}}},
	}
}

func (spawn) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }

func (spawn) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	body := func(_ runners.Task, i int) (uint64, error) { return data.Sum(s.Seed, i), nil }
	work := workloads.Work{Make: func(runners.Sync) runners.Body { return body }}
	for i := range tasks {
		work.Sum += data.Sum(s.Seed, i)
	}
	return work, nil
}
