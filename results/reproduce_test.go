package results_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/internal/fakerun"
)

// reproduced compares a run of so many rounds with one whose figures are made by
// change of what they would be.
func reproduced(t *testing.T, rounds int, change func(f *fakerun.Fake)) results.Reproduction {
	t.Helper()
	again := fakerun.New(rounds)
	change(again)
	return results.Reproduce(open(t, written(t, fakerun.New(20))), open(t, written(t, again)))
}

func TestARunAgreesWithItself(t *testing.T) {
	r := reproduced(t, 20, func(*fakerun.Fake) {})
	assert.Empty(t, r.Differs)
	assert.Equal(t, []string{"echo ×100, time: no model of which both runs can say that it is the best, or is not"}, r.Missing, "the origin was the limit")
	assert.NotEmpty(t, r.Rows)
	assert.NotEmpty(t, r.Claims)
	assert.Equal(t, len(r.Rows)+len(r.Claims), r.Count(results.Agreed))
}

func TestARunThatDecidesNothingContradictsNone(t *testing.T) {
	r := reproduced(t, 2, func(*fakerun.Fake) {})
	assert.Zero(t, r.Count(results.Contradicted))
	assert.NotZero(t, r.Count(results.Compatible))
	assert.Equal(t, []results.Difference{{Name: "Rounds measured", First: "20", Again: "2"}}, r.Differs)
}

func TestAnotherBestContradicts(t *testing.T) {
	r := reproduced(t, 20, func(f *fakerun.Fake) {
		values := f.Values
		f.Values = func(c results.Cell, round, slice int, r *rand.Rand) map[string]float64 {
			v := values(c, round, slice, r)
			if strings.Contains(c.Job, "hash") && c.Model == "eventloop" { // else the slowest
				v["ns/op"] /= 100
			}
			return v
		}
	})
	at := -1
	for i, x := range r.Rows {
		if x.What == "hash ×64, time" {
			at = i
		}
	}
	require.GreaterOrEqual(t, at, 0)
	assert.Equal(t, results.Contradicted, r.Rows[at].Accord)
	assert.Equal(t, "eventloop", r.Rows[at].Again)

	var out bytes.Buffer
	require.NoError(t, results.WriteReproduction(&out, r, false))
	assert.Contains(t, out.String(), "contradict: hash ×64, time: first ")
}

func TestATimeThatIsLongerEverywhereIsNoContradiction(t *testing.T) {
	r := reproduced(t, 20, func(f *fakerun.Fake) {
		values := f.Values
		f.Values = func(c results.Cell, round, slice int, r *rand.Rand) map[string]float64 {
			v := values(c, round, slice, r)
			v["ns/op"] *= 3
			return v
		}
	})
	assert.Equal(t, len(r.Rows)+len(r.Claims), r.Count(results.Agreed))
}

func TestWhatOneRunLacksIsSaid(t *testing.T) {
	r := reproduced(t, 20, func(f *fakerun.Fake) {
		f.Run.Go, f.Env.CPU = "go9", ""
		var cells []results.Cell
		for _, c := range f.Run.Cells {
			if !strings.Contains(c.Job, "hash") {
				cells = append(cells, c)
			}
		}
		f.Run.Cells = cells
	})
	assert.Contains(t, r.Missing, "hash ×64: not in the second run")
	var out bytes.Buffer
	require.NoError(t, results.WriteReproduction(&out, r, false))
	assert.Contains(t, out.String(), "Go: go1.26.0, then go9")
	assert.Contains(t, out.String(), "CPU: Example CPU @ 2.60GHz, then not known")
}

func TestPlainBenchmarksAreMeasuredAgainWithoutAVerdict(t *testing.T) {
	row := func(pkg, name string, processes int) results.BenchmarkRow {
		return results.BenchmarkRow{CellData: results.CellData{Cell: results.Cell{Package: pkg, Name: name, Job: name}, Processes: make([]results.Process, processes)}}
	}
	first := &results.Data{Benchmarks: []results.BenchmarkRow{row("a", "BenchmarkX", 2), row("b", "BenchmarkX", 2), row("b", "BenchmarkY", 2), row("c", "BenchmarkX", 0)}}
	again := &results.Data{Benchmarks: []results.BenchmarkRow{row("a", "BenchmarkX", 1), row("b", "BenchmarkX", 0), row("c", "BenchmarkX", 2), row("c", "BenchmarkZ", 2), row("c", "BenchmarkNone", 0)}}
	r := results.Reproduce(first, again)
	assert.Equal(t, 1, r.Benchmarks)
	assert.Equal(t, []string{"b BenchmarkX: not measured in the second run", "b BenchmarkY: not measured in the second run",
		"c BenchmarkX: not measured in the first run", "c BenchmarkZ: not measured in the first run"}, r.Missing)
	var text bytes.Buffer
	require.NoError(t, results.WriteReproduction(&text, r, false))
	assert.Contains(t, text.String(), "1 benchmark measured again, without a verdict")
	assert.NotContains(t, text.String(), "0 verdicts")
}
