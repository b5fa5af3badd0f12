package main

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// comparedRuns compares two stored runs as the command does under these flags.
func comparedRuns(t *testing.T, base, head, format string, strict bool, flags ...string) (text string, err error) {
	t.Helper()
	var out bytes.Buffer
	cmd := compareCommand()
	cmd.SetOut(&out)
	require.NoError(t, cmd.ParseFlags(flags))
	err = compareRuns(cmd, base, head, 0.05, strict, format)
	return out.String(), err
}

// storedRun writes a run of 12 rounds of one benchmark, whose time is about that
// many ns, and which fails in round 5 if asked.
func storedRun(t *testing.T, ns int, fails bool) string {
	t.Helper()
	dir := t.TempDir()
	const name = "BenchmarkX"
	require.NoError(t, results.SaveRun(dir, &results.Run{Version: results.Version, Status: results.Complete, Rounds: 12, CPUs: 1,
		Cells: []results.Cell{{Name: name, Job: name, Package: "example.com/a"}}}))
	require.NoError(t, results.SaveEnv(dir, &results.Env{}))
	journal, err := record.OpenRounds(dir)
	require.NoError(t, err)
	for n := 1; n <= 12; n++ {
		var arm record.Arm
		if fails && n == 5 {
			arm.Failed = "exit status 1"
		} else {
			arm.Add(0, record.Sample{N: 10, Values: map[string]float64{"ns/op": float64(ns + n)}})
		}
		require.NoError(t, journal.Append(record.Round{Block: "example.com/a " + name, Round: n, Planned: 1, End: true, Arms: []record.Arm{arm}}))
	}
	require.NoError(t, journal.Close())
	return dir
}

func codeOf(err error) int {
	var c coded
	switch {
	case err == nil:
		return 0
	case errors.As(err, &c):
		return c.code
	}
	return exitUsage
}

const publishedFull = "../../results/published/2026-11-21-full"

func TestStoredRunsAreComparedInEveryFormat(t *testing.T) {
	for _, format := range []string{"terminal", "markdown", "json"} {
		text, err := comparedRuns(t, publishedFull, publishedRun, format, false, "--threshold", "5%", "--format", format, "--strict=false")
		assert.Contains(t, text, "Unpaired", format)
		assert.NoError(t, err, format)
	}
	_, err := comparedRuns(t, publishedRun, publishedRun, "yaml", false)
	assert.ErrorContains(t, err, "want terminal, markdown or json")
	assert.Equal(t, exitUsage, codeOf(err))
}

func TestARunBesideItselfExitsWith0AndUndecidedOnesUnderStrictWith3(t *testing.T) {
	_, err := comparedRuns(t, publishedRun, publishedRun, "terminal", false)
	assert.Equal(t, 0, codeOf(err), err)
	_, err = comparedRuns(t, publishedRun, publishedRun, "terminal", true)
	assert.Equal(t, exitFailedCells, codeOf(err))
	assert.ErrorContains(t, err, "undecided")
}

func TestTheErrorSaysWhyStoredRunsDoNotExitWith0(t *testing.T) {
	quick := storedRun(t, 1000, false)
	for _, tc := range []struct {
		base, head string
		code       int
		says       string
	}{
		{quick, storedRun(t, 1200, false), exitRegressed, "slower"},
		{quick, storedRun(t, 1000, true), exitFailedCells, "failed"},
		{quick, publishedRun, exitFailedCells, "nothing in common"},
	} {
		_, err := comparedRuns(t, tc.base, tc.head, "terminal", false)
		assert.Equal(t, tc.code, codeOf(err))
		assert.ErrorContains(t, err, tc.says)
	}
	_, err := comparedRuns(t, storedRun(t, 1200, false), quick, "terminal", true)
	assert.NoError(t, err)
}

func TestFlagsThatStoredRunsHaveNoUseForAreRefused(t *testing.T) {
	text, err := comparedRuns(t, publishedRun, publishedRun, "terminal", false, "--strict", "--rounds", "9", "--bench", "X")
	assert.ErrorContains(t, err, "leave out --bench, --rounds")
	assert.Equal(t, exitUsage, codeOf(err))
	assert.Empty(t, text, "nothing is read")
}
