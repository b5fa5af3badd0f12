package gotest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDiscoverFindsSubBenchmarksAndWhatIsWrong(t *testing.T) {
	f, err := fixture.Discover(t.Context(), quick, "")
	require.NoError(t, err, "%s", f.Log)
	assert.Equal(t, []string{
		"BenchmarkPlain", "BenchmarkOld",
		"BenchmarkSubs/a_b", "BenchmarkSubs/x/y", "BenchmarkSubs/size-2", "BenchmarkSubs/size-4", "BenchmarkSubs/(odd)|[x]$", "BenchmarkSubs/size-2#01", "BenchmarkSubs/deep/er",
		"BenchmarkFails/well", "BenchmarkFails/late", "BenchmarkPrints", "BenchmarkPrintsBetween/sub", "BenchmarkLogs", "BenchmarkReports",
		"BenchmarkDrifts", "BenchmarkParallel", "BenchmarkMemory",
	}, f.Names)
	assert.Len(t, f.Unstable, 2)
	for _, name := range f.Unstable {
		assert.Regexp(t, "^BenchmarkRandom/[0-9]+$", name)
	}
	assert.Equal(t, map[string]string{
		"BenchmarkFails/bad":       "fixture_test.go:39: no luck",
		"BenchmarkParentFails":     "fixture_test.go:49: the sum is wrong",
		"BenchmarkParentFails/sub": "BenchmarkParentFails: fixture_test.go:49: the sum is wrong",
		"BenchmarkNegative":        "printed nonsense: -1.000 ns/op",
		"BenchmarkNaN":             "printed nonsense: NaN ns/op",
	}, f.Failed)
	assert.Equal(t, map[string]string{"BenchmarkSkips": "fixture_test.go:68: not today"}, f.Skipped)
	assert.Contains(t, f.Config, "pkg: fixture.test/fixture")
	assert.Positive(t, f.SetUp)
	assert.Greater(t, f.Pass, 100*time.Millisecond, "the memory benchmark sleeps as long")
	assert.Positive(t, f.Once["BenchmarkOld"])
	assert.NotContains(t, f.Once, "BenchmarkReports", "which hides its ns/op")
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

func TestOneBenchmarkIsNeverOutweighed(t *testing.T) {
	f := Found{Names: []string{"BenchmarkA"}, SetUp: time.Second}
	assert.False(t, f.Outweighs(time.Millisecond))
	f.Names = append(f.Names, "BenchmarkB")
	assert.True(t, f.Outweighs(time.Millisecond))
	assert.False(t, f.Outweighs(time.Second))
}
