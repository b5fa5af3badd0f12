package gobench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The fixtures, compiled once.
var fixture, crash Binary

func TestMain(m *testing.M) {
	code, err := 1, error(nil)
	dir, err := os.MkdirTemp("", "gobench")
	if err == nil {
		if err = buildFixtures(dir); err == nil {
			code = m.Run()
		}
		os.RemoveAll(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func buildFixtures(dir string) error {
	ctx := context.Background()
	src := Source{Dir: filepath.Join("testdata", "fixture")}
	packages, err := List(ctx, src, []string{"./..."})
	if err != nil {
		return err
	}
	if len(packages) != 2 {
		return fmt.Errorf("fixtures: %v", packages)
	}
	for i, b := range []*Binary{&fixture, &crash} {
		file := filepath.Join(dir, fmt.Sprint(i), "bench.test")
		if *b, err = packages[i].Build(ctx, src, file, 0, io.Discard); err != nil {
			return err
		}
	}
	return nil
}

var quick = Options{Benchtime: "2x", Slices: 3, CPU: 2, Timeout: time.Minute}

func measure(t *testing.T, name string) Output {
	t.Helper()
	out, err := fixture.Measure(t.Context(), []string{name}, quick)
	require.NoError(t, err, "%s", out.Log)
	return out
}

func TestOneBenchmarkIsMeasuredInSlices(t *testing.T) {
	for _, name := range []string{
		"BenchmarkPlain", "BenchmarkOld", "BenchmarkParallel", "BenchmarkLogs", "BenchmarkEnvironment",
		"BenchmarkSubs/a_b", "BenchmarkSubs/x/y", "BenchmarkSubs/deep/er", "BenchmarkSubs/size-2", "BenchmarkSubs/size-2#01",
		"BenchmarkSubs/(odd)|[x]$", "BenchmarkPrints", "BenchmarkPrintsBetween/sub", "BenchmarkFails/well",
	} {
		out := measure(t, name)
		assert.Empty(t, out.Failed, name)
		assert.Equal(t, []string{name}, out.Order)
		require.Len(t, out.Results[name], 3, "%s: %s", name, out.Log)
		for _, line := range out.Results[name] {
			assert.Regexp(t, `^\S+-2\t2\t.* ns/op\t.* B/op\t.* allocs/op\t.* cpus\t`, line)
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
		out, err := fixture.Measure(t.Context(), []string{"BenchmarkSubs/size-4"}, o)
		require.NoError(t, err)
		require.Len(t, out.Results["BenchmarkSubs/size-4"], 3, "%s", out.Log)
		assert.True(t, strings.HasPrefix(out.Results["BenchmarkSubs/size-4"][0], want))
	}
}

func TestSeveralBenchmarksShareAProcessThatTellsNothingOfOne(t *testing.T) {
	names := []string{"BenchmarkPlain", "BenchmarkSubs/x/y", "BenchmarkSubs/a_b", "BenchmarkSubs/deep/er"}
	out, err := fixture.Measure(t.Context(), names, quick)
	require.NoError(t, err)
	assert.ElementsMatch(t, names, out.Order)
	for _, name := range names {
		require.Len(t, out.Results[name], 3)
		assert.NotContains(t, out.Results[name][0], "cpus")
	}
}

func TestAGreatManyBenchmarksAreSelectedByFunction(t *testing.T) {
	var names []string
	for i := range 1000 {
		names = append(names, fmt.Sprintf("BenchmarkSubs/there_is_no_such_%d", i))
	}
	names = append(names, "BenchmarkSubs/x/y")
	assert.Equal(t, "^BenchmarkSubs$", selector(names))
	out, err := fixture.Measure(t.Context(), names, quick)
	require.NoError(t, err)
	assert.Equal(t, []string{"BenchmarkSubs/x/y"}, out.Order)
}

func TestWhatABenchmarkReportsItselfIsNotAddedToIt(t *testing.T) {
	line := measure(t, "BenchmarkReports").Results["BenchmarkReports"][0]
	assert.Contains(t, line, "0.5000 cpus")
	assert.Equal(t, 1, strings.Count(line, " cpus"))
	assert.Contains(t, line, "3.000 things")
	assert.NotContains(t, line, "ns/op")
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
		"BenchmarkParentFails/sub": "BenchmarkParentFails: fixture_test.go:51: the sum is wrong",
		"BenchmarkNegative":        "printed nonsense: -1.000 ns/op",
		"BenchmarkNaN":             "printed nonsense: NaN ns/op",
	} {
		out := measure(t, name)
		assert.Contains(t, out.Failed[name], why, name)
		assert.Len(t, out.Failed, 1, name)
	}
}

func TestABenchmarkThatIsNotThereIsMissing(t *testing.T) {
	for _, name := range []string{"BenchmarkSkips", "BenchmarkRandom/1", "BenchmarkGone"} {
		out := measure(t, name)
		assert.Empty(t, out.Results)
		assert.Empty(t, out.Failed)
	}
}

func TestDiscoverFindsSubBenchmarksAndWhatIsWrong(t *testing.T) {
	f, err := fixture.Discover(t.Context(), quick, "")
	require.NoError(t, err, "%s", f.Log)
	assert.Equal(t, []string{
		"BenchmarkPlain", "BenchmarkOld",
		"BenchmarkSubs/a_b", "BenchmarkSubs/x/y", "BenchmarkSubs/size-2", "BenchmarkSubs/size-4", "BenchmarkSubs/(odd)|[x]$", "BenchmarkSubs/size-2#01", "BenchmarkSubs/deep/er",
		"BenchmarkFails/well", "BenchmarkFails/late", "BenchmarkPrints", "BenchmarkPrintsBetween/sub", "BenchmarkLogs", "BenchmarkReports",
		"BenchmarkDrifts", "BenchmarkParallel", "BenchmarkMemory", "BenchmarkEnvironment",
	}, f.Names)
	assert.Len(t, f.Unstable, 2)
	for _, name := range f.Unstable {
		assert.Regexp(t, "^BenchmarkRandom/[0-9]+$", name)
	}
	assert.Equal(t, map[string]string{
		"BenchmarkFails/bad":       "fixture_test.go:41: no luck",
		"BenchmarkParentFails":     "fixture_test.go:51: the sum is wrong",
		"BenchmarkParentFails/sub": "BenchmarkParentFails: fixture_test.go:51: the sum is wrong",
		"BenchmarkNegative":        "printed nonsense: -1.000 ns/op",
		"BenchmarkNaN":             "printed nonsense: NaN ns/op",
	}, f.Failed)
	assert.Equal(t, map[string]string{"BenchmarkSkips": "fixture_test.go:70: not today"}, f.Skipped)
	assert.Positive(t, f.SetUp)
	assert.Greater(t, f.Pass, 100*time.Millisecond, "the memory benchmark sleeps as long")
}

func TestDiscoverTakesAPattern(t *testing.T) {
	o := quick
	o.CPU = 1
	f, err := fixture.Discover(t.Context(), o, "Subs/size")
	require.NoError(t, err)
	assert.Equal(t, []string{"BenchmarkSubs/size-2", "BenchmarkSubs/size-4", "BenchmarkSubs/size-2#01"}, f.Names)

	f, err = fixture.Discover(t.Context(), quick, "NoSuch")
	require.NoError(t, err)
	assert.Empty(t, f.Names)

	for _, bad := range []string{"a(", "a/*b"} {
		_, err = fixture.Discover(t.Context(), quick, bad)
		assert.ErrorContains(t, err, "regexp", bad)
	}
}
