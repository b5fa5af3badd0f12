package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/scripts/internal/gobench"
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
	given  map[cellID]bool            // given up: failed once
	failed int                        // measurements
	took   map[cellID][]time.Duration // by round, all attempts
	groups map[groupKey]*group
	order  map[int]int // of the latest in each round
	linked bool        // results/latest leads here
}

// newRounds returns the rounds of a plan of which ms were measured already.
func newRounds(p *Plan, ms []results.Measurement) *rounds {
	r := &rounds{plan: p, begin: time.Now(), given: map[cellID]bool{}, took: map[cellID][]time.Duration{}, groups: map[groupKey]*group{}, order: map[int]int{}}
	for _, m := range ms {
		r.note(m, m.Wall)
	}
	return r
}

// A groupKey names the models of a job in one round: what is compared.
type groupKey struct {
	job   jobID
	round int
}

// A group is how far the measuring of a groupKey is.
type group struct {
	attempt   int             // the latest
	measured  map[cellID]bool // in it
	disturbed bool            // it is, by what was stolen: the figures play no part
	stolen    int             // attempts that were disturbed
}

// note takes in a measurement.
func (r *rounds) note(m results.Measurement, took time.Duration) {
	cell := measuredCell(m)
	key := groupKey{r.plan.cells[cell].job, m.Round}
	g := r.groups[key]
	if g == nil || g.attempt != m.Attempt {
		next := &group{attempt: m.Attempt, measured: map[cellID]bool{}}
		if g != nil {
			next.stolen = g.stolen
		}
		g = next
		r.groups[key] = g
	}
	g.measured[cell] = true
	r.order[m.Round] = m.Order
	if m.Steal > results.Disturbed && !g.disturbed {
		g.disturbed = true
		g.stolen++
	}
	if m.Failed != "" {
		r.given[cell] = true
		r.failed++
	}
	for len(r.took[cell]) < m.Round {
		r.took[cell] = append(r.took[cell], 0)
	}
	r.took[cell][m.Round-1] += took
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
func (r *rounds) group(ctx context.Context, round int, job jobID) (results.Status, error) {
	attempt := 0
	if g := r.groups[groupKey{job, round}]; g != nil {
		attempt = g.attempt + 1
	}
	for _, cells := range r.processes(job, r.plan.modelOrder(round, job, attempt)) {
		if ctx.Err() == nil && r.plan.Budget > 0 && time.Since(r.begin) > r.plan.Budget {
			return r.status(results.OutOfTime), nil
		}
		if ctx.Err() == nil {
			if err := r.one(ctx, results.Measurement{Round: round, Attempt: attempt}, cells); err != nil {
				return "", err
			}
		}
		if ctx.Err() != nil {
			return results.Interrupted, nil
		}
	}
	return "", nil
}

// processes says which of a job's cells, without those that are out, are measured
// by the same process.
func (r *rounds) processes(job jobID, cells []cellID) [][]cellID {
	cells = slices.DeleteFunc(cells, r.out)
	if job.whole && len(cells) > 0 {
		return [][]cellID{cells}
	}
	return slices.Collect(slices.Chunk(cells, 1))
}

// settled says whether there is nothing to be measured of a job in a round.
func (r *rounds) settled(job jobID, round int) bool {
	g, none := r.groups[groupKey{job, round}], true
	for _, id := range r.plan.byJob[job] {
		if r.out(id) || round > r.plan.cells[id].rounds {
			continue
		}
		if none = false; g == nil || !g.measured[id] {
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
func (r *rounds) out(id cellID) bool {
	return r.given[id] || r.plan.Cells[r.plan.cells[id].at].NotRunnable != ""
}

func (r *rounds) status(s results.Status) results.Status {
	if r.failed > 0 || slices.ContainsFunc(r.plan.NotMeasured, func(l results.LeftOut) bool { return l.Failed }) {
		return results.FailedCells
	}
	return s
}

// one measures cells in one process and records them.
func (r *rounds) one(ctx context.Context, m results.Measurement, cells []cellID) error {
	first := r.plan.cells[cells[0]]
	began := time.Now()
	ended := r.plan.watch()
	var all []measured
	if first.plain != nil {
		all = first.plain.measure(ctx, names(cells), first.slices, r.plan.Options)
	} else {
		got, failure := first.suite.measure(ctx, cells[0].name, first.slices, r.plan.Options)
		got.failure = failure
		all = []measured{got}
	}
	if ctx.Err() != nil {
		return nil // what is in flight is lost
	}
	for _, got := range all {
		if fault := (gobench.Fault{}); errors.As(got.failure, &fault) {
			return fault // no benchmark's
		}
	}
	m.Steal, m.Stalled = ended()
	m.Procs = first.procs
	share := time.Since(began) / time.Duration(len(cells))
	for i, got := range all {
		if got.notRunnable != "" {
			r.plan.Cells[first.at].NotRunnable = got.notRunnable
			return r.save() // which holds the same cells
		}
		begin, m := time.Now(), m
		m.Cell, m.Package, m.Order, m.Wall = cells[i].name, cells[i].pkg, r.order[m.Round]+1, got.wall
		if got.failure != nil {
			m.Failed = got.failure.Error()
		}
		if err := r.folder.record(&m, got); err != nil {
			return err
		}
		if r.folder.bench.End() > 0 && !r.linked {
			setLatest(r.folder.dir)
			r.linked = true
		}
		r.note(m, share+time.Since(begin)) // with all that is done for the process
		r.show.Cell(m, r.expect())
	}
	return nil
}
