package engine

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
)

// attempted is the attempt of each measurement, in order.
func attempted(t *testing.T, dir string) (attempts []int) {
	t.Helper()
	all, _, err := results.ReadJournal(dir)
	require.NoError(t, err)
	for _, m := range all {
		attempts = append(attempts, m.Attempt)
	}
	return attempts
}

func TestADisturbedJobIsMeasuredAgainUnderAllItsModels(t *testing.T) {
	o := quickly("nop")
	o.Rounds, o.Slices = 1, 1
	for _, tc := range []struct {
		name     string
		stolen   []float64
		attempts []int
		again    int
		counts   int // which attempt
	}{
		{"quiet", []float64{0.05, 0.01}, []int{0, 0}, 0, 0},
		{"one of its models", []float64{0, 0.06}, []int{0, 0, 1, 1}, 1, 1},
		{"twice", []float64{0.2, 0, 0, 0.2}, []int{0, 0, 1, 1, 2, 2}, 2, 2},
		{"at most twice", []float64{1, 1, 1, 1, 1, 1, 1, 1}, []int{0, 0, 1, 1, 2, 2}, 2, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir, p := newRunFolder(t), quickPlan(t, o)
			p.watch = stolen(tc.stolen...)
			_, err := p.Run(t.Context(), dir, results.Env{OS: "test"}, noMoment, quiet())
			require.NoError(t, err)
			assert.Equal(t, tc.attempts, attempted(t, dir))
			data, err := results.Open(dir)
			require.NoError(t, err)
			assert.Equal(t, tc.again, data.Again)
			for _, c := range data.Rows[0].Cells {
				require.Len(t, c.Processes, 1)
				assert.Equal(t, tc.counts, c.Processes[0].Attempt)
			}
		})
	}
}

func TestWhatFailedOnceIsNotMeasuredAgainInADisturbedJob(t *testing.T) {
	o := quickly("refuse")
	o.Rounds, o.Slices = 1, 1
	dir, p := newRunFolder(t), quickPlan(t, o)
	p.watch = stolen(1, 1, 1)
	run, err := p.Run(t.Context(), dir, results.Env{OS: "test"}, noMoment, quiet())
	require.NoError(t, err)
	assert.Equal(t, results.FailedCells, run.Status)
	assert.Equal(t, []int{0, 0}, attempted(t, dir))
}

func TestABudgetHoldsForADisturbedJob(t *testing.T) {
	o := quickly("nop")
	o.Rounds, o.Slices, o.Budget = 1, 1, time.Nanosecond
	p := quickPlan(t, o)
	r := newRounds(p, []results.Measurement{
		{Round: 1, Cell: p.Cells[0].Name, Steal: 1, Wall: time.Second}, {Round: 1, Cell: p.Cells[1].Name, Wall: time.Second}})
	r.show = quiet()
	assert.False(t, r.finished())
	status, err := r.all(t.Context())
	require.NoError(t, err)
	assert.Equal(t, results.OutOfTime, status)
}
