// Package engine makes a run: it plans the cells, measures each in a process of
// its own, round by round, and records what came out as it comes.
package engine

import (
	"crypto/sha256"
	"encoding/hex"
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
}

// Check says what is wrong with the options, as far as that is known before
// there is a plan.
func (o Options) Check() error {
	if o.Rounds < 1 || o.Slices < 1 || o.Benchtime <= 0 || o.Timeout <= 0 || o.Budget < 0 {
		return errors.New("rounds and slices are numbers from 1, the time of a slice and the time limit of a cell are longer than 0")
	}
	return nil
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
	Suites    []*Suite
	Jobs      []results.Job
	Sweeps    []results.Sweep
	Cells     []results.Cell // job by job, with those that are not runnable
	models    []results.Model
	workloads []results.Workload
	cells     map[string]planned  // by name
	byJob     map[string][]string // names of cells
	watch     watch
}

// A planned is what is to be known of a cell to measure it.
type planned struct {
	at    int    // in Cells
	job   string // its name
	suite *Suite
	procs int // GOMAXPROCS
	effort
}

// An effort is how often a cell is measured.
type effort struct {
	rounds int
	slices int // a process
}

// NewPlan checks what is asked and joins the plans of the suites.
func NewPlan(o Options, suites ...*Suite) (*Plan, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if len(suites) == 0 {
		return nil, ErrNoMain
	}
	if err := missing(slices.Concat(o.Models, o.Workloads), suites); err != nil {
		return nil, err
	}
	p := &Plan{Options: o, Suites: suites, cells: map[string]planned{}, byJob: map[string][]string{}, watch: watchHost}
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
	if len(p.Cells) == 0 {
		return nil, fmt.Errorf("there is nothing to measure: no workload has a job in the profile %s", o.Profile)
	}
	return p, nil
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
		if len(why) == len(suites) {
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
	how.at, how.job = len(p.Cells), c.Job
	p.cells[c.Name] = how
	p.byJob[c.Job] = append(p.byJob[c.Job], c.Name)
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

// describe fills in what a report says of the plan.
func (p *Plan) describe(r *results.Run) {
	r.Profile, r.Seed, r.Rounds = string(p.Profile), p.Seed, p.Rounds
	r.Slices, r.Benchtime, r.Budget = p.Slices, p.Benchtime, p.Budget
	r.Asked = &results.Asked{Models: p.Choice.Models, Workloads: p.Choice.Workloads, Place: string(p.Place), Timeout: p.Timeout}
	r.Cells, r.Models, r.Workloads, r.Jobs, r.Sweeps = p.Cells, p.models, p.workloads, p.Jobs, p.Sweeps
	first := p.Suites[0]
	r.OriginProcs = first.Plan.OriginProcs
	r.Go, r.Commit, r.Binary = first.Binary.Go, first.Binary.Commit, first.Binary.SHA256
	all := sha256.New()
	for _, s := range p.Suites {
		if s.Package != "" {
			r.Packages = append(r.Packages, results.Package{Path: s.Package, Binary: s.Binary.SHA256})
		}
		fmt.Fprintln(all, s.Binary.SHA256)
	}
	if len(p.Suites) > 1 {
		r.Binary = hex.EncodeToString(all.Sum(nil))
	}
}
