package workloads

import (
	"fmt"
	"slices"
	"strings"

	"github.com/concbench/concbench/runners"
)

var workloads []Workload

// Register makes a workload known. It panics when the name is taken or the
// description is not sound: both are mistakes in the program.
func Register(w Workload) {
	a := w.About()
	if err := a.check(); err != nil {
		panic("workloads: " + err.Error())
	}
	at, taken := slices.BinarySearchFunc(workloads, a.Name, func(w Workload, name string) int { return strings.Compare(w.About().Name, name) })
	if taken {
		panic("workloads: " + a.Name + " registered twice")
	}
	workloads = slices.Insert(workloads, at, w)
}

// All returns all workloads, in order of name.
func All() []Workload { return slices.Clone(workloads) }

// Lookup finds a workload by name. The error names those there are and the
// nearest.
func Lookup(name string) (Workload, error) {
	names := make([]string, len(workloads))
	for i, w := range workloads {
		if names[i] = w.About().Name; names[i] == name {
			return w, nil
		}
	}
	return nil, runners.Unknown("workload", name, names)
}

func (a About) check() error {
	switch {
	case a.Name == "" || strings.ContainsAny(a.Name, "/:=- \t"):
		return fmt.Errorf("workload name %q", a.Name)
	case !slices.Contains([]Kind{IO, CPU, Mixed, Cost}, a.Kind):
		return fmt.Errorf("%s: kind %q", a.Name, a.Kind)
	case a.Summary == "" || a.Unit == "" || len(a.Quick)+len(a.Full)+len(a.Sweeps) == 0:
		return fmt.Errorf("%s lacks Summary, Unit or cases", a.Name)
	}
	for i, p := range a.Params {
		switch {
		case p.Name == "" || strings.ContainsAny(p.Name, "/:=- \t"):
			return fmt.Errorf("%s: parameter name %q", a.Name, p.Name)
		case slices.Contains([]string{"workload", "tasks", "model", "place"}, p.Name):
			return fmt.Errorf("%s: the parameter name %s is taken", a.Name, p.Name)
		case slices.ContainsFunc(a.Params[:i], func(q Param) bool { return q.Name == p.Name }):
			return fmt.Errorf("%s: two parameters are named %s", a.Name, p.Name)
		case p.Doc == "":
			return fmt.Errorf("%s: parameter %s lacks Doc", a.Name, p.Name)
		}
		if _, err := a.Fill(Params{p.Name: p.Default}); err != nil {
			return fmt.Errorf("default: %w", err)
		}
	}
	cases := slices.Concat(a.Quick, a.Full)
	for _, sweep := range a.Sweeps {
		if sweep.Over == "" || len(sweep.Cases) < 2 {
			return fmt.Errorf("%s: a sweep over %q with %d cases", a.Name, sweep.Over, len(sweep.Cases))
		}
		cases = append(cases, sweep.Cases...)
	}
	if _, err := a.Fill(a.Small); err != nil {
		return fmt.Errorf("small: %w", err)
	}
	for _, c := range cases {
		if c.Tasks < 1 {
			return fmt.Errorf("%s: a case of %d tasks", a.Name, c.Tasks)
		}
		if _, err := a.Fill(c.Params); err != nil {
			return fmt.Errorf("case: %w", err)
		}
	}
	return nil
}
