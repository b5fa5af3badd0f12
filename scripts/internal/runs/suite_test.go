package runs

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/workloads"
)

// compiled is the test binary, as a package that was found and compiled.
func compiled(t *testing.T, pkg string) *Suite {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	link := filepath.Join(t.TempDir(), "bench.test") // its answer goes beside it
	require.NoError(t, os.Symlink(exe, link))
	return &Suite{Package: pkg, Dir: t.TempDir(), Binary: Binary{Path: link, SHA256: pkg}}
}

func TestASuiteIsPlannedByItsBinary(t *testing.T) {
	o := quickly("nop", "nap/tasks=2")
	s := compiled(t, "example.com/x")
	require.NoError(t, s.Ask(t.Context(), o.Choice))
	own, err := Own(o.Choice)
	require.NoError(t, err)
	assert.Equal(t, own.Plan, s.Plan)

	plan, err := NewPlan(o, s)
	require.NoError(t, err)
	dir := newRunFolder(t)
	run, err := plan.Run(t.Context(), in(t, dir))
	require.NoError(t, err)
	assert.Equal(t, results.Complete, run.Status)
	assert.Equal(t, []results.Package{{Path: "example.com/x", Binary: "example.com/x", Config: s.Plan.Config}}, run.Packages)
	require.Len(t, run.Cells, 4)
	all := counted(t, dir)
	for _, c := range run.Cells {
		assert.Equal(t, "example.com/x", c.Package)
		require.Len(t, all[c.Job], 2)
		assert.NotEmpty(t, all[c.Job][0].Of(c.Model).Cycles)
	}
	text, err := os.ReadFile(filepath.Join(dir, results.BenchFile))
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(text), strings.Join(s.Plan.Config, "\n")+"\n\nBenchmarkCost/"), "%s", text)
}

func TestWhatIsWrongWithAChoiceIsSaidByTheBinary(t *testing.T) {
	o := quickly("nop/tasks=0")
	err := compiled(t, "example.com/x").Ask(t.Context(), o.Choice)
	assert.ErrorContains(t, err, `package example.com/x: job "nop/tasks=0"`)
}

func TestABinaryThatDoesNotAnswerIsSaidHowToMend(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not runnable: no shell")
	}
	for script, says := range map[string]string{
		"exit 0":                      "func TestMain(m *testing.M) { bench.Main(m) }",
		"echo 'not today' >&2;exit 1": "package example.com/x: not today",
		"echo 'panic: workloads: tea registered twice' >&2; echo 'goroutine 1' >&2; exit 2": "example.com/x: panic: workloads: tea registered twice",
		"echo 'flag provided but not defined: -concbench.plan' >&2; exit 2":                 "another version of concbench",
		`for a; do echo '{"version":99}' > "${a#*=}"; done`:                                 "another version of concbench",
		"kill -9 $$": "killed",
	} {
		file := filepath.Join(t.TempDir(), "bench.test")
		require.NoError(t, os.WriteFile(file, []byte("#!/bin/sh\ncd "+filepath.Dir(file)+"\n"+script+"\n"), 0o777))
		s := &Suite{Package: "example.com/x", Binary: Binary{Path: file}}
		assert.ErrorContains(t, s.Ask(t.Context(), quickly().Choice), says, script)
	}
}

func TestAKindWithoutABenchmarkFunctionIsSaid(t *testing.T) {
	s := &Suite{Package: "example.com/x", Plan: &bench.Plan{Workloads: []bench.PlannedWorkload{{Name: "tea", Kind: workloads.Mixed}}}}
	assert.ErrorContains(t, s.hasBenchmarks([]string{"BenchmarkIO", "ok"}), "func BenchmarkMixed(b *testing.B) { bench.Kind(b, workloads.Mixed) }")
	assert.NoError(t, s.hasBenchmarks([]string{"BenchmarkMixed"}))
}

func TestAJobOfTwoPackagesIsRefused(t *testing.T) {
	x := plans("example.com/x", planned("J"))
	_, err := NewPlan(quickly(), x, plans("example.com/y", planned("J")))
	assert.ErrorContains(t, err, "J is in package example.com/x and in package example.com/y")

	p, err := NewPlan(quickly(), x, plans("example.com/y", planned("K")))
	require.NoError(t, err)
	assert.Len(t, p.Cells, 4)
	assert.Equal(t, "example.com/y", p.Cells[3].Package)
	assert.Len(t, p.models, 2, "each once")
}

func TestANameIsMissingWhereNoPackageKnowsIt(t *testing.T) {
	o := quickly("tea")
	x, y := plans("x", planned("J")), plans("y", planned("K"))
	y.Plan.Missing = []bench.Missing{{Name: "tea", Why: `unknown workload "tea"`}}
	_, err := NewPlan(o, x, y)
	assert.NoError(t, err, "x knows it")
	_, err = NewPlan(o, y)
	assert.ErrorContains(t, err, `unknown workload "tea"`)
	_, err = NewPlan(quickly(), plans("z"))
	assert.ErrorContains(t, err, "nothing to measure")
}

func TestPackagesWhoseTestsImportBenchAreFound(t *testing.T) {
	suites, plains, err := Find(t.Context(), "", []string{"."})
	require.NoError(t, err)
	require.Len(t, suites, 1)
	assert.Empty(t, plains, "what imports bench is a suite alone")
	assert.NotNil(t, suites[0].Plain)
	assert.Equal(t, "github.com/concbench/concbench/scripts/internal/runs", suites[0].Package)
	here, err := os.Getwd()
	require.NoError(t, err)
	assert.Equal(t, here, suites[0].Dir)

	_, _, err = Find(t.Context(), "", []string{".", "../machine"})
	assert.ErrorContains(t, err, "../machine: ")
	assert.ErrorContains(t, err, "no Benchmark function")
	assert.NotContains(t, err.Error(), ".: ", "which is a suite")
	_, _, err = Find(t.Context(), "", []string{"./nowhere"})
	assert.ErrorContains(t, err, "nowhere")
	_, _, err = Find(t.Context(), "", []string{"-toolexec=false"})
	assert.Error(t, err, "no flag")
}
