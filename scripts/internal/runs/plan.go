// Package runs plans a run: which cells and benchmarks there are to be measured,
// in which blocks, and, while it is measured, what of them is still open.
package runs

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/concbench/concbench/results"
)

// A Plan is what is to be measured.
type Plan struct {
	Options
	Suites      []*Suite
	Plains      []*Plain
	Jobs        []results.Job // of suites
	Sweeps      []results.Sweep
	Cells       []results.Cell // job by job, with those that are not runnable
	NotMeasured []results.LeftOut
	empty       []string // packages none of whose benchmarks was asked for
	models      []results.Model
	workloads   []results.Workload
}

// NewPlan checks what is asked and joins the plans of the suites.
func NewPlan(o Options, suites ...*Suite) (*Plan, error) { return Join(o, suites, nil) }

// Join checks what is asked and joins the plans of the suites and the benchmarks
// of packages that were looked at.
func Join(o Options, suites []*Suite, plains []*Plain) (*Plan, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if len(suites)+len(plains) == 0 {
		return nil, ErrNoMain
	}
	if err := missing(slices.Concat(o.Models, o.Workloads), suites); err != nil {
		return nil, err
	}
	// The order is that of a run that is gone on with.
	slices.SortFunc(plains, func(a, b *Plain) int { return strings.Compare(a.Path, b.Path) })
	p := &Plan{Options: o}
	p.Suites = suites
	from := map[string]*Suite{} // by job
	for _, s := range suites {
		for _, j := range s.Plan.Jobs {
			if other := from[j.Name]; other != nil {
				return nil, fmt.Errorf("%s is in package %s and in package %s: give the workload another name in one of them, or run them apart", j.Name, other.Package, s.Package)
			}
			from[j.Name] = s
		}
		p.join(s)
	}
	if len(suites) > 0 && len(p.Cells) == 0 {
		return nil, fmt.Errorf("there is nothing to measure: no workload has a job in the profile %s", o.Profile)
	}
	return p, p.joinPlain(plains)
}

// missing is the error about a name that no suite knows.
func missing(names []string, suites []*Suite) error {
	for _, name := range names {
		var why []string
		for _, s := range suites {
			for _, m := range s.Plan.Missing {
				if m.Name == name {
					why = append(why, m.Why)
				}
			}
		}
		if len(suites) > 0 && len(why) == len(suites) {
			slices.Sort(why)
			return errors.New(strings.Join(slices.Compact(why), "\n"))
		}
	}
	return nil
}

// join adds the plan of a suite.
func (p *Plan) join(s *Suite) {
	for _, j := range s.Plan.Jobs {
		job := results.Job{Name: j.Name, Sweep: j.Sweep, Paced: j.Paced}
		for _, f := range j.Figures {
			job.Figures = append(job.Figures, results.OwnFigure(f))
		}
		p.Jobs = append(p.Jobs, job)
	}
	for _, x := range s.Plan.Sweeps {
		p.Sweeps = append(p.Sweeps, results.Sweep(x))
	}
	for _, c := range s.Plan.Cells {
		p.Cells = append(p.Cells, results.Cell{Name: c.Name, Job: c.Job, Model: c.Model, Tasks: c.Tasks, Package: s.Package, NotRunnable: c.NotRunnable})
	}
	for _, m := range s.Plan.Models {
		if !slices.ContainsFunc(p.models, func(n results.Model) bool { return n.Name == m.Name }) {
			p.models = append(p.models, results.Model{Name: m.Name, Summary: m.Summary, World: m.World, Usable: m.Usable, Control: m.Control})
		}
	}
	for _, w := range s.Plan.Workloads {
		if !slices.ContainsFunc(p.workloads, func(v results.Workload) bool { return v.Name == w.Name }) {
			p.workloads = append(p.workloads, results.Workload{Name: w.Name, Kind: string(w.Kind), Summary: w.Summary, Unit: w.Unit})
		}
	}
}
