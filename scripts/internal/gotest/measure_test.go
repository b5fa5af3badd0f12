package gotest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// measure measures a benchmark of the fixture, three samples of two iterations.
func measure(t *testing.T, names ...string) Output {
	t.Helper()
	out, err := fixture.Measure(t.Context(), names, "2x", 3, quick)
	require.NoError(t, err, "%s", out.Log)
	return out
}

func TestABenchmarkIsMeasuredTheUsualWay(t *testing.T) {
	for _, name := range []string{
		"BenchmarkPlain", "BenchmarkOld", "BenchmarkParallel", "BenchmarkLogs",
		"BenchmarkSubs/a_b", "BenchmarkSubs/x/y", "BenchmarkSubs/deep/er", "BenchmarkSubs/size-2", "BenchmarkSubs/size-2#01",
		"BenchmarkSubs/(odd)|[x]$", "BenchmarkPrints", "BenchmarkPrintsBetween/sub", "BenchmarkFails/well",
	} {
		out := measure(t, name)
		assert.Empty(t, out.Failed, name)
		assert.Equal(t, []string{name}, out.Order)
		require.Len(t, out.Results[name], 3, "%s: %s", name, out.Log)
		for _, line := range out.Results[name] {
			assert.Regexp(t, `^\S+-2\t2\t.* ns/op\t.* B/op\t.* allocs/op$`, line)
			assert.True(t, strings.HasPrefix(line, name+"-2\t"), line)
			assert.NotContains(t, line, "apples")
		}
		assert.Contains(t, out.Config, "pkg: fixture.test/fixture", name)
		assert.Positive(t, out.Wall)
	}
}

func TestTheSuffixIsThatOfTheCPUs(t *testing.T) {
	o := quick
	for cpu, want := range map[int]string{1: "BenchmarkSubs/size-4\t", 4: "BenchmarkSubs/size-4-4\t"} {
		o.CPU = cpu
		out, err := fixture.Measure(t.Context(), []string{"BenchmarkSubs/size-4"}, "2x", 1, o)
		require.NoError(t, err)
		require.Len(t, out.Results["BenchmarkSubs/size-4"], 1, "%s", out.Log)
		assert.True(t, strings.HasPrefix(out.Results["BenchmarkSubs/size-4"][0], want))
	}
}

func TestSeveralBenchmarksAreMeasuredInOneProcess(t *testing.T) {
	names := []string{"BenchmarkPlain", "BenchmarkSubs/x/y", "BenchmarkSubs/a_b", "BenchmarkSubs/deep/er"}
	out := measure(t, names...)
	assert.ElementsMatch(t, names, out.Order)
	for _, name := range names {
		require.Len(t, out.Results[name], 3)
	}
}

func TestAFigureOfABenchmarksOwnMayBeAnyNumber(t *testing.T) {
	out := measure(t, "BenchmarkDrifts")
	assert.Empty(t, out.Failed)
	require.Len(t, out.Results["BenchmarkDrifts"], 3)
	assert.Regexp(t, `\t *-1\.500 drift\t *\+Inf score\t`, out.Results["BenchmarkDrifts"][0])
}

func TestABenchmarkThatFailsSaysWhy(t *testing.T) {
	for name, why := range map[string]string{
		"BenchmarkFails/bad":       "no luck",
		"BenchmarkFails/late":      "too many",
		"BenchmarkParentFails/sub": "BenchmarkParentFails: fixture_test.go:49: the sum is wrong",
		"BenchmarkNegative":        "printed nonsense: -1.000 ns/op",
		"BenchmarkNaN":             "printed nonsense: NaN ns/op",
	} {
		out := measure(t, name)
		assert.Contains(t, out.Failed[name], why, name)
		assert.Len(t, out.Failed, 1, name)
	}
}

func TestABenchmarkThatDoesNotRunIsMissing(t *testing.T) {
	for _, name := range []string{"BenchmarkSkips", "BenchmarkRandom/1", "BenchmarkGone"} {
		out := measure(t, name)
		assert.Empty(t, out.Results)
		assert.Empty(t, out.Failed)
	}
	assert.Equal(t, map[string]string{"BenchmarkSkips": "fixture_test.go:68: not today"}, measure(t, "BenchmarkSkips").Skipped)
}
