package measure

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results/record"
)

// An Engine measures a plan.
type Engine struct {
	Plan   Plan
	Policy Policy
	Dir    string // the run's folder
	Tmp    string // for the processes' temporary files
	Show   Progress

	// Recorded is called after each round that was recorded.
	Recorded func(record.Round)

	host  func() meter.Machine
	clock func() time.Time
	free  uint64 // bytes of memory when it began; 0: not known
}

// repeats is how often a round that was disturbed is measured again, at most.
const repeats = 2

// engine is an Engine at work.
type engine struct {
	*Engine
	journal *record.Lines
	states  []*state // as Plan.Blocks
	logs    int
	spent   time.Duration // in rounds
}

// Run measures until the policy wants nothing more, or the time is over. What
// the folder's journal holds counts as measured. When ctx ends it stops, and
// keeps what is measured. The error is about what kept it from measuring or
// recording; the status is how far it came.
func (x *Engine) Run(ctx context.Context) (record.Status, error) {
	e := &engine{Engine: x}
	if e.free == 0 {
		e.free = freeMemory()
	}
	if e.host == nil {
		e.host = func() meter.Machine { m, _ := meter.Host(); return m }
	}
	if e.clock == nil {
		e.clock = time.Now
	}
	before, _, err := record.ReadRounds(x.Dir)
	if err != nil {
		return record.Interrupted, err
	}
	if err := e.recall(before); err != nil {
		return record.Interrupted, err
	}
	if e.journal, err = record.OpenRounds(x.Dir); err != nil {
		return record.Interrupted, fmt.Errorf("output folder: %w", err)
	}
	defer e.journal.Close()
	x.Show.Start(len(x.Plan.Blocks))
	status, err := e.all(ctx)
	if err != nil {
		return record.Interrupted, err
	}
	x.Show.Finish(status, e.spent)
	return status, nil
}

// recall takes in the rounds of the journal.
func (e *engine) recall(rounds []record.Round) error {
	at := map[string]*state{}
	for i := range e.Plan.Blocks {
		s := newState(&e.Plan.Blocks[i])
		e.states = append(e.states, s)
		at[s.block.Name] = s
	}
	for _, r := range rounds {
		s := at[r.Block]
		if s == nil {
			return fmt.Errorf("%s has a round of %s, which the plan has not: restore the folder from a copy", record.RoundsFile, r.Block)
		}
		s.add(&r)
		e.Policy.Add(r)
		for _, a := range r.Arms {
			if a.Log != "" {
				e.logs++
			}
		}
	}
	return nil
}

// all measures round after round, each of the block that is due.
func (e *engine) all(ctx context.Context) (record.Status, error) {
	for {
		if ctx.Err() != nil {
			return record.Interrupted, nil
		}
		s, step, left := e.due()
		if s == nil && left {
			return record.OutOfTime, nil
		}
		if s == nil {
			return record.Complete, nil
		}
		if err := e.one(ctx, s, step); err != nil {
			return "", err
		}
	}
}

// one measures a round of a block, again where it was disturbed.
func (e *engine) one(ctx context.Context, s *state, step Step) error {
	number, attempt := s.rounds+1, s.attempts
	for again := 0; ; again++ {
		began := e.clock()
		r := &round{engine: e, state: s, block: s.block, step: step, number: number, attempt: attempt + again}
		done, err := r.measure(ctx)
		if err != nil {
			var fault Fault
			if errors.As(err, &fault) {
				err = fmt.Errorf("it stops, and what was measured is kept: %w", err)
			}
			return err
		}
		for i := range done {
			if err := e.journal.Append(done[i]); err != nil {
				return fmt.Errorf("it stops, and what was measured is kept: %w", err)
			}
			s.add(&done[i])
			e.Policy.Add(done[i])
			if e.Recorded != nil {
				e.Recorded(done[i])
			}
		}
		took := e.clock().Sub(began)
		e.spent += took
		disturbed := false
		for i := range done {
			disturbed = disturbed || done[i].Disturbed()
			e.Show.Round(done[i], e.left())
		}
		if len(done) == 0 || !disturbed || again >= repeats || ctx.Err() != nil || e.Plan.Budget > 0 {
			s.close(took)
			return nil
		}
	}
}

// left is the time that there is, 0 where there is no limit.
func (e *engine) left() time.Duration {
	if e.Plan.Budget == 0 {
		return 0
	}
	return max(1, e.Plan.Budget-e.clock().Sub(e.Plan.Begin))
}
