package results_test

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/internal/fakerun"
)

// scaled is a run of two plain benchmarks, of which Encode takes so many times as
// long as Decode and allocates so many bytes.
func scaled(rounds int, times, bytes float64) *fakerun.Fake {
	f := plain(rounds)
	f.Run.Cells = f.Run.Cells[:2]
	f.Values = func(c results.Cell, round, slice int, r *rand.Rand) map[string]float64 {
		v := map[string]float64{"ns/op": 1000 * math.Exp(0.002*r.NormFloat64()), "B/op": 64, "allocs/op": 0}
		if strings.HasPrefix(c.Name, "BenchmarkEncode") {
			v["ns/op"] *= times
			v["B/op"] = bytes
		}
		return v
	}
	f.Still = true
	return f
}

func stored(t *testing.T, a, b *fakerun.Fake) *results.Stored {
	t.Helper()
	return results.CompareRuns(open(t, written(t, a)), open(t, written(t, b)), 0.05)
}

func verdicts(s *results.Stored) map[string]results.StoredVerdict {
	all := map[string]results.StoredVerdict{}
	for _, c := range s.Comparisons {
		all[strings.TrimPrefix(c.Cell, "Benchmark")+" "+c.Metric.Unit] = c.Verdict
	}
	return all
}

func TestWhatIsSlowerInTheSecondRunIsTold(t *testing.T) {
	s := stored(t, scaled(12, 1, 64), scaled(12, 1.1, 128))
	assert.True(t, s.Regressed())
	assert.Equal(t, map[string]results.StoredVerdict{
		"Encode/size=64 ns/op": results.StoredSlower, "Encode/size=64 B/op": results.StoredSlower, "Encode/size=64 allocs/op": results.StoredSame,
		"Decode ns/op": results.StoredSame, "Decode B/op": results.StoredSame, "Decode allocs/op": results.StoredSame,
	}, verdicts(s))
	for _, c := range s.Comparisons {
		switch {
		case c.Metric.Unit == "allocs/op":
			assert.True(t, c.Exact, "constant figures are compared as they are, 0 too")
			assert.Equal(t, 1.0, c.Ratio.Estimate)
		case c.Cell == "BenchmarkEncode/size=64" && c.Metric.Unit == "ns/op":
			assert.InDelta(t, 1.1, c.Ratio.Estimate, 0.01)
			assert.True(t, c.Ratio.Lo < 1.1 && 1.1 < c.Ratio.Hi, c.Ratio)
			assert.Less(t, c.P, 1e-4)
		}
	}

	back := stored(t, scaled(12, 1.1, 128), scaled(12, 1, 64))
	assert.False(t, back.Regressed())
	assert.Equal(t, results.StoredFaster, verdicts(back)["Encode/size=64 ns/op"])
}

func TestADifferenceBelowTheThresholdIsNotTold(t *testing.T) {
	s := stored(t, scaled(12, 1, 64), scaled(12, 1.02, 64))
	assert.Equal(t, results.StoredSame, verdicts(s)["Encode/size=64 ns/op"])
	assert.False(t, s.Regressed())
}

func TestAllocationsWhereThereWereNone(t *testing.T) {
	s := stored(t, scaled(5, 1, 0), scaled(5, 1, 16))
	assert.Equal(t, results.StoredSlower, verdicts(s)["Encode/size=64 B/op"])
	assert.Contains(t, storedText(t, s), "+∞")
	assert.NotContains(t, storedText(t, s), "NaN")
}

func TestTooFewRoundsAreUndecidedAndSayHowManyItTakes(t *testing.T) {
	s := stored(t, scaled(3, 1, 64), scaled(3, 2, 64))
	assert.Equal(t, results.StoredUndecided, verdicts(s)["Encode/size=64 ns/op"])
	assert.False(t, s.Regressed())
	assert.Equal(t, 5, s.Need(), "at 0.05 over 2 comparisons the U test needs 5 a side")
	assert.Contains(t, strings.Join(strings.Fields(storedText(t, s)), " "), "they need 5 a run")
}

// varying makes the bytes of both benchmarks vary too, and leaves the times.
func varying(f *fakerun.Fake) *fakerun.Fake {
	values := f.Values
	f.Values = func(c results.Cell, round, slice int, r *rand.Rand) map[string]float64 {
		v := values(c, round, slice, r)
		v["B/op"] = float64(64 + round%3)
		v["allocs/op"] = float64(1 + round%2)
		return v
	}
	return f
}

func TestAllMetricsShareOneError(t *testing.T) {
	interval := func(s *results.Stored) results.Interval {
		require.Equal(t, "ns/op", s.Comparisons[0].Metric.Unit)
		return s.Comparisons[0].Ratio
	}
	two := stored(t, scaled(12, 1, 64), scaled(12, 1, 64))
	six := stored(t, varying(scaled(12, 1, 64)), varying(scaled(12, 1, 64)))
	assert.Less(t, interval(six).Lo, interval(two).Lo)
	assert.Greater(t, interval(six).Hi, interval(two).Hi)
	assert.Contains(t, strings.Join(strings.Fields(storedText(t, two)), " "), "stand outside the 95 %")
}

// The same run twice has no difference, in any metric of any model.
func TestARunDoesNotDifferFromItself(t *testing.T) {
	for _, f := range []*fakerun.Fake{fakerun.New(12), plain(12)} {
		s := stored(t, f, f)
		assert.NotEmpty(t, s.Comparisons)
		for _, c := range s.Comparisons {
			assert.Contains(t, []results.StoredVerdict{results.StoredSame, results.StoredUndecided}, c.Verdict, c.Cell)
			assert.InDelta(t, 1, c.Ratio.Estimate, 1e-9)
		}
		assert.Contains(t, strings.Join(s.Noted, "\n"), "the test binary is the same")
	}
}

func TestWhatCannotBeComparedIsListed(t *testing.T) {
	a, b := plain(6), plain(6)
	a.Run.Cells, b.Run.Cells = a.Run.Cells[1:], b.Run.Cells[:3]
	b.Run.Go = "go1.27.0"
	s := stored(t, a, b)
	assert.Equal(t, []string{"example.com/b Modes"}, s.OnlyFirst)
	assert.Equal(t, []string{"example.com/a Encode/size=64"}, s.OnlySecond)
	require.Len(t, s.NotJudged, 1)
	assert.Contains(t, s.NotJudged[0], "example.com/b Decode: in the first run it failed in 1 of 6 rounds")
	assert.Empty(t, s.Machines)
	assert.Contains(t, strings.Join(s.Noted, "\n"), "Go: go1.26.0, and go1.27.0")
	for _, text := range []string{storedText(t, s), storedMarkdown(t, s)} {
		for _, want := range []string{"Only in the first run", "Only in the second run", "Not judged", "go1.27.0", "Unpaired"} {
			assert.Contains(t, text, want)
		}
	}
}

func TestCellsThatTheOriginLimitedAreNotJudgedByTime(t *testing.T) {
	s := stored(t, fakerun.New(6), fakerun.New(6))
	assert.Contains(t, s.NotJudged, "echo ×100, eventloop, time: the origin was the limit")
	for _, c := range s.Comparisons {
		if c.Called == "echo ×100, eventloop" {
			assert.Equal(t, "CPU", c.Metric.Name)
		}
	}
}

func TestOnAnotherMachineOnlyRatiosBetweenModelsAreHeldSideBySide(t *testing.T) {
	a, b := fakerun.New(12), fakerun.New(12)
	b.Env.CPU, b.Env.Cores = "Other CPU", 8
	values := b.Values
	b.Values = func(c results.Cell, round, slice int, r *rand.Rand) map[string]float64 {
		v := values(c, round, slice, r)
		v["ns/op"] *= 3 // a slower machine, on which threads are slower still at hash
		if strings.Contains(c.Job, "hash") && c.Model == "threads" {
			v["ns/op"] *= 2
		}
		return v
	}
	s := stored(t, a, b)
	assert.Empty(t, s.Comparisons)
	assert.False(t, s.Regressed())
	assert.Equal(t, []string{"CPU: Example CPU @ 2.60GHz, and Other CPU", "CPUs for the run: 2, and 8"}, s.Machines)
	differ := 0
	for _, r := range s.Ratios {
		for _, m := range r.Models {
			if m.Agree != results.Disagrees {
				assert.Equal(t, results.Agrees, m.Agree)
				continue
			}
			differ++
			assert.Equal(t, "hash ×64, threads", r.Job+", "+m.Model)
			assert.InDelta(t, 2, m.Second.Estimate/m.First.Estimate, 0.1)
		}
	}
	assert.Equal(t, 1, differ)
	for _, text := range []string{storedText(t, s), storedMarkdown(t, s)} {
		assert.Contains(t, text, "Other CPU")
		assert.Contains(t, text, "differ")
		assert.NotContains(t, text, "NaN")
	}
}

func TestOnAnotherMachinePlainBenchmarksHaveNothingToCompare(t *testing.T) {
	b := plain(6)
	b.Env.Arch = "arm64"
	text := storedText(t, stored(t, plain(6), b))
	assert.Contains(t, text, "there is nothing to compare")
}

func TestStoredJSONIsWholeAndHasNoInfinity(t *testing.T) {
	for _, s := range []*results.Stored{stored(t, scaled(5, 1, 0), scaled(2, 1, 16)), stored(t, scaled(2, 1, 0), scaled(2, 1, 16))} {
		var b bytes.Buffer
		require.NoError(t, results.WriteStoredJSON(&b, s))
		var out struct {
			Paired      bool
			Regressed   bool
			Comparisons []struct {
				Cell, Unit, Verdict string
				Ratio               map[string]float64
			}
		}
		require.NoError(t, json.Unmarshal(b.Bytes(), &out))
		assert.False(t, out.Paired)
		assert.Len(t, out.Comparisons, 6)
	}
}

func TestStoredTextFitsATerminal(t *testing.T) {
	for line := range strings.Lines(storedText(t, stored(t, fakerun.New(3), fakerun.New(12)))) {
		assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), 120, line)
	}
}

func TestPublishedRunsCanBeCompared(t *testing.T) {
	quick, full := open(t, "published/2026-11-21-quick"), open(t, "published/2026-11-21-full")
	s := results.CompareRuns(quick, full, 0.05)
	assert.NotEmpty(t, s.Comparisons)
	assert.NotEmpty(t, s.OnlySecond)
	assert.NotContains(t, storedText(t, s)+storedMarkdown(t, s), "NaN")
}

func TestIsRun(t *testing.T) {
	dir := t.TempDir()
	assert.False(t, results.IsRun(dir))
	assert.False(t, results.IsRun(filepath.Join(dir, "none")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, results.RunFile), nil, 0o644))
	assert.True(t, results.IsRun(dir))
}

func storedText(t *testing.T, s *results.Stored) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, results.WriteStored(&b, s, false))
	return b.String()
}

func storedMarkdown(t *testing.T, s *results.Stored) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, results.WriteStoredMarkdown(&b, s))
	return b.String()
}
