package main

import (
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/origin"
)

func TestMain(m *testing.M) {
	origin.Main()
	workloads.ServeWorker()
	os.Exit(m.Run())
}

// side runs a side in this process.
func side(t *testing.T, args ...string) reading {
	t.Helper()
	m, _, err := runners.Lookup(args[1], bench.Cores())
	require.NoError(t, err)
	if m.Unsupported != nil {
		if err := m.Unsupported(); err != nil {
			t.Skip("not runnable: ", err)
		}
	}
	procs := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(procs)
	r, err := run(args)
	require.NoError(t, err)
	assert.Positive(t, r.Ops)
	assert.Positive(t, r.Wall)
	return r
}

const span = "1000000" // 1 ms

func TestEachWorkIsDone(t *testing.T) {
	for _, args := range [][]string{
		{"spawn", "goroutines", span, "50"},
		{"spawn", "gopool", span, "50"},
		{"spawn", "threads", span, "20"},
		{"bulk", "threads", span, "20"},
		{"bulk", "goroutines", span, "50"},
		{"join", "threads", span, "1"},
		{"queue", "threads", span, "20"},
		{"queue", "eventloop", span, "20"},
		{"pipe", "threads", span, "20"},
		{"yield", "eventloop", span, "20"},
		{"roundtrip", "goroutines", span, "20"},
		{"roundtrip", "processes:1", span, "20"},
		{"tick", "threads", span, "3", "20"},
	} {
		t.Run(args[0]+" "+args[1], func(t *testing.T) { side(t, args...) })
	}
}

func TestEchoProvesItsWork(t *testing.T) {
	o, err := origin.Start(origin.Options{Workloads: []string{"echo"}})
	require.NoError(t, err)
	defer o.Close()
	at, err := netip.ParseAddrPort(o.Addr("echo"))
	require.NoError(t, err)
	args := []string{span, strconv.Itoa(int(at.Port())), "1", "5", "3"}
	r := side(t, append([]string{"echo", "goroutines"}, args...)...)
	assert.NotEmpty(t, r.Sum)
	assert.Zero(t, r.Ops%15, "whole jobs")
	again := side(t, append([]string{"echo", "eventloop"}, args...)...)
	assert.Equal(t, r.Sum, again.Sum, "the same work under another model")
}

func TestIdleTasksAreWeighed(t *testing.T) {
	if _, err := footprint(); err != nil {
		t.Skip("not runnable: ", err)
	}
	r := side(t, "idle", "goroutines", span, "5000")
	assert.Equal(t, 5000, r.Ops)
	assert.Greater(t, r.Value, 2048.0, "a goroutine's stack is in it")
}

func TestTheSpanIsHeld(t *testing.T) {
	r := side(t, "spawn", "goroutines", strconv.Itoa(int(20*time.Millisecond)), "1")
	assert.GreaterOrEqual(t, r.Wall, 20*time.Millisecond)
}

func TestBadArgumentsAreNamed(t *testing.T) {
	for says, args := range map[string][]string{
		"side WORK MODEL":   {"spawn"},
		"no such work":      {"spwan", "goroutines", span, "1"},
		"did you mean":      {"spawn", "gorutines", span, "1"},
		"want a number":     {"spawn", "goroutines", span, "0"},
		"takes a span and ": {"spawn", "goroutines", span, "1", "2"},
	} {
		_, err := run(args)
		assert.ErrorContains(t, err, says)
	}
}
