package reference

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/scripts/internal/measure"
)

// ErrNothing says that nothing was measured, or nothing that may take the place
// of what is there: there is nothing to save.
var ErrNothing = errors.New("nothing new to keep")

// timeout is how long a sample, or a side's set-up, may take: some thousand times
// as long as it should.
const timeout = 2 * time.Minute

// Measure has an engine, of which the folder, Tmp and Show are set, measure the
// rows from begin on, and puts them into the calibration. Rows that this holds
// from before stay until they are measured anew. missing says why there is no
// such reference. The error is ErrNothing, or about recording; what is wrong with
// a side stands in its row.
func Measure(ctx context.Context, o Options, rows []Row, p *Programs, missing map[string]string, begin time.Time, c *results.Calibration, e *measure.Engine) error {
	e.Plan = measure.Plan{Seed: o.Seed, Begin: begin, Budget: o.Budget, Timeout: timeout}
	policy := newPolicy(o.Rounds)
	e.Policy = policy
	all := make([]results.CalibrationRow, len(rows))
	for i, r := range rows {
		row := &all[i]
		*row = r.blank()
		row.Conditions = results.Conditions{Measured: c.Started, Commit: c.Commit, Planned: o.Rounds, Seed: o.Seed}
		if row.NotRunnable = obstacle(r, missing); row.NotRunnable != "" {
			e.Show.Say(row.Brief())
			continue
		}
		policy.follow(r.Block(), row)
		e.Plan.Blocks = append(e.Plan.Blocks, p.block(r))
	}
	e.Recorded = func(r record.Round) {
		if row := policy.rows[r.Block]; policy.Next(r.Block).Done && row.Failed == "" && row.NotRunnable == "" {
			e.Show.Say(row.Brief())
		}
	}
	status, err := e.Run(ctx)
	if err != nil {
		return err
	}
	c.Status, c.Ended = ended(status, all), time.Now()
	kept := 0
	for i, row := range all {
		if keep(c, row, row.NotRunnable != "" || policy.Next(rows[i].Block()).Done) {
			kept++
		}
	}
	if kept == 0 || c.Empty() {
		return ErrNothing
	}
	return nil
}

// ended is how the calibration of the rows ended, given how measuring did: that a
// side failed weighs more than that the time was over.
func ended(status results.Status, rows []results.CalibrationRow) results.Status {
	failed := slices.ContainsFunc(rows, func(r results.CalibrationRow) bool { return r.Failed != "" })
	if failed && status != results.Interrupted {
		return results.FailedCells
	}
	return status
}

// keep puts the row into the calibration, and reports whether it did. One that
// is not whole replaces none but what there was of it before a resume.
func keep(c *results.Calibration, row results.CalibrationRow, whole bool) bool {
	at := c.Row(row.Name, row.Place)
	other := at >= 0 && !c.Rows[at].Measured.Equal(row.Measured)
	switch {
	case !whole && (len(row.Rounds) == 0 || other):
		return false
	case at >= 0:
		c.Rows[at] = row
	default:
		c.Rows = append(c.Rows, row)
		slices.SortStableFunc(c.Rows, func(a, b results.CalibrationRow) int { return rank(a) - rank(b) })
	}
	return true
}

// rank is the place of a row among all there are.
func rank(row results.CalibrationRow) int {
	all := every(nil)
	if at := slices.IndexFunc(all, func(r Row) bool { return r.Block() == block(row.Name, row.Place) }); at >= 0 {
		return at
	}
	return len(all)
}
