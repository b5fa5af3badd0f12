package gotest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results/record"
)

// A session is what an engine needs of a process.
type session interface {
	Ready(ctx context.Context, limit time.Duration) (string, error)
	Sample(ctx context.Context, n int, limit time.Duration) (record.Sample, error)
	Next() error
	End(limit time.Duration) error
	Output() []byte
	PID() int
	Close() error
}

var _, _ session = (*gate.Process)(nil), (*Ungated)(nil)

func TestWithoutAGateEachSampleHasAProcess(t *testing.T) {
	o := quick
	o.TMPDIR = t.TempDir()
	t.Setenv("TURNS_TEST_TMPDIR", o.TMPDIR)
	names := []string{"BenchmarkN", "BenchmarkLoop", "BenchmarkPrints", "BenchmarkAgain", "BenchmarkEnvironment", "BenchmarkFailsThird"}
	u := turns.Ungated(names, o)
	for _, name := range names {
		got, err := u.Ready(t.Context(), limit)
		require.NoError(t, err)
		require.Equal(t, name, got)
		for range 3 {
			s, err := u.Sample(t.Context(), 5, limit)
			require.NoError(t, err, "%s: %s", name, u.Output())
			assert.Equal(t, 5, s.N)
			assert.Equal(t, -1, s.GCs)
			assert.InDelta(t, 5*s.Values["ns/op"], s.Timed.Seconds()*1e9, 1)
			assert.Contains(t, s.Values, "allocs/op")
			assert.Contains(t, s.Values, "cpus")
		}
		assert.Contains(t, string(u.Output()), "cleaned up")
		require.NoError(t, u.Next())
	}
	_, err := u.Ready(t.Context(), limit)
	assert.ErrorIs(t, err, gate.ErrEnded)
	_, err = u.Sample(t.Context(), 5, limit)
	assert.ErrorIs(t, err, gate.ErrEnded)
	assert.NoError(t, u.Next())
	assert.NoError(t, u.End(limit))
	assert.NoError(t, u.Close())
}

func TestWithoutAGateABenchmarksOwnFiguresStay(t *testing.T) {
	s, err := fixture.Ungated([]string{"BenchmarkReports"}, quick).Sample(t.Context(), 5, limit)
	require.NoError(t, err)
	assert.Equal(t, 0.5, s.Values["cpus"])
	assert.Equal(t, 3.0, s.Values["things"])
	assert.NotContains(t, s.Values, "ns/op")
	assert.Zero(t, s.Timed)
}

func TestWithoutAGateTroubleSaysWhy(t *testing.T) {
	ungated := func(b Binary, name string, limit time.Duration) error {
		_, err := b.Ungated([]string{name}, quick).Sample(t.Context(), 2, limit)
		return err
	}
	says(t, gate.Failed("address already in use"), ungated(turns, "BenchmarkFirst/fails", limit))
	says(t, gate.Skipped("not today"), ungated(fixture, "BenchmarkSkips", limit))
	says(t, gate.Failed("it printed no result: its name changes from one process to the next, or something was printed over it"), ungated(turns, "BenchmarkGone", limit))
	err := ungated(crash, "BenchmarkPanics/sub", limit)
	assert.ErrorIs(t, err, gate.ErrEnded)
	assert.ErrorContains(t, err, "panic: out of cheese")
	err = ungated(crash, "BenchmarkHangs", time.Second)
	assert.NotErrorIs(t, err, gate.ErrEnded)
	assert.ErrorContains(t, err, "exceeded its time limit of 1s")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = turns.Ungated([]string{"BenchmarkN"}, quick).Sample(ctx, 2, limit)
	assert.ErrorIs(t, err, context.Canceled)
}
