package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/results/record"
)

// comparedBefore writes the folder of a comparison that is complete: 16 rounds of
// each benchmark, whose head takes so many times as long. A change of 0 fails.
func comparedBefore(t *testing.T, changes map[string]float64) string {
	t.Helper()
	dir := t.TempDir()
	p := compare.Plan{Version: compare.Version, Kind: compare.Gate, Status: results.Complete, Threshold: 0.05, Alpha: 0.05, Metrics: []string{"ns/op"},
		Rounds: 16, CPU: 1, Packages: []compare.Package{{Path: total.Package, Base: "a", Head: "b"}}}
	journal, err := record.OpenRounds(dir)
	require.NoError(t, err)
	for name, change := range changes {
		b := compare.Benchmark{Package: total.Package, Name: name}
		p.Benchmarks = append(p.Benchmarks, b)
		for n := 1; n <= 16; n++ {
			sides := []record.Arm{{Name: compare.BaseArm}, {Name: compare.HeadArm}}
			ns := 1000 + float64(n) // else it would be constant
			sides[0].Add(0, record.Sample{N: 10, Values: map[string]float64{"ns/op": ns}})
			if change == 0 {
				sides[1].Failed = "exit status 2"
			} else {
				sides[1].Add(0, record.Sample{N: 10, Values: map[string]float64{"ns/op": ns * change * (1 + 1e-4*float64(n%3))}})
			}
			require.NoError(t, journal.Append(record.Round{Block: b.Key().String(), Round: n, Planned: 1, End: true, Arms: sides}))
		}
	}
	require.NoError(t, journal.Close())
	require.NoError(t, compare.SavePlan(dir, &p))
	return dir
}

func TestTheExitCodeIsThatOfTheComparison(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		changes      map[string]float64
		code, strict int
		says         string
	}{
		{map[string]float64{"BenchmarkA": 1, "BenchmarkB": 1.00005}, 0, 0, "No regression shown in 2 benchmarks, 2 the same"},
		{map[string]float64{"BenchmarkA": 0.5}, 0, 0, "1 faster"},
		{map[string]float64{"BenchmarkA": 1.2, "BenchmarkB": 1}, exitRegressed, exitRegressed, "1 of 2 benchmarks is slower, 1 the same"},
		{map[string]float64{"BenchmarkA": 1.2, "BenchmarkB": 0}, exitRegressed, exitRegressed, "1 failed"},
		{map[string]float64{"BenchmarkA": 1, "BenchmarkB": 0}, exitFailedCells, exitFailedCells, "1 failed"},
		{map[string]float64{}, exitFailedCells, exitFailedCells, "Nothing was measured"},
	} {
		dir := comparedBefore(t, tc.changes)
		cmd := concbench(t, "compare", "--resume", dir)
		assert.Equal(t, tc.code, code(cmd), "%v: %s", tc.changes, stdout(cmd)+stderr(cmd))
		assert.Contains(t, stdout(cmd), tc.says, "%v", tc.changes)
		assert.Contains(t, stderr(cmd), "there is nothing left to be measured")
		if tc.code != 0 {
			assert.Contains(t, stderr(cmd), tc.says, "the error is the headline")
		}
		cmd = concbench(t, "compare", "--resume", dir, "--strict")
		assert.Equal(t, tc.strict, code(cmd), "%v, strict", tc.changes)
	}
}

func TestAComparisonIsReportedAndExportedAgain(t *testing.T) {
	dir := comparedBefore(t, map[string]float64{"BenchmarkA": 1.2, "BenchmarkB": 1})
	cmd := concbench(t, "report", dir)
	require.Equal(t, 0, code(cmd), "a report is no gate: %s", stderr(cmd))
	assert.Contains(t, stdout(cmd), "1 of 2 benchmarks is slower")
	out := filepath.Join(t.TempDir(), "out.csv")
	cmd = concbench(t, "export", dir, "--out", out)
	require.Equal(t, 0, code(cmd), stderr(cmd))
	assert.FileExists(t, out)
	assert.NoFileExists(t, filepath.Join(dir, results.RunFile))
}

func TestAComparisonIsResumedByTheCommandThatMadeIt(t *testing.T) {
	dir := comparedBefore(t, map[string]float64{"BenchmarkA": 1})
	cmd := concbench(t, "aa", "--resume", dir)
	assert.Equal(t, exitUsage, code(cmd))
	assert.Contains(t, stderr(cmd), "was made by concbench compare: resume it with that")
}
