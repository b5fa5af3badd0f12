package results_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchproc"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/internal/fakerun"
)

// written returns the folder of a fake run.
func written(t *testing.T, f *fakerun.Fake) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, f.Write(dir))
	return dir
}

func open(t *testing.T, dir string) *results.Data {
	t.Helper()
	d, err := results.Open(dir)
	require.NoError(t, err)
	return d
}

func find(t *testing.T, d *results.Data, job string) results.Row {
	t.Helper()
	for _, r := range d.Rows {
		if r.Full() == job {
			return r
		}
	}
	t.Fatalf("no row %q", job)
	return results.Row{}
}

func TestOpenJudgesARun(t *testing.T) {
	d := open(t, written(t, fakerun.New(12)))
	require.Len(t, d.Rows, 7)
	assert.Equal(t, 12, d.Rounds)

	fetch := find(t, d, "fetch ×50 latency=1ms")
	assert.Equal(t, "eventloop", fetch.Time.Reference)
	assert.True(t, fetch.Time.Alone)
	assert.Equal(t, []string{"goroutines"}, fetch.Advice.Take)
	assert.Equal(t, "IO", fetch.Workload.Kind)

	echo := find(t, d, "echo ×100")
	assert.True(t, echo.Time.Limited)
	assert.Equal(t, []string{"goroutines"}, echo.Advice.Take)

	for _, s := range find(t, d, "timer ×100 wait=1ms").Time.Standings {
		assert.Equal(t, s.Model.Name == "threads", s.Modes != nil, s.Model.Name)
	}
	cold := find(t, d, "files ×64 cache=cold").Time.Standings[5]
	assert.Equal(t, results.NotRunnable, cold.State)
	failed := find(t, d, "image ×8").Time.Standings[3]
	assert.Equal(t, results.Failed, failed.State)
	assert.Contains(t, failed.Why, "index out of range")
}

func TestOneRoundDecidesNothing(t *testing.T) {
	d := open(t, written(t, fakerun.New(1)))
	for _, r := range d.Rows {
		assert.Empty(t, r.Advice.Take)
		for _, s := range append(r.Time.Standings, r.CPU.Standings...) {
			assert.NotEqual(t, results.Beaten, s.State)
		}
	}
	assert.Equal(t, "rounds", d.Warnings[len(d.Warnings)-1].Kind)
}

func TestNothingMeasured(t *testing.T) {
	f := fakerun.New(0)
	f.Run.Status = results.Running
	dir := written(t, f)
	require.NoError(t, os.Remove(filepath.Join(dir, results.BenchFile)))
	d := open(t, dir)
	assert.Zero(t, d.Rounds)
	assert.Len(t, d.Rows, 7)
	assert.Contains(t, d.Rows[0].Advice.Text, "nothing was measured")
}

func TestUncommittedSlicesAreIgnored(t *testing.T) {
	dir := written(t, fakerun.New(12))
	before := markdown(t, open(t, dir))
	bench, err := os.OpenFile(filepath.Join(dir, results.BenchFile), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = bench.WriteString("BenchmarkIO/workload=echo/tasks=100/model=gopool-2 1 1 ns/op\nBenchmarkIO/workl")
	require.NoError(t, err)
	require.NoError(t, bench.Close())
	assert.True(t, before == markdown(t, open(t, dir)))
}

func TestCutBenchFileCostsOnlyWhatItLacks(t *testing.T) {
	dir := written(t, fakerun.New(3))
	path := filepath.Join(dir, results.BenchFile)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, os.Truncate(path, info.Size()-10))
	d := open(t, dir)
	last := d.Warnings[len(d.Warnings)-2]
	assert.Equal(t, "unreadable", last.Kind)
	assert.Contains(t, last.Text, "image/tasks=8/model=eventloop in round 3")
	assert.Equal(t, 2, find(t, d, "image ×8").Time.Standings[5].Median.N)
	assert.Equal(t, 3, find(t, d, "image ×8").Time.Standings[1].Median.N)
}

func TestSecondAttemptOfARoundCounts(t *testing.T) {
	f := fakerun.New(9)
	fails := f.Fails
	f.Fails = func(results.Cell, int) string { return "" }
	again := written(t, f)
	f.Fails = fails
	dir := written(t, f)
	assert.Equal(t, results.Failed, find(t, open(t, dir), "image ×8").Time.Standings[3].State)

	ms, _, err := results.ReadJournal(again)
	require.NoError(t, err)
	j, err := results.OpenJournal(again)
	require.NoError(t, err)
	for _, m := range ms {
		if m.Round == 1 && strings.Contains(m.Cell, "image") && strings.HasSuffix(m.Cell, "=threads") {
			good := m
			m.Failed = "out of luck"
			require.NoError(t, j.Append(m))
			require.NoError(t, j.Append(good))
		}
	}
	require.NoError(t, j.Close())
	assert.NotEqual(t, results.Failed, find(t, open(t, again), "image ×8").Time.Standings[3].State)
}

func TestModelMissingFromARow(t *testing.T) {
	f := fakerun.New(9)
	f.Run.Cells = f.Run.Cells[1:] // echo under sequential
	d := open(t, written(t, f))
	assert.Equal(t, results.Absent, d.Rows[0].Time.Standings[0].State)
	assert.NotEqual(t, results.Absent, d.Rows[1].Time.Standings[0].State)
}

func TestOpenErrorsSayWhatToDo(t *testing.T) {
	dir := written(t, fakerun.New(1))
	require.NoError(t, os.Remove(filepath.Join(dir, results.BenchFile)))
	_, err := results.Open(dir)
	assert.ErrorContains(t, err, "copy the whole folder")
	require.NoError(t, os.Remove(filepath.Join(dir, results.EnvFile)))
	_, err = results.Open(dir)
	assert.ErrorContains(t, err, results.EnvFile)
	_, err = results.Open(filepath.Join(dir, "none"))
	assert.ErrorContains(t, err, "not the folder of a run")
}

func TestWarningsOfTheRunItself(t *testing.T) {
	f := fakerun.New(2)
	for status, kind := range map[results.Status]string{
		results.Running: "unfinished", results.Interrupted: "interrupted", results.OutOfTime: "budget",
	} {
		f.Run.Status = status
		d := open(t, written(t, f))
		var kinds []string
		for _, w := range d.Warnings {
			kinds = append(kinds, w.Kind)
			assert.NotEmpty(t, w.Do)
		}
		assert.Contains(t, kinds, kind)
		assert.Equal(t, []string{"virtualization", "cores"}, kinds[:2], "the machine's first")
	}
}

func TestBenchstatLineIsUnderstood(t *testing.T) {
	f := fakerun.New(0)
	f.Run.Models = append(f.Run.Models,
		results.Model{Name: "threadpool:64"}, results.Model{Name: `it's a "model" (of) @,`}, results.Model{Name: "-dash"})
	line := open(t, written(t, f)).Benchstat()
	assert.True(t, strings.HasPrefix(line, "benchstat -col '/model@(sequential goroutines gopool threads"), line)

	quoted := strings.TrimSuffix(strings.TrimPrefix(line, "benchstat -col '"), "' bench.txt")
	col := strings.ReplaceAll(quoted, `'\''`, "'") // as a shell has it
	var parser benchproc.ProjectionParser
	filter, err := benchproc.NewFilter("*")
	require.NoError(t, err)
	_, err = parser.Parse(col, filter)
	assert.NoError(t, err, col)
}
