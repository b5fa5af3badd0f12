package results_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/internal/fakerun"
)

// plain is a run of plain benchmarks of two packages, which both have a
// BenchmarkDecode; one fails in round 2, and one runs in two modes.
func plain(rounds int) *fakerun.Fake {
	f := fakerun.New(rounds)
	f.Run.Models, f.Run.Workloads, f.Run.Cells = nil, nil, plainCells()
	f.Run.NotMeasured = []results.LeftOut{
		{Package: "example.com/b", Name: "BenchmarkRandom/42", Why: "its name changes from one pass to the next", Log: "logs/find-b.txt"},
		{Package: "example.com/c", Why: "it has no benchmarks"},
	}
	f.Values = plainValues
	f.Fails = func(c results.Cell, round int) string {
		if c.Name == "BenchmarkDecode" && c.Package == "example.com/b" && round == 2 {
			return "exit status 1: --- FAIL: BenchmarkDecode"
		}
		return ""
	}
	return f
}

func plainCells() []results.Cell {
	var cells []results.Cell
	for _, name := range []string{"example.com/a BenchmarkEncode/size=64", "example.com/a BenchmarkDecode", "example.com/b BenchmarkDecode", "example.com/b BenchmarkModes"} {
		path, name, _ := strings.Cut(name, " ")
		cells = append(cells, results.Cell{Name: name, Job: name, Package: path})
	}
	return cells
}

func plainValues(c results.Cell, round, slice int, r *rand.Rand) map[string]float64 {
	ns := 1000 * math.Exp(0.01*r.NormFloat64())
	if c.Package == "example.com/b" {
		ns *= 7
	}
	if c.Name == "BenchmarkModes" && round%2 == 0 {
		ns *= 3
	}
	v := map[string]float64{"ns/op": ns, "B/op": 64, "allocs/op": 2, "cpus": 1.02, "peak-rss-B": 9 << 20, "vol-ctxsw/s": 210, "invol-ctxsw/s": 12}
	if strings.HasPrefix(c.Name, "BenchmarkEncode") {
		v["MB/s"], v["drift"] = 64e3/ns, -1
	}
	return v
}

func TestPlainBenchmarksOfTheSameNameAreToldApartByPackage(t *testing.T) {
	d := open(t, written(t, plain(12)))
	require.Len(t, d.Benchmarks, 4)
	assert.Empty(t, d.Rows)
	a, b := d.Benchmarks[1], d.Benchmarks[2]
	assert.Equal(t, a.Name, b.Name)
	ofA, _ := a.Figure("ns/op")
	ofB, _ := b.Figure("ns/op")
	assert.InEpsilon(t, 1000, ofA.Median.Estimate, 0.03)
	assert.InEpsilon(t, 7000, ofB.Median.Estimate, 0.03)
	assert.Empty(t, a.Failures)
	require.Len(t, b.Failures, 1)
	assert.Len(t, b.Processes, 11)
}

func TestFiguresOfABenchmark(t *testing.T) {
	d := open(t, written(t, plain(12)))
	var units []string
	for _, f := range d.Benchmarks[0].Figures {
		units = append(units, f.Unit)
		assert.Equal(t, 12, f.Median.N, f.Unit)
		assert.Nil(t, f.Modes, f.Unit)
	}
	assert.Equal(t, []string{"ns/op", "B/op", "allocs/op", "MB/s", "drift", "cpus", "peak-rss-B", "vol-ctxsw/s", "invol-ctxsw/s"}, units)
	time, _ := d.Benchmarks[0].Figure("ns/op")
	assert.True(t, time.Median.Lo < time.Median.Estimate && time.Median.Estimate < time.Median.Hi)
	assert.Greater(t, time.Spread, 0.0)
	assert.Less(t, time.Spread, 0.05)
	drift, _ := d.Benchmarks[0].Figure("drift")
	assert.Equal(t, -1.0, drift.Median.Estimate, "a benchmark may report what is negative")
	assert.True(t, math.IsNaN(drift.Spread))
	modes, _ := d.Benchmarks[3].Figure("ns/op")
	require.NotNil(t, modes.Modes)
	assert.InEpsilon(t, 0.5, modes.Modes.Share, 0.01)
}

func TestSpreadIsTheRobustDeviationOfTheLogarithms(t *testing.T) {
	assert.InDelta(t, 1.4826*math.Log(2), results.Spread([]float64{1, 2, 4, 8, 1e9}), 1e-12)
	assert.Zero(t, results.Spread([]float64{3, 3, 3}))
	assert.True(t, math.IsNaN(results.Spread([]float64{1, 2})))
	assert.True(t, math.IsNaN(results.Spread([]float64{0, 1, 2})))
}

func TestAFigureThatIsNoNumberIsLeftOutAlone(t *testing.T) {
	f := plain(3)
	f.Values = func(c results.Cell, round, slice int, r *rand.Rand) map[string]float64 {
		v := plainValues(c, round, slice, r)
		v["hits"] = math.NaN()
		return v
	}
	d := open(t, written(t, f))
	_, hits := d.Benchmarks[0].Figure("hits")
	time, ok := d.Benchmarks[0].Figure("ns/op")
	assert.False(t, hits)
	assert.True(t, ok)
	assert.Equal(t, 3, time.Median.N)
}

func TestARunOfPlainBenchmarksShowsNoModels(t *testing.T) {
	d := open(t, written(t, plain(12)))
	for _, text := range []string{terminal(t, d, false), markdown(t, d)} {
		for _, no := range []string{"What to take", "Time for the job", "What people say", "Models:", "The models", "Undecided", "NaN"} {
			assert.NotContains(t, text, no)
		}
		for _, want := range []string{"example.com/a", "Encode/size=64", "time/op", "allocs/op", "peak RSS", "9.00 MiB", "spread", "two modes", "Decode failed in 1 of 12 rounds",
			"Found and not measured", "BenchmarkRandom/42 of example.com/b: its name changes from one pass", "- example.com/c: it has no benchmarks"} {
			assert.Contains(t, text, want)
		}
	}
	assert.Contains(t, markdown(t, d), "4 benchmarks of 2 packages measured")
	for line := range strings.Lines(terminal(t, d, false)) {
		assert.LessOrEqual(t, utf8.RuneCountInString(line), 121, line)
	}
}

func TestARunOfBothShowsBoth(t *testing.T) {
	f := fakerun.New(3)
	f.Run.Cells = append(f.Run.Cells, plainCells()...)
	values := f.Values
	f.Values = func(c results.Cell, round, slice int, r *rand.Rand) map[string]float64 {
		if c.Plain() {
			return plainValues(c, round, slice, r)
		}
		return values(c, round, slice, r)
	}
	d := open(t, written(t, f))
	assert.Len(t, d.Rows, 7)
	assert.Len(t, d.Benchmarks, 4)
	for _, text := range []string{terminal(t, d, false), markdown(t, d)} {
		assert.Contains(t, text, "What to take")
		assert.Contains(t, text, "Encode/size=64")
	}
}

func TestBenchmarksOfWhichNothingWasMeasured(t *testing.T) {
	d := open(t, written(t, plain(0)))
	text := terminal(t, d, false)
	assert.Contains(t, text, "Encode/size=64: nothing was measured")
	assert.NotContains(t, text, "NaN")
}
