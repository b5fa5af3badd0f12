package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results"
)

// A Progress is told how a run goes.
type Progress interface {
	// Start is told how many rounds there are, and processes in all.
	Start(rounds, processes int)
	// Cell is told of each cell once it is measured, with the time that the
	// rest is expected to take; 0: not known yet.
	Cell(m results.Measurement, left time.Duration)
	// Finish is told how the run ended.
	Finish(status results.Status)
}

// Run measures the plan into the reserved folder dir. It returns the run as it stands
// in run.json; the error is about what kept it from measuring or recording.
// When ctx ends it stops, keeps what is measured, and the status says so.
//
// machine is the machine as it was before anything was compiled, which loads
// it; now returns how it is.
func (p *Plan) Run(ctx context.Context, dir string, machine results.Env, now func() results.Moment, show Progress) (results.Run, error) {
	run := results.Run{Version: results.Version, Status: results.Running, Started: time.Now()}
	p.describe(&run)
	f, err := openFolder(dir)
	if err != nil {
		return run, err
	}
	defer f.close()
	if err := results.SaveEnv(dir, &machine); err != nil {
		return run, err
	}
	if err := results.SaveRun(dir, &run); err != nil {
		return run, err
	}
	r := rounds{plan: p, folder: f, show: show, begin: time.Now(), given: map[string]bool{}, took: map[string][]time.Duration{},
		save: func() error { return results.SaveRun(dir, &run) }}
	run.Status, err = r.all(ctx)
	if err != nil {
		return run, err
	}
	run.Ended = time.Now()
	machine.After = now()
	show.Finish(run.Status)
	if err := results.SaveEnv(dir, &machine); err != nil {
		return run, err
	}
	return run, results.SaveRun(dir, &run)
}

// rounds is a run under way.
type rounds struct {
	plan   *Plan
	folder *folder
	show   Progress
	save   func() error // run.json
	begin  time.Time
	given  map[string]bool            // cells given up: failed once, or found not runnable
	failed int                        // measurements
	took   map[string][]time.Duration // by cell, and round
}

// all measures round after round: every job in random order, and within a job,
// one right after the other, its models in an order drawn anew: what is to be
// compared is adjacent.
func (r *rounds) all(ctx context.Context) (results.Status, error) {
	// The order is drawn from the seed and recorded by cells.jsonl.
	draw := rand.New(rand.NewPCG(r.plan.Seed, 0))
	r.show.Start(r.plan.Rounds, r.plan.processes())
	for round := 1; round <= r.plan.Rounds; round++ {
		if round > 1 && r.overBudget(round) {
			return r.status(results.OutOfTime), nil
		}
		for order, c := range r.order(draw, round) {
			if ctx.Err() != nil {
				return results.Interrupted, nil
			}
			if r.plan.Budget > 0 && time.Since(r.begin) > r.plan.Budget {
				return r.status(results.OutOfTime), nil
			}
			if r.given[c.Name] {
				continue
			}
			if err := r.one(ctx, round, order+1, c.Name); err != nil {
				return "", err
			}
		}
		if ctx.Err() != nil {
			return results.Interrupted, nil
		}
	}
	return r.status(results.Complete), nil
}

func (r *rounds) status(s results.Status) results.Status {
	if r.failed > 0 {
		return results.FailedCells
	}
	return s
}

// left are the cells to be measured in a round.
func (r *rounds) left(round int) []results.Cell {
	var cells []results.Cell
	for _, c := range r.plan.Cells {
		if c.NotRunnable == "" && !r.given[c.Name] && round <= r.plan.cells[c.Name].rounds {
			cells = append(cells, c)
		}
	}
	return cells
}

func (r *rounds) order(draw *rand.Rand, round int) []results.Cell {
	byJob := map[string][]results.Cell{}
	for _, c := range r.left(round) {
		byJob[c.Job] = append(byJob[c.Job], c)
	}
	var order []results.Cell
	for _, j := range draw.Perm(len(r.plan.Jobs)) {
		cells := byJob[r.plan.Jobs[j].Name]
		draw.Shuffle(len(cells), func(i, k int) { cells[i], cells[k] = cells[k], cells[i] })
		order = append(order, cells...)
	}
	return order
}

// overBudget says that the round, if its cells take as long as they did in the
// longest round so far, ends after the budget. A run may end after any round:
// the confidence sequences of package results hold at every round.
func (r *rounds) overBudget(round int) bool {
	if r.plan.Budget == 0 {
		return false
	}
	took := make([]time.Duration, round-1)
	for _, c := range r.left(round) {
		for i, d := range r.took[c.Name] {
			took[i] += d
		}
	}
	return time.Since(r.begin)+slices.Max(took) > r.plan.Budget
}

// one measures a cell and records it.
func (r *rounds) one(ctx context.Context, round, order int, name string) error {
	cell := r.plan.cells[name]
	began := time.Now()
	before, _ := meter.Host()
	got, failure := cell.suite.measure(ctx, name, cell.slices, r.plan.Options)
	if ctx.Err() != nil {
		return nil // the cell in flight is lost
	}
	after, _ := meter.Host()
	m := results.Measurement{Round: round, Order: order, Cell: name, Wall: got.wall, Procs: cell.procs,
		Steal: after.StealSince(before), Stalled: after.StalledSince(before)}
	switch {
	case got.notRunnable != "":
		r.given[name] = true
		for i := range r.plan.Cells {
			if r.plan.Cells[i].Name == name {
				r.plan.Cells[i].NotRunnable = got.notRunnable
			}
		}
		return r.save() // which holds the same cells
	case failure != nil:
		r.given[name] = true
		r.failed++
		m.Failed = failure.Error()
	}
	if err := r.folder.record(&m, got); err != nil {
		return fmt.Errorf("the run stops, what was measured is kept: %w", err)
	}
	if r.folder.end > 0 {
		setLatest(r.folder.dir)
	}
	r.took[name] = append(r.took[name], time.Since(began)) // with all that is done for the process
	r.show.Cell(m, r.expect())
	return nil
}

// expect is how long the rest of the run will take, from the end of the first
// round on: by what each cell has taken so far.
func (r *rounds) expect() time.Duration {
	var rest time.Duration
	for _, c := range r.left(1) {
		took := r.took[c.Name]
		if len(took) == 0 {
			return 0
		}
		var sum time.Duration
		for _, d := range took {
			sum += d
		}
		rest += sum / time.Duration(len(took)) * time.Duration(r.plan.cells[c.Name].rounds-len(took))
	}
	if r.plan.Budget > 0 {
		rest = min(rest, r.plan.Budget-time.Since(r.begin))
	}
	return max(0, rest)
}

// Name is the name of a new run's folder under results.
func Name(now time.Time, profile bench.Profile) string {
	return filepath.Join("results", now.Format("2006-01-02T150405")+"-"+string(profile))
}
