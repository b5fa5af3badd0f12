package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/scripts/internal/lock"
)

// measuredSome waits until the run in dir has so many rounds.
func measuredSome(t *testing.T, dir string, n int) {
	t.Helper()
	require.Eventually(t, func() bool {
		rounds, _, err := record.ReadRounds(dir)
		return err == nil && len(rounds) >= n
	}, 5*time.Minute, 20*time.Millisecond)
}

func TestARunThatIsInterruptedSaysHowToGoOn(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("not runnable: a process cannot be sent an interrupt")
	}
	dir := filepath.Join(t.TempDir(), "results", "run")
	latest := filepath.Join(filepath.Dir(dir), "latest")
	cmd := concbench(t, "run", "--workloads", "timer", "--models", "goroutines", "--rounds", "100000", "--cycles", "1", "--out", dir)
	require.NoError(t, cmd.Start())
	measuredSome(t, dir, 2)

	second := concbench(t, "run", "--resume", dir)
	second.Run()
	assert.Equal(t, exitUsage, second.ProcessState.ExitCode())
	assert.Contains(t, stderr(second), "another process is writing into")

	// Its report cannot be written: that it was interrupted still counts.
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "report.md", "x"), 0o777))
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	cmd.Wait()
	require.Equal(t, exitInterrupted, cmd.ProcessState.ExitCode(), stderr(cmd))
	assert.Contains(t, stderr(cmd), "concbench run --resume "+dir)
	assert.Contains(t, stderr(cmd), "not reported")
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "report.md")))

	cmd = concbench(t, "run", "--resume", latest, "--budget", "1ns")
	require.NoError(t, cmd.Run(), stderr(cmd))
	assert.Contains(t, stdout(cmd), "the budget is over; go on with: concbench run --resume ")
	target, err := os.Readlink(latest)
	require.NoError(t, err)
	assert.Equal(t, "run", target)
	run, err := results.LoadRun(dir)
	require.NoError(t, err)
	assert.Len(t, run.Resumed, 1)

	run.Rounds, run.Status = 2, results.Complete
	require.NoError(t, results.SaveRun(dir, run))
	require.NoError(t, os.Remove(filepath.Join(dir, "report.md")))
	cmd = concbench(t, "run", "--resume", dir)
	require.NoError(t, cmd.Run(), stderr(cmd))
	assert.Contains(t, stdout(cmd), "nothing left to be measured")
	assert.FileExists(t, filepath.Join(dir, "report.md"))
}

func TestASecondMeasurementRefusesOrWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	t.Setenv(lock.Variable, path)
	held, err := lock.Acquire(t.Context(), false, nil)
	require.NoError(t, err)
	commands := [][]string{{"run", "--workloads", "timer"}, {"reproduce", published}}
	if runtime.GOOS == "linux" { // elsewhere it has nothing to measure
		commands = append(commands, []string{"calibrate"})
	}
	for _, args := range commands {
		cmd := concbench(t, append(args, "--no-wait", "--out", filepath.Join(t.TempDir(), "out"))...)
		cmd.Env = append(cmd.Env, lock.Variable+"="+path)
		cmd.Run()
		assert.Equal(t, exitUsage, cmd.ProcessState.ExitCode(), "%v", args)
		assert.Contains(t, stderr(cmd), "another process measures on this machine", "%v", args)
	}
	require.NoError(t, held.Release())
}

func TestWaitingForAnotherMeasurementCanBeInterrupted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not runnable: a process cannot be sent an interrupt")
	}
	path := filepath.Join(t.TempDir(), "lock")
	t.Setenv(lock.Variable, path)
	held, err := lock.Acquire(t.Context(), false, nil)
	require.NoError(t, err)
	defer held.Release()
	cmd := concbench(t, "run", "--workloads", "timer", "--out", filepath.Join(t.TempDir(), "run"))
	cmd.Env = append(cmd.Env, lock.Variable+"="+path)
	said, w, err := os.Pipe()
	require.NoError(t, err)
	defer said.Close()
	cmd.Stderr = w
	require.NoError(t, cmd.Start())
	require.NoError(t, w.Close())
	text := make([]byte, 1000)
	n, err := said.Read(text)
	require.NoError(t, err)
	assert.Contains(t, string(text[:n]), "waiting for it to end")
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	cmd.Wait()
	assert.Equal(t, exitInterrupted, cmd.ProcessState.ExitCode())
}

func TestAPublishedRunIsReproduced(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "run")
	cmd := concbench(t, "reproduce", published, "--budget", "1ns", "--out", out)
	cmd.Run()
	require.Equal(t, exitFailedCells, cmd.ProcessState.ExitCode(), stdout(cmd)+stderr(cmd))
	assert.Contains(t, stderr(cmd), "nothing was measured: the budget was over before")
	assert.Contains(t, stdout(cmd), "7 jobs under 6 models: 42 cells")
	first, err := results.LoadRun(published)
	require.NoError(t, err)
	again, err := results.LoadRun(out)
	require.NoError(t, err)
	for i, c := range first.Cells {
		assert.Equal(t, c.Name, again.Cells[i].Name)
	}
	assert.Contains(t, stdout(cmd), "Of 0 verdicts")
}

func TestAVerdictIsReproduced(t *testing.T) {
	out := filepath.Join(t.TempDir(), "run")
	cmd := concbench(t, "run", "--workloads", "timer/tasks=4/wait=2ms", "--models", "goroutines,sequential", "--rounds", "6", "--cycles", "1", "--out", out)
	require.NoError(t, cmd.Run(), stdout(cmd)+stderr(cmd))
	cmd = concbench(t, "reproduce", out, "--out", out+"2")
	require.NoError(t, cmd.Run(), stdout(cmd)+stderr(cmd))
	assert.Regexp(t, `Of [1-9][0-9]* verdicts`, stdout(cmd))
	data, err := results.Open(out + "2")
	require.NoError(t, err)
	require.Len(t, data.Rows, 1)
	assert.Equal(t, "goroutines", data.Rows[0].Time.Reference, "waits overlap, in both runs")
}
