package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchfmt"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// module writes a module of somebody's own, without a dependency.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/m\n\ngo 1.26\n"), 0o666))
	return dir
}

const (
	header = "\nimport (\n\t\"os\"\n\t\"strconv\"\n\t\"testing\"\n)\n\nvar _ = os.Args\nvar _ = strconv.Itoa\n"

	// twoPackages have a benchmark of the same name.
	encode = "package a\n" + header + `
func BenchmarkEncode(b *testing.B) { for b.Loop() {}; b.ReportMetric(7, "widgets/op") }
func BenchmarkSizes(b *testing.B) { for _, n := range []int{1, 10} { b.Run("size="+strconv.Itoa(n), func(b *testing.B) { for b.Loop() {} }) } }
`
	decode = "package b\n" + header + `
func BenchmarkEncode(b *testing.B) { for b.Loop() {} }
`
	// trouble is what cannot be measured.
	trouble = "package c\n" + header + `
func BenchmarkGood(b *testing.B) { for b.Loop() {} }
func BenchmarkFails(b *testing.B) { b.Fatal("no moon") }
func BenchmarkChanges(b *testing.B) { b.Run(strconv.Itoa(os.Getpid()), func(b *testing.B) { for b.Loop() {} }) }
func BenchmarkSkips(b *testing.B) { b.Skip("not tonight") }
`
)

// plainRun is a concbench that measures packages of a module, shortly, into a
// folder that is returned.
func plainRun(t *testing.T, module string, args ...string) (*exec.Cmd, string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "run")
	cmd := concbench(t, slices.Concat([]string{"run", "--rounds", "2", "--cycles", "2", "--out", out}, args)...)
	inModule(cmd, module)
	return cmd, out
}

func inModule(cmd *exec.Cmd, module string) {
	cmd.Dir = module
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off")
}

// timesMeasured counts, by package and name, the rounds in which a benchmark was
// measured well.
func timesMeasured(t *testing.T, dir string) map[string]int {
	t.Helper()
	run, err := results.LoadRun(dir)
	require.NoError(t, err)
	rounds, torn, err := record.ReadRounds(dir)
	require.NoError(t, err)
	assert.Nil(t, torn)
	inBlock := map[string][]string{} // of packages whose benchmarks share processes
	for _, c := range run.Cells {
		inBlock[c.Block(true)] = append(inBlock[c.Block(true)], c.Package+" "+c.Name)
	}
	counts := map[string]int{}
	for _, r := range record.Counted(rounds) {
		require.Len(t, r.Arms, 1, "it is compared with nothing")
		if a := r.Arms[0]; a.Failed != "" || len(a.Cycles) != r.Planned {
			continue
		}
		switch whole := inBlock[r.Block]; {
		case r.Benchmark != "":
			counts[r.Block+" "+r.Benchmark]++
		case len(whole) > 0: // of a package that has one
			counts[whole[0]]++
		default:
			counts[r.Block]++
		}
	}
	for _, c := range run.Cells {
		assert.Contains(t, counts, c.Package+" "+c.Name)
	}
	return counts
}

var everyBenchmark = map[string]int{
	"example.com/m/a BenchmarkEncode": 2, "example.com/m/a BenchmarkSizes/size=1": 2, "example.com/m/a BenchmarkSizes/size=10": 2,
	"example.com/m/b BenchmarkEncode": 2,
}

func TestOrdinaryBenchmarksOfAnyPackageAreMeasured(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"a/a_test.go": encode, "b/b_test.go": decode})
	cmd, out := plainRun(t, dir, "--isolate", "benchmark", "--cpu", "1", "./...")
	require.NoError(t, cmd.Run(), stdout(cmd)+stderr(cmd))
	assert.Contains(t, stdout(cmd), "4 benchmarks of 2 packages; 2 rounds, about ")
	assert.Equal(t, everyBenchmark, timesMeasured(t, out))

	data, err := results.Open(out)
	require.NoError(t, err)
	require.Len(t, data.Benchmarks, 4)
	for _, b := range data.Benchmarks {
		assert.Len(t, b.Processes, 2)
		_, reported := b.Figure("widgets/op")
		assert.Equal(t, b.Package == "example.com/m/a" && b.Name == "BenchmarkEncode", reported, b.Package+" "+b.Name)
		for _, unit := range []string{"ns/op", "B/op", "cpus"} {
			_, has := b.Figure(unit)
			assert.True(t, has, unit)
		}
		if runtime.GOOS == "linux" {
			for _, unit := range []string{"peak-rss-B", "vol-ctxsw/s"} {
				_, has := b.Figure(unit)
				assert.True(t, has, unit)
			}
		}
	}
	require.Len(t, data.Run.Packages, 2)
	for _, p := range data.Run.Packages {
		assert.Len(t, p.Binary, 64)
		assert.False(t, p.Whole)
	}
	ofPackages(t, out)
}

// ofPackages checks that bench.txt has, under each package, a line for each round
// of each of its benchmarks.
func ofPackages(t *testing.T, out string) {
	t.Helper()
	file, err := os.Open(filepath.Join(out, results.BenchFile))
	require.NoError(t, err)
	defer file.Close()
	lines := map[string]int{}
	for r := benchfmt.NewReader(file, results.BenchFile); r.Scan(); {
		switch line := r.Result().(type) {
		case *benchfmt.SyntaxError:
			assert.NoError(t, line)
		case *benchfmt.Result:
			name, _, _ := strings.Cut(string(line.Name), "-") // of the number of CPUs
			lines[line.GetConfig("pkg")+" Benchmark"+name]++
		}
	}
	assert.Equal(t, timesMeasured(t, out), lines)
}

func TestBenchmarksOfAPackageMayShareAProcess(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"a/a_test.go": encode, "b/b_test.go": decode})
	cmd, out := plainRun(t, dir, "--isolate", "package", "./...")
	require.NoError(t, cmd.Run(), stdout(cmd)+stderr(cmd))
	assert.Equal(t, everyBenchmark, timesMeasured(t, out))
	run, err := results.LoadRun(out)
	require.NoError(t, err)
	for _, p := range run.Packages {
		assert.True(t, p.Whole)
	}
	data, err := results.Open(out)
	require.NoError(t, err)
	for _, b := range data.Benchmarks {
		assert.Len(t, b.Processes, 2, "the report has them all: "+b.Name)
	}
	ofPackages(t, out)
}

func TestWhatCannotBeMeasuredIsNamedAndTheRestGoesOn(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"c/c_test.go": trouble, "d/d_test.go": "package d\n" + header + "func BenchmarkX(b *testing.B) { undefined() }\n"})
	cmd, out := plainRun(t, dir, "./...")
	require.Error(t, cmd.Run())
	assert.Equal(t, exitFailedCells, cmd.ProcessState.ExitCode(), stderr(cmd))
	assert.Equal(t, map[string]int{"example.com/m/c BenchmarkGood": 2}, timesMeasured(t, out))
	run, err := results.LoadRun(out)
	require.NoError(t, err)
	assert.Equal(t, results.FailedCells, run.Status)
	why := map[string]string{}
	for _, l := range run.NotMeasured {
		name, _, _ := strings.Cut(l.Name, "/")
		why[l.Package+" "+name] = l.Why
		if l.Log != "" {
			assert.FileExists(t, filepath.Join(out, l.Log))
		}
	}
	for what, says := range map[string]string{
		"example.com/m/c BenchmarkFails":   "no moon",
		"example.com/m/c BenchmarkChanges": "its name changes",
		"example.com/m/c BenchmarkSkips":   "not tonight",
		"example.com/m/d ":                 "undefined: undefined",
	} {
		assert.Contains(t, why[what], says, what)
		assert.Contains(t, stdout(cmd), says)
	}
	assert.Len(t, why, 4, "%v", slices.Collect(maps.Keys(why)))

	again := concbench(t, "run", "--resume", out)
	inModule(again, dir)
	again.Run()
	assert.Equal(t, exitFailedCells, again.ProcessState.ExitCode(), "it is as it was: %s", stderr(again))
}

func TestAPackageWithoutABenchmarkThatWasAskedForIsSaid(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"a/a_test.go": encode, "b/b_test.go": decode})
	cmd, out := plainRun(t, dir, "--bench", "Sizes/size=10", "--isolate", "benchmark", "./...")
	require.NoError(t, cmd.Run(), stderr(cmd))
	assert.Contains(t, stdout(cmd), `--bench "Sizes/size=10" matches nothing in example.com/m/b`)
	assert.Equal(t, map[string]int{"example.com/m/a BenchmarkSizes/size=10": 2}, timesMeasured(t, out))
}

func TestPackagesThatCannotBeMeasuredAreNamed(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{
		"a/a_test.go": encode,
		"d/d_test.go": "package d\n" + header + "func BenchmarkX(b *testing.B) { undefined() }\n",
		"e/e_test.go": "package e\n" + header + "func BenchmarkX(b *testing.B) { panic(\"no moon\") }\n",
		"f/f_test.go": "package f\n" + header + "func TestX(t *testing.T) {}\n",
	})
	for _, tc := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"./d"}, exitFailedCells, "undefined: undefined"},
		{[]string{"./e"}, exitFailedCells, "no moon"},
		{[]string{"./e"}, exitFailedCells, "logs/package001.txt"},
		{[]string{"./f"}, exitUsage, "./f: example.com/m/f has no Benchmark function"},
		{[]string{"./a", "./none"}, exitUsage, "./none"},
		{[]string{"./a", "--bench", "Nothing"}, exitUsage, `--bench "Nothing" matches no benchmark of example.com/m/a`},
		{[]string{"./a", "--bench", "("}, exitUsage, "no regular expression"},
		{[]string{"./a", "--cpu", "0"}, exitUsage, "--cpu 0"},
		{[]string{"./a", "--isolate", "thread"}, exitUsage, "want benchmark or package"},
		{[]string{"./a", "--models", "goroutines"}, exitUsage, "--models is for workloads under models"},
		{[]string{"--bench", "X"}, exitUsage, "--bench is for ordinary Go benchmarks"},
		{[]string{"--tags", "x"}, exitUsage, "--tags is for packages"},
		{[]string{"--", "-x"}, exitUsage, "what stands behind --"},
	} {
		cmd, _ := plainRun(t, dir, tc.args...)
		cmd.Run()
		assert.Equal(t, tc.code, cmd.ProcessState.ExitCode(), "%v: %s", tc.args, stderr(cmd))
		assert.Contains(t, stderr(cmd), tc.says, "%v", tc.args)
	}
}

func TestWhatIsAskedOfOrdinaryBenchmarksIsMeasuredAgain(t *testing.T) {
	t.Parallel()
	flagged := `//go:build special

package a

import (
	"flag"
	"runtime"
	"testing"
)

var n = flag.Int("n", 0, "")

func BenchmarkFlag(b *testing.B) { for b.Loop() {}; b.ReportMetric(float64(*n+runtime.GOMAXPROCS(0)), "n") }
func BenchmarkOther(b *testing.B) { for b.Loop() {} }
`
	dir := module(t, map[string]string{"a/a_test.go": flagged})
	cmd, first := plainRun(t, dir, "--tags", "special", "--bench", "Flag", "--cpu", "1", "--isolate", "package", "./a", "--", "-n=41")
	require.NoError(t, cmd.Run(), stderr(cmd))
	again := filepath.Join(t.TempDir(), "again")
	cmd = concbench(t, "reproduce", first, "--out", again)
	inModule(cmd, dir)
	require.NoError(t, cmd.Run(), stderr(cmd))
	assert.Contains(t, stdout(cmd), "1 benchmark measured again")
	for _, out := range []string{first, again} {
		data, err := results.Open(out)
		require.NoError(t, err)
		require.Len(t, data.Benchmarks, 1)
		f, has := data.Benchmarks[0].Figure("n")
		require.True(t, has)
		assert.EqualValues(t, 42, f.Median.Estimate)
		assert.True(t, data.Run.Packages[0].Whole)
	}
	a, err := results.LoadRun(first)
	require.NoError(t, err)
	b, err := results.LoadRun(again)
	require.NoError(t, err)
	assert.Equal(t, a.Asked, b.Asked)
	assert.Equal(t, a.Binary, b.Binary)
}

func TestAKilledRunOfOrdinaryBenchmarksIsFinished(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("not runnable: what a killed process has started lives on there")
	}
	dir := module(t, map[string]string{"a/a_test.go": encode, "b/b_test.go": decode})
	cmd, out := plainRun(t, dir, "--isolate", "benchmark", "--rounds", "100000", "./...")
	require.NoError(t, cmd.Start())
	measuredSome(t, out, 3)
	require.NoError(t, cmd.Process.Kill())
	cmd.Wait()
	run, err := results.LoadRun(out)
	require.NoError(t, err)
	assert.Equal(t, results.Running, run.Status)
	begun, _, err := record.ReadRounds(out)
	require.NoError(t, err)
	run.Rounds = begun[len(begun)-1].Round + 1
	require.NoError(t, results.SaveRun(out, run))

	cmd = concbench(t, "run", "--resume", out)
	inModule(cmd, dir)
	require.NoError(t, cmd.Run(), stderr(cmd))
	want := map[string]int{}
	for key := range everyBenchmark {
		want[key] = run.Rounds
	}
	assert.Equal(t, want, timesMeasured(t, out))
	ofPackages(t, out)
	run, err = results.LoadRun(out)
	require.NoError(t, err)
	assert.Equal(t, results.Complete, run.Status)
}
