// Package engine makes a run: it plans the cells, measures each in a process of
// its own, round by round, and records what came out as it comes.
package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
)

// Options are what a user asks of a run.
type Options struct {
	bench.Choice
	Rounds    int
	Seed      uint64
	Budget    time.Duration // after which no further round starts; 0: none
	Timeout   time.Duration // of one cell in one round
	Benchtime time.Duration // of one slice
	Slices    int           // per process, the discarded first included
	Tags      string        // build tags of packages, as the go command has them
	Plain     Asked         // of ordinary benchmarks
}

// Check says what is wrong with the options, as far as that is known before
// there is a plan.
func (o Options) Check() error {
	if o.Rounds < 1 || o.Slices < 1 || o.Benchtime <= 0 || o.Timeout <= 0 || o.Budget < 0 {
		return errors.New("rounds and slices are numbers from 1, the time of a slice and the time limit of a cell are longer than 0")
	}
	return o.Plain.check()
}

// sweepRounds is how many rounds a job of a sweep gets, at most: its slope or
// its knee is judged, and no job of its own.
const sweepRounds = 3

// sweepSlices is how many slices a process of a sweep measures, at most: the
// largest points take many seconds a job, and a job to warm up comes before.
const sweepSlices = 1

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
	cells       map[cellID]planned
	byJob       map[jobID][]cellID
	order       []jobID // as they were planned
	watch       watch
}

// A cellID tells the cells of a plan apart. A plain benchmark has its package:
// another may have one of the same name.
type cellID struct{ pkg, name string }

func idOf(c results.Cell) cellID {
	if c.Plain() {
		return cellID{c.Package, c.Name}
	}
	return cellID{name: c.Name}
}

func measuredCell(m results.Measurement) cellID { return cellID{m.Package, m.Cell} }

func names(cells []cellID) (all []string) {
	for _, id := range cells {
		all = append(all, id.name)
	}
	return all
}

// A jobID names what is measured together: the cells of a job, a plain
// benchmark, or all of a package that share a process.
type jobID struct {
	cellID
	whole bool
}

// A planned is what is to be known of a cell to measure it.
type planned struct {
	at    int // in Cells
	job   jobID
	suite *Suite // or
	plain *Plain
	whole bool // it shares a process with the others of its package
	procs int  // GOMAXPROCS
	effort
}

// An effort is how often a cell is measured.
type effort struct {
	rounds int
	slices int // a process
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
	p := newPlan(o)
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

func newPlan(o Options) *Plan {
	return &Plan{Options: o, cells: map[cellID]planned{}, byJob: map[jobID][]cellID{}, watch: watchHost}
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
	sweeps := map[string]bool{} // jobs
	for _, j := range s.Plan.Jobs {
		job := results.Job{Name: j.Name, Sweep: j.Sweep, Paced: j.Paced}
		for _, f := range j.Figures {
			job.Figures = append(job.Figures, results.OwnFigure(f))
		}
		p.Jobs = append(p.Jobs, job)
		p.order = append(p.order, jobID{cellID: cellID{name: j.Name}}) // one without cells, too
		sweeps[j.Name] = j.Sweep
	}
	for _, x := range s.Plan.Sweeps {
		p.Sweeps = append(p.Sweeps, results.Sweep(x))
	}
	for _, c := range s.Plan.Cells {
		p.add(results.Cell{Name: c.Name, Job: c.Job, Model: c.Model, Tasks: c.Tasks, Package: s.Package, NotRunnable: c.NotRunnable},
			planned{suite: s, procs: c.Procs, effort: p.effort(sweeps[c.Job])})
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

// add adds a cell.
func (p *Plan) add(c results.Cell, how planned) {
	id := idOf(c)
	how.at, how.job = len(p.Cells), jobID{cellID: cellID{name: c.Job}}
	switch {
	case how.whole:
		how.job = jobID{cellID{pkg: c.Package}, true}
	case c.Plain():
		how.job = jobID{cellID: id}
	}
	if _, known := p.byJob[how.job]; !known && c.Plain() {
		p.order = append(p.order, how.job)
	}
	p.cells[id] = how
	p.byJob[how.job] = append(p.byJob[how.job], id)
	p.Cells = append(p.Cells, c)
}

// effort is how often a cell is measured, of a job that is only a point of a
// sweep or one by itself.
func (p *Plan) effort(sweep bool) effort {
	if sweep {
		return effort{min(p.Rounds, sweepRounds), min(p.Slices, sweepSlices)}
	}
	return effort{p.Rounds, p.Slices}
}
