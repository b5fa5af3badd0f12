package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// example is the module with workloads of somebody's own.
const example = "../../bench/example"

// there prepares a command that runs in the example, with what it needs to
// compile in its own go.mod and go.sum.
func there(cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = example
	// As concbench run compiles, so that what one has compiled serves the other.
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly -trimpath -buildvcs=false", "GOWORK=off")
	return cmd
}

func goThere(t *testing.T, args ...string) string {
	t.Helper()
	out, err := there(exec.Command("go", args...)).CombinedOutput()
	require.NoError(t, err, "%s\n(is bench/example/go.mod behind? go mod tidy there)", out)
	return string(out)
}

func TestAWorkloadOfOnesOwnRunsUnderEveryModel(t *testing.T) {
	t.Parallel()
	list := concbench(t, "list", "models", "--json")
	require.NoError(t, list.Run(), stderr(list))
	var known []modelRow
	require.NoError(t, json.Unmarshal([]byte(stdout(list)), &known))
	require.NotEmpty(t, known)
	out := goThere(t, "test", "-vet=off", "-run", "^$", "-bench", ".", "-benchtime", "1x", "-concbench.profile", "full")
	for _, job := range []string{"BenchmarkCPU/workload=words/tasks=100", "BenchmarkMixed/workload=archive/tasks=20"} {
		for _, m := range known {
			if m.NotRunnable != "" {
				assert.Contains(t, out, job+"/model="+m.Name+": not runnable: ")
				continue
			}
			assert.Regexp(t, `(?m)^`+regexp.QuoteMeta(job+"/model="+m.Name)+`(-\d+)?\s+1\s+.* ns/op.* p99-ns.* tasks/s`, out)
		}
	}
}

func TestRunMeasuresAPackageOfOnesOwn(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	cmd := there(concbench(t, "run", "./...", "--models", "goroutines,eventloop,processes", "--rounds", "2", "--cycles", "1", "--out", dir))
	require.NoError(t, cmd.Run(), stdout(cmd)+stderr(cmd))
	assert.Contains(t, stdout(cmd), "2 jobs under 3 models: 6 cells")
	assert.Regexp(t, `; 2 rounds, about \d+ s \(2 jobs never measured before, at a guess\)`, stdout(cmd))
	assert.Contains(t, stdout(cmd), "words ×100")
	run, err := results.LoadRun(dir)
	require.NoError(t, err)
	assert.Equal(t, results.Complete, run.Status)
	require.Len(t, run.Packages, 1)
	assert.Equal(t, "example.com/wordcount", run.Packages[0].Path)
	all, _, err := record.ReadRounds(dir)
	require.NoError(t, err)
	rounds := map[string]int{} // by cell
	for _, r := range record.Counted(all) {
		for _, a := range r.Arms {
			rounds[r.Block+"/model="+a.Name]++
		}
	}
	for _, c := range run.Cells {
		if c.NotRunnable == "" {
			assert.Equal(t, 2, rounds[c.Name], c.Name)
			assert.Equal(t, "example.com/wordcount", c.Package)
		}
	}
	assert.FileExists(t, filepath.Join(dir, "report.html"))
}

func TestABadChoiceForAPackageExits2(t *testing.T) {
	t.Parallel()
	for says, args := range map[string][]string{
		`unknown workload "wurds": did you mean "words"? There are archive, words`: {"./...", "--workloads", "wurds"},
		`did you mean "pages"`:  {".", "--workloads", "words/page=3"},
		"nowhere":               {"./nowhere"},
		"a number from 1":       {".", "--rounds", "0"},
		`unknown profile "ful"`: {".", "--profile", "ful"},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		cmd := there(concbench(t, append([]string{"run", "--out", dir}, args...)...))
		cmd.Run()
		assert.Equal(t, exitUsage, cmd.ProcessState.ExitCode(), "%v", args)
		assert.Contains(t, stderr(cmd), says, "%v", args)
		assert.NoDirExists(t, dir)
	}
}

func TestAWorkloadOfOnesOwnBuildsNothingHeavy(t *testing.T) {
	var built []string
	for d := json.NewDecoder(strings.NewReader(goThere(t, "list", "-deps", "-test", "-json=ImportPath", "./..."))); d.More(); {
		var p struct{ ImportPath string }
		require.NoError(t, d.Decode(&p))
		built = append(built, p.ImportPath)
	}
	require.Contains(t, built, "github.com/concbench/concbench/bench")
	const schema = "github.com/concbench/concbench/results/record" // of what is measured, a leaf
	for _, path := range built {
		for _, heavy := range []string{"modernc.org/", "gonum.org/", "github.com/spf13/", "github.com/jackc/", "github.com/gobwas/", "github.com/schollz/",
			"golang.org/x/perf/", "golang.org/x/image/", "github.com/concbench/concbench/results", "github.com/concbench/concbench/workloads/io"} {
			assert.False(t, strings.HasPrefix(path, heavy) && path != schema, path)
		}
	}
}

// The example is what the README says it is: short.
func TestTheExampleIsShort(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(example, "wordcount_test.go"))
	require.NoError(t, err)
	_, workload, found := strings.Cut(string(text), "// words counts")
	require.True(t, found)
	assert.LessOrEqual(t, strings.Count(workload, "\n"), 60)
}
