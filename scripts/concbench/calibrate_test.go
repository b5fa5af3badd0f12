package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/scripts/internal/reference"
)

func TestCalibrateRefusesBadInput(t *testing.T) {
	for says, args := range map[string][]string{
		`did you mean "queue"`: {"--only", "queu"},
		"there are one, two":   {"--cpus", "seventeen"},
		"want 1 or more":       {"--rounds", "0"},
		"--span is gone":       {"--span", "1ns"},
		"[resume seed]":        {"--resume", "--seed", "2"},
		"--budget":             {"--budget", "-1s"},
		"unknown flag":         {"--round", "3"},
		"unknown command":      {"now"},
	} {
		cmd := concbench(t, append([]string{"calibrate"}, args...)...)
		cmd.Run()
		assert.Equal(t, exitUsage, cmd.ProcessState.ExitCode(), "%v", args)
		assert.Contains(t, stderr(cmd), says, "%v", args)
	}
}

func TestACalibrationThatMeasuresNothingKeepsNothing(t *testing.T) {
	t.Parallel()
	if err := reference.Supported(); err != nil {
		t.Skip("not runnable: ", err)
	}
	dir := t.TempDir()
	cmd := concbench(t, "calibrate", "--budget", "1ns", "--only", "dispatch", "--out", dir)
	cmd.Run()
	assert.Equal(t, exitFailedCells, cmd.ProcessState.ExitCode(), stderr(cmd))
	assert.Contains(t, stderr(cmd), "nothing new to keep")
	assert.Contains(t, stdout(cmd), "compiling")
	assert.NotContains(t, stdout(cmd), "C compiler", "none is needed")
	assert.NoFileExists(t, filepath.Join(dir, results.CalibrationFile))
}

func TestWhatIsLeftOutIsKeptBesideIt(t *testing.T) {
	dir := t.TempDir()
	before := &results.Calibration{Version: results.Version, Started: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	require.NoError(t, results.SaveCalibration(dir, before))
	var said strings.Builder
	saved := 0
	save := setAside(dir, before, []string{"their Go was go1.25 (pipe on two CPUs)"}, func() error { saved++; return nil }, &said)
	const name = "calibration-2026-03-01.json"
	assert.Contains(t, said.String(), name)
	assert.Contains(t, said.String(), "their Go was go1.25 (pipe on two CPUs)")
	assert.NoFileExists(t, filepath.Join(dir, name), "nothing is new yet")
	require.NoError(t, save())
	require.NoError(t, save())
	assert.Equal(t, 2, saved)
	files, err := filepath.Glob(filepath.Join(dir, "calibration-*"))
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(dir, name)}, files, "once")
}

func TestCalibrateListsItsComparisons(t *testing.T) {
	cmd := concbench(t, "calibrate", "--list")
	require.NoError(t, cmd.Run(), stderr(cmd))
	lines := strings.Split(strings.TrimSpace(stdout(cmd)), "\n")
	assert.Len(t, lines, len(reference.Comparisons))
	assert.True(t, strings.HasPrefix(lines[0], "echo-eventloop "))
}
