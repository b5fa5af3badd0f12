package main

import (
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// roundtrip is jobs of one task that does nothing, one after the other: TRIPS.
// The task may run in another process, which makes its body from the Spec.
func init() {
	workloads.Register(trivial{})
	works["roundtrip"] = work{args: 1, tasks: func([]int) int { return 1 }, do: roundtrip}
}

type trivial struct{}

func (trivial) About() workloads.About {
	return workloads.About{Name: "trivial", Kind: workloads.Cost, Summary: "tasks do nothing", Unit: "nothing",
		Quick: []workloads.Case{{Tasks: 1}}}
}

func (trivial) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }

func (trivial) Prepare(_ runners.Spec, tasks int) (workloads.Work, error) {
	return workloads.Work{Make: body(tasks, nothing).Make, Sum: uint64(tasks)}, nil
}

func roundtrip(r *rig) error {
	trips := r.args[0]
	spec := runners.Spec{Workload: "trivial", Params: map[string]string{}, Seed: 1}
	w, err := trivial{}.Prepare(spec, 1)
	if err != nil {
		return err
	}
	job := runners.Job{Spec: spec, Tasks: 1, Make: w.Make}
	return r.measure(trips, func() error {
		for range trips {
			if _, err := r.do(job); err != nil {
				return err
			}
		}
		return nil
	})
}
