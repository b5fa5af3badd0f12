package bench

import (
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// A Profile is a choice of jobs and models.
type Profile string

const (
	Quick Profile = "quick" // a telling subset, minutes
	Full  Profile = "full"  // all models, and all jobs that the claims need
)

// ParseProfile reads "quick" or "full".
func ParseProfile(s string) (Profile, error) {
	if p := Profile(s); p == Quick || p == Full {
		return p, nil
	}
	return "", runners.Unknown("profile", s, []string{string(Quick), string(Full)})
}

// Models returns the names of the models in the profile, in order.
func (p Profile) Models() []string {
	var names []string
	for _, m := range runners.Models() {
		if m.Quick || p == Full {
			names = append(names, m.Name)
		}
	}
	return names
}

// Controls returns the models that the profile adds for work that allocates.
func (p Profile) Controls() []string {
	var values []string
	for _, m := range runners.Models() {
		if m.Control != "" && p == Full {
			values = append(values, m.Name+":"+m.Control)
		}
	}
	return values
}

// Jobs returns a workload's jobs in the profile, placed as asked: those of its
// sweeps at the end.
func (p Profile) Jobs(w workloads.Workload, place Place) []Job {
	a := w.About()
	cases := a.Quick
	if p == Full && len(a.Full) > 0 {
		cases = a.Full
	}
	var jobs []Job
	names := map[string]bool{}
	add := func(c workloads.Case, sweep bool) {
		j := Job{a.Name, c.Tasks, c.Params, place.On(w), sweep}
		if !names[j.Name()] {
			names[j.Name()] = true
			jobs = append(jobs, j)
		}
	}
	for _, c := range cases {
		add(c, false)
	}
	if p == Full {
		for _, sweep := range a.Sweeps {
			for _, c := range sweep.Cases {
				add(c, true)
			}
		}
	}
	return jobs
}
