package gotest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestABenchmarkWhoseProcessDiesIsNamed(t *testing.T) {
	for bench, want := range map[string][]string{
		"Panics$":        {"BenchmarkPanics/sub was the last to begin: ", "panic: out of cheese"},
		"Exits$":         {"BenchmarkExits was the last to begin: ", "3"},
		"ExitsAsIf":      {"BenchmarkExitsAsIfFailed/b was the last to begin: ", "1"},
		"ExitsWell$":     {"BenchmarkExitsWell was the last to begin: ", "unexpected call to os.Exit(0)"},
		"NoSuch/[z-a]/b": {"[z-a]"},
	} {
		f, err := crash.Discover(t.Context(), quick, bench)
		for _, text := range want {
			assert.ErrorContains(t, err, text, bench)
		}
		if bench == "Panics$" {
			assert.Contains(t, string(f.Log), "goroutine")
		}
	}
	out, err := crash.Measure(t.Context(), []string{"BenchmarkPanics/sub"}, "2x", 3, quick)
	assert.ErrorContains(t, err, "panic: out of cheese")
	assert.Contains(t, string(out.Log), "goroutine")
	assert.Empty(t, out.Results)
}

func TestAHangIsEnded(t *testing.T) {
	o := quick
	o.Timeout = time.Second
	out, err := crash.Measure(t.Context(), []string{"BenchmarkHangs"}, "2x", 1, o)
	assert.ErrorContains(t, err, "exceeded its time limit of 1s")
	assert.Empty(t, out.Results)
}

func TestTheTimeLimitIsThatOfABenchmark(t *testing.T) {
	o := quick
	o.Timeout = 100 * time.Millisecond
	_, err := crash.Measure(t.Context(), []string{"BenchmarkHangs", "BenchmarkNone", "BenchmarkNeither"}, "2x", 1, o)
	assert.ErrorContains(t, err, "exceeded its time limit of 300ms")
	_, err = crash.Discover(t.Context(), o, "Hangs")
	assert.ErrorContains(t, err, "BenchmarkHangs was the last to begin: exceeded its time limit of 1s")
}

func TestAProcessEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := crash.Measure(ctx, []string{"BenchmarkHangs"}, "2x", 1, quick)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = crash.Discover(ctx, quick, "Hangs")
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestOnlyTheBinaryIsLeftInItsFolder(t *testing.T) {
	measure(t, "BenchmarkPlain")
	left, err := os.ReadDir(filepath.Dir(fixture.Path))
	require.NoError(t, err)
	require.Len(t, left, 1)
	assert.Equal(t, filepath.Base(fixture.Path), left[0].Name())
}

func TestAProfileIsWritten(t *testing.T) {
	o := quick
	o.Profile = filepath.Join(t.TempDir(), "cpu.pprof")
	_, err := fixture.Measure(t.Context(), []string{"BenchmarkPlain"}, "2x", 2, o)
	require.NoError(t, err)
	assert.FileExists(t, o.Profile)
}

func TestArgumentsGoToTheBinary(t *testing.T) {
	o := quick
	o.Args = []string{"-test.count=1"}
	out, err := fixture.Measure(t.Context(), []string{"BenchmarkPlain"}, "2x", 2, o)
	require.NoError(t, err)
	assert.Len(t, out.Results["BenchmarkPlain"], 1)

	o.Args = []string{"-nosuch"}
	_, err = fixture.Measure(t.Context(), []string{"BenchmarkPlain"}, "2x", 2, o)
	assert.ErrorContains(t, err, "flag provided but not defined: -nosuch")
}
