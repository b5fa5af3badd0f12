package engine

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
)

// plainPlan is a plan of ordinary benchmarks in a module of two packages, with
// one of the same name in each, and of a suite's workloads, if there are some.
func plainPlan(t *testing.T, isolate Isolation, workloads ...string) func() *Plan {
	t.Helper()
	o := quickly(workloads...)
	o.Slices, o.Plain = 1, Asked{CPU: 1, Isolate: isolate}
	plains := prepared(t, o, map[string]string{
		"a/a_test.go": "package a\nimport \"testing\"\nfunc BenchmarkX(b *testing.B) { for b.Loop() {} }\nfunc BenchmarkY(b *testing.B) { for b.Loop() {} }\n",
		"b/b_test.go": "package b\nimport \"testing\"\nfunc BenchmarkX(b *testing.B) { for b.Loop() {} }\n",
	})
	return func() *Plan {
		var own []*Suite
		if len(workloads) > 0 {
			own = quickPlan(t, o).Suites
		} else {
			o.Models = nil
		}
		p, err := Join(o, own, plains)
		require.NoError(t, err)
		p.watch = stolen()
		return p
	}
}

// prepared are the packages of a module of these files, ready to be measured.
func prepared(t *testing.T, o Options, files map[string]string) []*Plain {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/m\n\ngo 1.26\n"), 0o666))
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
	}
	t.Chdir(dir)
	t.Setenv("CGO_ENABLED", "0")
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOWORK", "off")
	suites, plains, err := Find(t.Context(), "", []string{"./..."})
	require.NoError(t, err)
	require.Empty(t, suites)
	require.Len(t, plains, len(files))
	for _, p := range plains {
		file := filepath.Join(t.TempDir(), "p", "bench.test")
		require.NoError(t, p.Prepare(t.Context(), o, file, t.TempDir(), "logs/package.txt", io.Discard))
		require.Empty(t, p.LeftOut)
	}
	return plains
}

// plainly returns package, name, round and attempt of what was measured.
func plainly(t *testing.T, dir string) (all []string) {
	t.Helper()
	ms, _, err := results.ReadJournal(dir)
	require.NoError(t, err)
	for _, m := range ms {
		all = append(all, strings.TrimPrefix(m.Package, "example.com/m/")+" "+strings.TrimPrefix(m.Cell, "Benchmark")+" "+string(rune('0'+m.Round))+string(rune('0'+m.Attempt)))
	}
	return all
}

func TestOrdinaryBenchmarksAreMeasuredBesideASuite(t *testing.T) {
	plan := plainPlan(t, ByBenchmark, "nop")
	dir := newRunFolder(t)
	run, err := plan().Run(t.Context(), dir, results.Env{OS: "test"}, noMoment, quiet())
	require.NoError(t, err)
	assert.Equal(t, results.Complete, run.Status)
	all := plainly(t, dir)
	assert.Len(t, all, 2*(3+2))
	assert.Subset(t, all, []string{"a X 10", "a Y 10", "b X 10", "a X 20", "a Y 20", "b X 20"})
	data, err := results.Open(dir)
	require.NoError(t, err)
	assert.Len(t, data.Rows, 1)
	assert.Len(t, data.Benchmarks, 3)
	done, err := Finished(dir, &run)
	require.NoError(t, err)
	assert.True(t, done)
}

func TestADisturbedBenchmarkIsMeasuredAgain(t *testing.T) {
	p := plainPlan(t, ByBenchmark)()
	p.Rounds, p.watch = 1, stolen(1, 0, 0, 0)
	dir := newRunFolder(t)
	_, err := p.Run(t.Context(), dir, results.Env{OS: "test"}, noMoment, quiet())
	require.NoError(t, err)
	all := plainly(t, dir)
	require.Len(t, all, 4)
	assert.Equal(t, strings.TrimSuffix(all[0], "0")+"1", all[1], "and no other")
}

func TestAPackageThatWasCutOffIsMeasuredAgainWhole(t *testing.T) {
	plan := plainPlan(t, ByPackage)
	dir := newRunFolder(t)
	_, err := plan().Run(t.Context(), dir, results.Env{OS: "test"}, noMoment, quiet())
	require.NoError(t, err)
	whole := plainly(t, dir)
	require.Len(t, whole, 6)

	// As after a kill between the two benchmarks of package a in round 1.
	journal := filepath.Join(dir, results.JournalFile)
	text, err := os.ReadFile(journal)
	require.NoError(t, err)
	lines := bytes.SplitAfter(text, []byte("\n"))
	kept := 0
	for kept < 2 && !strings.HasPrefix(whole[kept], "a ") {
		kept++
	}
	require.NoError(t, os.WriteFile(journal, bytes.Join(lines[:kept+1], nil), 0o666))
	run, err := results.LoadRun(dir)
	require.NoError(t, err)
	done, err := Finished(dir, run)
	require.NoError(t, err)
	assert.False(t, done)

	_, err = plan().Resume(t.Context(), dir, results.Env{OS: "test"}, noMoment, quiet())
	require.NoError(t, err)
	assert.Subset(t, plainly(t, dir), []string{"a X 11", "a Y 11", "b X 10", "a X 20", "a Y 20", "b X 20"})
	data, err := results.Open(dir)
	require.NoError(t, err)
	for _, b := range data.Benchmarks {
		assert.Len(t, b.Processes, 2, b.Name)
	}
}

func TestABenchmarkThatEndsTheProcessOfItsPackageFailsAlone(t *testing.T) {
	o := quickly()
	o.Models, o.Plain = nil, Asked{CPU: 1, Isolate: ByPackage}
	p, err := Join(o, nil, prepared(t, o, map[string]string{"a/a_test.go": `package a
import "testing"
func BenchmarkFine(b *testing.B) { for b.Loop() {} }
func BenchmarkLater(b *testing.B) { if b.N > 1 { panic("no moon") } }
`}))
	require.NoError(t, err)
	p.watch = stolen()
	dir := newRunFolder(t)
	run, err := p.Run(t.Context(), dir, results.Env{OS: "test"}, noMoment, quiet())
	require.NoError(t, err)
	assert.Equal(t, results.FailedCells, run.Status)
	byCell := journal(t, dir)
	require.Len(t, byCell["BenchmarkFine"], 2)
	assert.Empty(t, byCell["BenchmarkFine"][0].Failed)
	require.Len(t, byCell["BenchmarkLater"], 1, "a cell that failed is not measured again")
	failed := byCell["BenchmarkLater"][0]
	assert.Contains(t, failed.Failed, "no moon")
	log, err := os.ReadFile(filepath.Join(dir, failed.Log))
	require.NoError(t, err)
	assert.Contains(t, string(log), "example.com/m/a BenchmarkLater")
	assert.Contains(t, string(log), "panic: no moon")
}
