package main

import (
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/origin"
)

// role makes this test binary a side.
const role = "SIDE_TEST"

func TestMain(m *testing.M) {
	origin.Main()
	workloads.ServeWorker()
	if os.Getenv(role) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

const limit = time.Minute // thousands of times what anything takes here

// start starts a side at a gate.
func start(t *testing.T, args ...string) *gate.Process {
	t.Helper()
	if err := gate.Supported(); err != nil {
		t.Skip("not runnable: ", err)
	}
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), role+"=1")
	p, err := gate.Start(cmd, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	return p
}

// side starts one, waits until it is ready, and has it measure samples of so many
// jobs each. It returns the figures of the last.
func side(t *testing.T, jobs []int, args ...string) map[string]float64 {
	t.Helper()
	m, _, err := runners.Lookup(args[1], bench.Cores())
	require.NoError(t, err)
	if m.Unsupported != nil {
		if err := m.Unsupported(); err != nil {
			t.Skip("not runnable: ", err)
		}
	}
	p := start(t, args...)
	name, err := p.Ready(t.Context(), limit)
	require.NoError(t, err)
	assert.Equal(t, args[0], name)
	var figures map[string]float64
	for _, n := range jobs {
		s, err := p.Sample(t.Context(), n, limit)
		require.NoError(t, err)
		assert.Equal(t, n, s.N)
		assert.Positive(t, s.Timed)
		assert.Positive(t, s.Values["ns/op"])
		assert.GreaterOrEqual(t, s.Values["cpu-ns/op"], 0.0)
		figures = s.Values
	}
	require.NoError(t, p.End(limit), "it ends when asked to")
	return figures
}

func TestEachWorkIsDoneAtTheGate(t *testing.T) {
	for _, args := range [][]string{
		{"spawn", "goroutines", "50"},
		{"spawn", "gopool", "50"},
		{"spawn", "threads", "20"},
		{"bulk", "threads", "20"},
		{"bulk", "goroutines", "50"},
		{"join", "threads", "20"},
		{"queue", "threads", "20"},
		{"queue", "eventloop", "20"},
		{"pipe", "threads", "20"},
		{"yield", "eventloop", "20"},
		{"roundtrip", "goroutines", "20"},
		{"roundtrip", "processes:1", "20"},
	} {
		t.Run(args[0]+" "+args[1], func(t *testing.T) { side(t, []int{1, 3, 2}, args...) })
	}
}

// A figure is that of an operation, of which a job has many.
func TestFiguresAreOfAnOperation(t *testing.T) {
	p := start(t, "spawn", "goroutines", "1000")
	_, err := p.Ready(t.Context(), limit)
	require.NoError(t, err)
	s, err := p.Sample(t.Context(), 5, limit)
	require.NoError(t, err)
	assert.InEpsilon(t, float64(s.Timed)/5000, s.Values["ns/op"], 1e-9)
}

func TestEchoProvesItsWork(t *testing.T) {
	o, err := origin.Start(origin.Options{Workloads: []string{"echo"}})
	require.NoError(t, err)
	defer o.Close()
	at, err := netip.ParseAddrPort(o.Addr("echo"))
	require.NoError(t, err)
	args := []string{strconv.Itoa(int(at.Port())), "1", "5", "3"}
	first := side(t, []int{1, 2}, append([]string{"echo", "goroutines"}, args...)...)
	assert.NotZero(t, first["checksum"])
	again := side(t, []int{3}, append([]string{"echo", "eventloop"}, args...)...)
	assert.Equal(t, first["checksum"], again["checksum"], "the same work under another model")
}

func TestIdleTasksAreWeighedOnceAProcess(t *testing.T) {
	if _, err := footprint(); err != nil {
		t.Skip("not runnable: ", err)
	}
	assert.Greater(t, side(t, []int{1}, "idle", "goroutines", "5000")["held-B/op"], 2048.0, "a goroutine's stack is in it")

	p := start(t, "idle", "goroutines", "10")
	_, err := p.Ready(t.Context(), limit)
	require.NoError(t, err)
	_, err = p.Sample(t.Context(), 2, limit)
	assert.Equal(t, gate.Failed("a process measures one job"), err)
}

func TestTicksAreLate(t *testing.T) {
	figures := side(t, []int{1, 1}, "tick", "threads", "3", "20")
	assert.Contains(t, figures, "p99-lag-ns")
}

func TestBadArgumentsAreNamed(t *testing.T) {
	for says, args := range map[string][]string{
		"side WORK MODEL": {"spawn"},
		"no such work":    {"spwan", "goroutines", "1"},
		"did you mean":    {"spawn", "gorutines", "1"},
		"want a number":   {"spawn", "goroutines", "0"},
		"takes 1 arg":     {"spawn", "goroutines", "1", "2"},
	} {
		_, err := start(t, args...).Ready(t.Context(), limit)
		var failed gate.Failed
		assert.ErrorAs(t, err, &failed)
		assert.ErrorContains(t, err, says)
	}
}

func TestByHandTokensComeFromStandardInput(t *testing.T) {
	if err := gate.Supported(); err != nil {
		t.Skip("not runnable: ", err)
	}
	cmd := exec.Command(os.Args[0], "spawn", "goroutines", "10")
	cmd.Env = append(os.Environ(), role+"=1")
	cmd.Stdin = strings.NewReader("run 2\nrun 1\nend\n")
	out, err := cmd.Output()
	require.NoError(t, err)
	assert.Regexp(t, `^ready spawn\nsample 2 0 \d+\t.* ns/op\nsample 1 0 .*\n$`, string(out))
}
