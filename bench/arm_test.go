package bench

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/runners"
)

const armLimit = 2 * time.Minute // far more than anything takes here

// start starts this test binary as the arm of a cell.
func start(t *testing.T, cell string, env ...string) *gate.Process {
	t.Helper()
	if err := gate.Supported(); err != nil {
		t.Skip("not runnable: ", err)
	}
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe, Arguments(cell, 1)...)
	cmd.Env = append(os.Environ(), env...)
	p, err := gate.Start(cmd, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	return p
}

// ready starts an arm and waits until it is ready.
func ready(t *testing.T, cell string, env ...string) *gate.Process {
	t.Helper()
	p := start(t, cell, env...)
	name, err := p.Ready(context.Background(), armLimit)
	require.NoError(t, err, string(p.Output()))
	require.Equal(t, cell, name)
	return p
}

// supported skips where a model cannot run.
func supported(t *testing.T, model string) {
	t.Helper()
	m, _, err := runners.Lookup(model, Cores())
	require.NoError(t, err)
	if m.Unsupported != nil {
		if err := m.Unsupported(); err != nil {
			t.Skip("not runnable: ", err)
		}
	}
}

// sampled has an arm measure a sample.
func sampled(t *testing.T, p *gate.Process, n int) record.Sample {
	t.Helper()
	s, err := p.Sample(context.Background(), n, armLimit)
	require.NoError(t, err, string(p.Output()))
	assert.Equal(t, n, s.N)
	assert.Positive(t, s.Timed)
	assert.InEpsilon(t, float64(s.Timed)/float64(n), s.Values["ns/op"], 1e-6)
	return s
}

func TestAnArmMeasuresWhenItIsToldTo(t *testing.T) {
	for _, model := range []string{"goroutines", "eventloop", "threads"} {
		for _, job := range []string{"BenchmarkIO/workload=echo/tasks=10/trips=5", "BenchmarkCPU/workload=hash/tasks=8/blocks=1"} {
			t.Run(model+" "+job, func(t *testing.T) {
				supported(t, model)
				p := ready(t, job+"/model="+model)
				first := sampled(t, p, 1)
				next := sampled(t, p, 3)
				assert.Equal(t, first.Values["first-ns"], next.Values["first-ns"], "it is the same process")
				units := []string{"tasks/s", "cpu-ns/op", "user-ns/op", "sys-ns/op", "p50-ns", "p99-ns", "max-ns", "service-p99-ns"}
				if runtime.GOOS == "linux" {
					units = append(units, "vol-ctxsw/op", "invol-ctxsw/op", "peak-rss-B", "footprint-B", "threads")
				}
				for _, unit := range units {
					assert.Contains(t, next.Values, unit)
				}
				_, served := next.Values["origin-cpu-ns/op"]
				assert.Equal(t, job[:len("BenchmarkIO")] == "BenchmarkIO", served)
				require.NoError(t, p.End(armLimit))
				assert.NotContains(t, string(p.Output()), "ns/op", "what it measures goes through the gate alone")
				assert.NotContains(t, string(p.Output()), "Unit ")
			})
		}
	}
}

func TestTwoArmsTakeTurns(t *testing.T) {
	arms := []*gate.Process{
		ready(t, "BenchmarkIO/workload=echo/tasks=10/trips=5/model=goroutines"),
		ready(t, "BenchmarkIO/workload=echo/tasks=10/trips=5/model=gopool"),
	}
	for cycle := range 4 {
		for i := range arms {
			sampled(t, arms[(i+cycle)%2], 2)
		}
	}
	for _, p := range arms {
		require.NoError(t, p.End(armLimit))
	}
}

func TestAnArmSaysThatItCannotRun(t *testing.T) {
	p := start(t, "BenchmarkMixed/workload=counter/tasks=2/model=processes")
	_, err := p.Ready(context.Background(), armLimit)
	var skipped gate.Skipped
	require.ErrorAs(t, err, &skipped, string(p.Output()))
	assert.ErrorContains(t, err, "share no memory")
	assert.NoError(t, p.End(armLimit), "that is no failure")
}

// faultyArm starts the arm of the faulty cell, and returns the file that decides
// what it does.
func faultyArm(t *testing.T, fault string) (p *gate.Process, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "fault")
	require.NoError(t, os.WriteFile(file, []byte(fault), 0o600))
	return start(t, faultyCell, faultFile+"="+file), file
}

func TestAnArmSaysWhyItsSetUpFailed(t *testing.T) {
	for fault, want := range map[string]error{
		"prepare": gate.Failed("nothing to\nprepare"),
		"op":      gate.Failed("1 of 1 tasks failed: task 0: it went wrong"), // in the warm-up
		"unfit":   gate.Skipped("no such machine"),
		"before":  gate.Skipped("no more"),
	} {
		t.Run(fault, func(t *testing.T) {
			p, _ := faultyArm(t, fault)
			_, err := p.Ready(context.Background(), armLimit)
			assert.Equal(t, want, err, string(p.Output()))
			assert.NoError(t, p.End(armLimit))
		})
	}
}

func TestAnArmGoesOnAfterAFailure(t *testing.T) {
	p, file := faultyArm(t, "")
	name, err := p.Ready(context.Background(), armLimit)
	require.NoError(t, err, string(p.Output()))
	require.Equal(t, faultyCell, name)
	for _, tc := range []struct {
		fault string
		want  error
	}{
		{"op", gate.Failed("1 of 1 tasks failed: task 0: it went wrong")},
		{"sum", gate.Failed("wrong result: checksum 0x8, want 0x7")},
		{"before", gate.Skipped("no more")},
	} {
		require.NoError(t, os.WriteFile(file, []byte(tc.fault), 0o600))
		_, err := p.Sample(context.Background(), 2, armLimit)
		assert.Equal(t, tc.want, err)
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		sampled(t, p, 2)
	}
	assert.NoError(t, p.End(armLimit))
}

func TestAnArmIsOneCellThatThereIs(t *testing.T) {
	for says, cell := range map[string]string{
		`did you mean "hash"`:        "BenchmarkCPU/workload=hush/tasks=1/model=goroutines",
		"is there a func Benchmark":  "BenchmarkIO/workload=hash/tasks=1/model=goroutines", // hash is no I/O
		"start it with -concbench.c": "",
	} {
		p := start(t, cell)
		_, err := p.Ready(context.Background(), armLimit)
		var failed gate.Failed
		require.ErrorAs(t, err, &failed, string(p.Output()))
		assert.ErrorContains(t, err, says)
		assert.ErrorContains(t, p.End(armLimit), "exit status 2")
	}
}
