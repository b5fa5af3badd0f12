package runs

import (
	"slices"
	"strings"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
)

// afterKind is a job's name without the kind of its workload, as a user names it.
func afterKind(job string) string {
	_, name, _ := strings.Cut(job, "/")
	return name
}

// Restrict leaves of the suite's plan what the run has, in its order, and takes
// its word for which jobs are points of sweeps: the choice of a run that did not
// record it is more than that.
func (s *Suite) Restrict(run *results.Run) {
	plan := *s.Plan
	sweep := map[string]bool{}
	for _, j := range run.Jobs {
		sweep[j.Name] = j.Sweep
	}
	plan.Sweeps = nil
	for _, x := range run.Sweeps {
		if slices.ContainsFunc(plan.Workloads, func(w bench.PlannedWorkload) bool { return w.Name == x.Workload }) {
			plan.Sweeps = append(plan.Sweeps, bench.PlannedSweep(x))
		}
	}
	plan.Jobs = slices.Clone(plan.Jobs)
	for i, j := range plan.Jobs {
		plan.Jobs[i].Sweep = sweep[j.Name]
	}
	plan.Cells = slices.DeleteFunc(slices.Clone(plan.Cells), func(c bench.PlannedCell) bool {
		return !slices.ContainsFunc(run.Cells, func(d results.Cell) bool { return d.Name == c.Name })
	})
	s.Plan = &plan
}
