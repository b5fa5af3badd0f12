// Package engine makes a run: it plans the cells, measures each in a process of
// its own, round by round, and records what came out as it comes.
package engine

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// Options are what a user asks of a run.
type Options struct {
	Models    []string // "threadpool:64"; none: those of the profile
	Workloads []string // "echo", or a job "echo/tasks=10"; none: all
	Profile   bench.Profile
	Place     bench.Place // for the workloads named alone
	Rounds    int
	Seed      uint64
	Budget    time.Duration // after which no further round starts; 0: none
	Timeout   time.Duration // of one cell in one round
	Benchtime time.Duration // of one slice
	Slices    int           // per process, the discarded first included
}

// A Plan is what is to be measured.
type Plan struct {
	Options
	Jobs  []bench.Job
	Cells []results.Cell // job by job, with those that are not runnable
	cells map[string]bench.Cell
}

// NewPlan checks what is asked and lists the cells.
func NewPlan(o Options) (*Plan, error) {
	if o.Rounds < 1 || o.Slices < 1 || o.Benchtime <= 0 || o.Timeout <= 0 || o.Budget < 0 {
		return nil, errors.New("rounds and slices are numbers from 1, the time of a slice and the time limit of a cell are longer than 0")
	}
	models, err := chooseModels(o)
	if err != nil {
		return nil, err
	}
	p := &Plan{Options: o, cells: map[string]bench.Cell{}}
	if p.Jobs, err = chooseJobs(o); err != nil {
		return nil, err
	}
	for _, job := range p.Jobs {
		for _, model := range models {
			c := bench.Cell{Job: job, Model: model}
			if _, twice := p.cells[c.Name()]; twice {
				return nil, fmt.Errorf("%s is named twice", c.Name())
			}
			p.cells[c.Name()] = c
			cell := results.Cell{Name: c.Name(), Job: job.Name(), Model: model, Tasks: job.Tasks}
			if err := c.Runnable(); err != nil {
				cell.NotRunnable = err.Error()
			}
			p.Cells = append(p.Cells, cell)
		}
	}
	return p, nil
}

func chooseModels(o Options) ([]string, error) {
	names := o.Models
	if len(names) == 0 {
		return o.Profile.Models(), nil
	}
	for _, name := range names {
		if _, _, err := runners.Lookup(name, bench.Cores()); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// chooseJobs returns the profile's jobs of each workload named alone, or its
// usual one where the profile has none, and each job named with its parameters.
func chooseJobs(o Options) ([]bench.Job, error) {
	var jobs []bench.Job
	if len(o.Workloads) == 0 {
		for _, w := range workloads.All() {
			jobs = append(jobs, o.Profile.Jobs(w, o.Place)...)
		}
		return jobs, nil
	}
	for _, name := range o.Workloads {
		job, err := bench.ParseJob(name)
		if err != nil {
			return nil, err
		}
		if name != job.Workload {
			jobs = append(jobs, job)
			continue
		}
		w, err := workloads.Lookup(name)
		if err != nil {
			return nil, err
		}
		of := o.Profile.Jobs(w, o.Place)
		if len(of) == 0 {
			of = bench.Full.Jobs(w, o.Place)[:1]
		}
		jobs = append(jobs, of...)
	}
	return jobs, nil
}

// describe fills in what a report says of the plan.
func (p *Plan) describe(r *results.Run) error {
	r.Profile, r.Seed, r.Rounds = string(p.Profile), p.Seed, p.Rounds
	r.Slices, r.Benchtime, r.Budget = p.Slices, p.Benchtime, p.Budget
	r.Cells, r.OriginProcs = p.Cells, bench.OriginProcs()
	for _, c := range p.Cells {
		if !slices.ContainsFunc(r.Models, func(m results.Model) bool { return m.Name == c.Model }) {
			m, _, err := runners.Lookup(c.Model, bench.Cores())
			if err != nil {
				return err
			}
			r.Models = append(r.Models, results.Model{Name: c.Model, Summary: m.Summary, World: m.World, Usable: m.Usable})
		}
	}
	for _, job := range p.Jobs {
		if !slices.ContainsFunc(r.Workloads, func(w results.Workload) bool { return w.Name == job.Workload }) {
			w, err := workloads.Lookup(job.Workload)
			if err != nil {
				return err
			}
			a := w.About()
			r.Workloads = append(r.Workloads, results.Workload{Name: a.Name, Kind: string(a.Kind), Summary: a.Summary, Unit: a.Unit})
		}
	}
	return nil
}
