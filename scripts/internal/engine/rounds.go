package engine

import (
	"context"
	"time"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results"
)

// repeats is how often the models of a job are measured again in a round, at
// most, since CPU time was stolen from some of them.
const repeats = 2

// A watch begins to watch the machine. What it returns ends that, with the
// share of CPU time that was stolen and the share of time that some process
// waited for a CPU.
type watch func() func() (steal, stalled float64)

func watchHost() func() (steal, stalled float64) {
	before, _ := meter.Host()
	return func() (steal, stalled float64) {
		after, _ := meter.Host()
		return after.StealSince(before), after.StalledSince(before)
	}
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
	took   map[string][]time.Duration // by cell, and round, all attempts
	groups map[groupKey]*group
	order  map[int]int // of the latest in each round
	linked bool        // results/latest leads here
}

// newRounds returns the rounds of a plan of which ms were measured already.
func newRounds(p *Plan, ms []results.Measurement) *rounds {
	r := &rounds{plan: p, begin: time.Now(), given: map[string]bool{}, took: map[string][]time.Duration{}, groups: map[groupKey]*group{}, order: map[int]int{}}
	for _, m := range ms {
		r.note(m, m.Wall)
	}
	return r
}

// A groupKey names the models of a job in one round: what is compared.
type groupKey struct {
	job   string
	round int
}

// A group is how far the measuring of a groupKey is.
type group struct {
	attempt   int             // the latest
	measured  map[string]bool // cells, in it
	disturbed bool            // it is, by what was stolen: the figures play no part
	stolen    int             // attempts that were disturbed
}

// note takes in a measurement.
func (r *rounds) note(m results.Measurement, took time.Duration) {
	key := groupKey{r.plan.cells[m.Cell].job, m.Round}
	g := r.groups[key]
	if g == nil || g.attempt != m.Attempt {
		next := &group{attempt: m.Attempt, measured: map[string]bool{}}
		if g != nil {
			next.stolen = g.stolen
		}
		g = next
		r.groups[key] = g
	}
	g.measured[m.Cell] = true
	r.order[m.Round] = m.Order
	if m.Steal > results.Disturbed && !g.disturbed {
		g.disturbed = true
		g.stolen++
	}
	if m.Failed != "" {
		r.given[m.Cell] = true
		r.failed++
	}
	for len(r.took[m.Cell]) < m.Round {
		r.took[m.Cell] = append(r.took[m.Cell], 0)
	}
	r.took[m.Cell][m.Round-1] += took
}

// all measures round after round: every job in random order, and within a job,
// one right after the other, its models in an order drawn anew: what is to be
// compared is adjacent. What is measured already is passed over.
func (r *rounds) all(ctx context.Context) (results.Status, error) {
	r.show.Start(r.plan.Rounds, r.unmeasured())
	for round := 1; round <= r.plan.Rounds; round++ {
		if round > 1 && r.overBudget(round) {
			return r.status(results.OutOfTime), nil
		}
		for _, job := range r.plan.jobOrder(round) {
			for !r.settled(job, round) {
				stop, err := r.group(ctx, round, job)
				if stop != "" || err != nil {
					return stop, err
				}
			}
		}
	}
	return r.status(results.Complete), nil
}

// group measures the models of a job once. Where that was begun before and not
// ended, or was disturbed, all are measured again: only what is adjacent is
// compared. The status, if not "", is why it stopped.
func (r *rounds) group(ctx context.Context, round int, job string) (results.Status, error) {
	attempt := 0
	if g := r.groups[groupKey{job, round}]; g != nil {
		attempt = g.attempt + 1
	}
	for _, name := range r.plan.modelOrder(round, job, attempt) {
		if r.out(name) {
			continue
		}
		if ctx.Err() == nil && r.plan.Budget > 0 && time.Since(r.begin) > r.plan.Budget {
			return r.status(results.OutOfTime), nil
		}
		if ctx.Err() == nil {
			if err := r.one(ctx, results.Measurement{Round: round, Order: r.order[round] + 1, Cell: name, Attempt: attempt}); err != nil {
				return "", err
			}
		}
		if ctx.Err() != nil {
			return results.Interrupted, nil
		}
	}
	return "", nil
}

// settled says whether there is nothing to be measured of a job in a round.
func (r *rounds) settled(job string, round int) bool {
	g, none := r.groups[groupKey{job, round}], true
	for _, name := range r.plan.byJob[job] {
		if r.out(name) || round > r.plan.cells[name].rounds {
			continue
		}
		if none = false; g == nil || !g.measured[name] {
			return false
		}
	}
	return none || !g.disturbed || g.stolen > repeats
}

// finished says whether nothing is left to be measured.
func (r *rounds) finished() bool {
	for round := 1; round <= r.plan.Rounds; round++ {
		for job := range r.plan.byJob {
			if !r.settled(job, round) {
				return false
			}
		}
	}
	return true
}

// out says whether a cell is measured no more.
func (r *rounds) out(name string) bool {
	return r.given[name] || r.plan.Cells[r.plan.cells[name].at].NotRunnable != ""
}

func (r *rounds) status(s results.Status) results.Status {
	if r.failed > 0 {
		return results.FailedCells
	}
	return s
}

// one measures a cell and records it.
func (r *rounds) one(ctx context.Context, m results.Measurement) error {
	cell := r.plan.cells[m.Cell]
	began := time.Now()
	ended := r.plan.watch()
	got, failure := cell.suite.measure(ctx, m.Cell, cell.slices, r.plan.Options)
	if ctx.Err() != nil {
		return nil // the cell in flight is lost
	}
	m.Steal, m.Stalled = ended()
	m.Wall, m.Procs = got.wall, cell.procs
	switch {
	case got.notRunnable != "":
		r.plan.Cells[cell.at].NotRunnable = got.notRunnable
		return r.save() // which holds the same cells
	case failure != nil:
		m.Failed = failure.Error()
	}
	if err := r.folder.record(&m, got); err != nil {
		return err
	}
	if r.folder.end > 0 && !r.linked {
		setLatest(r.folder.dir)
		r.linked = true
	}
	r.note(m, time.Since(began)) // with all that is done for the process
	r.show.Cell(m, r.expect())
	return nil
}
