package runs

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// plainPlan is a plan of ordinary benchmarks in a module of two packages, with
// one of the same name in each, and of a suite's workloads, if there are some.
func plainPlan(t *testing.T, isolate Isolation, workloads ...string) func() *Plan {
	t.Helper()
	o := quickly(workloads...)
	o.Plain.Isolate = isolate
	plains := prepared(t, o, map[string]string{
		"a/a_test.go": "package a\nimport \"testing\"\nfunc BenchmarkX(b *testing.B) { for b.Loop() {} }\nfunc BenchmarkY(b *testing.B) { for range b.N {}; b.ReportMetric(7, \"widgets/op\") }\n",
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

// plainly returns package, name and round of what was measured, of what counts
// or of every attempt at it.
func plainly(t *testing.T, dir string) (all []string) {
	t.Helper()
	run, err := results.LoadRun(dir)
	require.NoError(t, err)
	data, err := results.Open(dir)
	require.NoError(t, err)
	require.Equal(t, run.Cells, data.Run.Cells, "all of them are runnable")
	for _, b := range data.Benchmarks {
		for _, p := range b.Processes {
			all = append(all, fmt.Sprintf("%s %s %d", strings.TrimPrefix(b.Package, "example.com/m/"), strings.TrimPrefix(b.Name, "Benchmark"), p.Round))
		}
	}
	return all
}

var twice = []string{"a X 1", "a X 2", "a Y 1", "a Y 2", "b X 1", "b X 2"}

func TestOrdinaryBenchmarksAreMeasuredBesideASuite(t *testing.T) {
	plan := plainPlan(t, ByBenchmark, "nop")
	dir := newRunFolder(t)
	run, err := plan().Run(t.Context(), in(t, dir))
	require.NoError(t, err)
	assert.Equal(t, results.Complete, run.Status)
	assert.Equal(t, twice, plainly(t, dir))
	data, err := results.Open(dir)
	require.NoError(t, err)
	assert.Len(t, data.Rows, 1)
	require.Len(t, data.Benchmarks, 3)
	for _, b := range data.Benchmarks {
		units := []string{"ns/op", "B/op", "allocs/op"}
		if runtime.GOOS == "linux" {
			units = append(units, "cpus", "peak-rss-B")
		}
		for _, unit := range units {
			_, has := b.Figure(unit)
			assert.True(t, has, unit)
		}
		_, own := b.Figure("widgets/op")
		assert.Equal(t, b.Name == "BenchmarkY", own)
	}
	assert.Len(t, counted(t, dir), 1+3, "each is a block of its own")
	done, err := Finished(dir, &run)
	require.NoError(t, err)
	assert.True(t, done)

	text, err := os.ReadFile(filepath.Join(dir, results.BenchFile))
	require.NoError(t, err)
	pkg := ""
	lines := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "pkg: "); ok {
			pkg = strings.TrimSpace(name)
		}
		if strings.HasPrefix(line, "Benchmark") {
			lines[pkg]++
		}
	}
	assert.Equal(t, map[string]int{"github.com/concbench/concbench/scripts/internal/runs": 4, "example.com/m/a": 4, "example.com/m/b": 2}, lines,
		"what bench.txt says is the package of each line is:\n%s", text)
}

func TestBenchmarksOfAPackageMayShareAProcess(t *testing.T) {
	plan := plainPlan(t, ByPackage)
	dir := newRunFolder(t)
	run, err := plan().Run(t.Context(), in(t, dir))
	require.NoError(t, err)
	assert.Equal(t, results.Complete, run.Status)
	assert.Equal(t, twice, plainly(t, dir))
	all := counted(t, dir)
	assert.Len(t, all, 2, "a package is a block")
	for _, r := range all["example.com/m/a"] {
		assert.Contains(t, []string{"BenchmarkX", "BenchmarkY"}, r.Benchmark)
		assert.Equal(t, r.Benchmark == "BenchmarkY", r.End)
	}
	for _, r := range all["example.com/m/b"] {
		assert.True(t, r.End)
	}
	done, err := Finished(dir, &run)
	require.NoError(t, err)
	assert.True(t, done)
}

func TestAPackageThatWasCutOffIsMeasuredAgainWhole(t *testing.T) {
	plan := plainPlan(t, ByPackage)
	dir := newRunFolder(t)
	_, err := plan().Run(t.Context(), in(t, dir))
	require.NoError(t, err)

	// As after a kill between the two benchmarks of package a in round 1.
	file := filepath.Join(dir, record.RoundsFile)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	lines := bytes.SplitAfter(text, []byte("\n"))
	kept := 0
	for !bytes.Contains(lines[kept], []byte(`"block":"example.com/m/a"`)) {
		kept++
	}
	require.NoError(t, os.WriteFile(file, bytes.Join(lines[:kept+1], nil), 0o666))
	run, err := results.LoadRun(dir)
	require.NoError(t, err)
	done, err := Finished(dir, run)
	require.NoError(t, err)
	assert.False(t, done)

	_, err = plan().Resume(t.Context(), in(t, dir))
	require.NoError(t, err)
	assert.Equal(t, twice, plainly(t, dir))
	for _, r := range counted(t, dir)["example.com/m/a"] {
		assert.Equal(t, r.Round == 1, r.Attempt > 0, "%s in round %d", r.Benchmark, r.Round)
	}
}

func TestAPackageThatIsCompiledAgainIsTheSame(t *testing.T) {
	plains := prepared(t, quickly(), map[string]string{"a/a_test.go": "package a\nimport \"testing\"\nfunc BenchmarkX(b *testing.B) { for b.Loop() {} }\n"})
	before := plains[0].Binary
	require.NoError(t, plains[0].Build(t.Context(), filepath.Join(t.TempDir(), "elsewhere", "bench.test"), io.Discard))
	assert.Equal(t, before.SHA256, plains[0].Binary.SHA256, "or a run could not be resumed")
	assert.NotEqual(t, before.Path, plains[0].Binary.Path)
}

func TestABenchmarkThatEndsTheProcessOfItsPackageFailsAlone(t *testing.T) {
	o := quickly()
	o.Models, o.Plain.Isolate = nil, ByPackage
	p, err := Join(o, nil, prepared(t, o, map[string]string{"a/a_test.go": `package a
import "testing"
func BenchmarkFine(b *testing.B) { for b.Loop() {} }
func BenchmarkLater(b *testing.B) { if b.N > 1 { panic("no moon") } }
func BenchmarkNext(b *testing.B) { for b.Loop() {} }
`}))
	require.NoError(t, err)
	dir := newRunFolder(t)
	run, err := p.Run(t.Context(), in(t, dir))
	require.NoError(t, err)
	assert.Equal(t, results.FailedCells, run.Status)
	data, err := results.Open(dir)
	require.NoError(t, err)
	require.Len(t, data.Benchmarks, 3)
	for _, b := range data.Benchmarks {
		if b.Name == "BenchmarkLater" {
			require.Len(t, b.Failures, 1, "what failed is not measured again")
			assert.Contains(t, b.Failures[0].Failed, "no moon")
			log, err := os.ReadFile(filepath.Join(dir, b.Failures[0].Log))
			require.NoError(t, err)
			assert.Contains(t, string(log), "example.com/m/a BenchmarkLater")
			assert.Contains(t, string(log), "panic: no moon")
		} else {
			assert.Empty(t, b.Failures, b.Name)
			assert.Len(t, b.Processes, 2, b.Name)
		}
	}
	done, err := Finished(dir, &run)
	require.NoError(t, err)
	assert.True(t, done)
}
