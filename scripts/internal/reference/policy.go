package reference

import (
	"fmt"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/scripts/internal/measure"
)

// A policy has each row measured until it is decided, or has as many rounds as
// there are to be.
type policy struct {
	rounds int
	rows   map[string]*results.CalibrationRow // by block
	steps  map[string]measure.Step
}

func newPolicy(rounds int) *policy {
	return &policy{rounds: rounds, rows: map[string]*results.CalibrationRow{}, steps: map[string]measure.Step{}}
}

// follow adds a row of which nothing was measured yet.
func (p *policy) follow(name string, row *results.CalibrationRow) {
	p.rows[name], p.steps[name] = row, p.step(row, 0)
}

// Next says whether a further round of the row is wanted.
func (p *policy) Next(block string) measure.Step { return p.steps[block] }

// Add takes a round in.
func (p *policy) Add(r record.Round) {
	row := p.rows[r.Block]
	row.Rounds = append(row.Rounds, r)
	for _, a := range r.Arms {
		if a.NotRun != "" {
			row.NotRunnable, row.Rounds = a.Name+": "+a.NotRun, nil
		} else if a.Failed != "" && row.Failed == "" {
			row.Failed = fmt.Sprintf("%s in round %d: %s", a.Name, r.Round, a.Failed)
		}
	}
	p.steps[r.Block] = p.step(row, r.Round)
}

// step is the row's next round, after the last one.
func (p *policy) step(row *results.CalibrationRow, last int) measure.Step {
	if row.Failed != "" || row.NotRunnable != "" || last >= p.rounds || row.Decided() {
		return measure.Step{Done: true}
	}
	return measure.Step{Least: min(max(results.FidelityRounds()-last, 1), p.rounds-last)}
}
