package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/scripts/internal/lock"
)

// A repository is a git repository with one package and its benchmark.
type repository struct {
	t   *testing.T
	dir string
}

func newRepository(t *testing.T) repository {
	t.Helper()
	r := repository{t, t.TempDir()}
	r.git("init", "-q", "-b", "main")
	r.write("go.mod", "module example.com/shop\n\ngo 1.24\n")
	r.write("shop_test.go", `package shop

import "testing"

func BenchmarkTotal(b *testing.B) {
	for b.Loop() {
		Total(20000)
	}
}

func BenchmarkOther(b *testing.B) {
	for b.Loop() {
		Other(20000)
	}
}
`)
	r.price(1)
	return r
}

// price commits a Total that takes so many times as long.
func (r repository) price(times int) {
	r.write("shop.go", strings.ReplaceAll(`package shop

//go:noinline
func Total(n int) (sum uint64) {
	for i := range TIMES * n {
		sum = sum*31 + uint64(i)
	}
	return sum
}

//go:noinline
func Other(n int) (sum uint64) {
	for i := range n {
		sum = sum*31 + uint64(i)
	}
	return sum
}
`, "TIMES", strconv.Itoa(times)))
	r.git("add", ".")
	r.git("commit", "-q", "-m", "price")
}

func (r repository) write(name, text string) {
	r.t.Helper()
	require.NoError(r.t, os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o666))
}

func (r repository) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-C", r.dir, "-c", "user.name=n", "-c", "user.email=e@example.com"}, args...)...)
	out, err := cmd.CombinedOutput()
	require.NoError(r.t, err, string(out))
	return strings.TrimSpace(string(out))
}

// concbench is the command, run in the repository.
func (r repository) concbench(args ...string) *exec.Cmd {
	cmd := concbench(r.t, args...)
	cmd.Dir = r.dir
	cmd.Env = append(cmd.Env, lock.Variable+"="+filepath.Join(r.t.TempDir(), "lock"))
	return cmd
}

// quickly are flags of a comparison that takes few seconds.
func quickly(out string, more ...string) []string {
	return append([]string{"--seed", "1", "--cycles", "2", "--cpu", "1", "--budget", "0", "--metrics", "ns/op", "--isolate", "benchmark", "--layouts", "0", "--out", out}, more...)
}

func code(cmd *exec.Cmd) int {
	cmd.Run()
	return cmd.ProcessState.ExitCode()
}

// measuredRounds are the rounds in the folder of a comparison.
func measuredRounds(t *testing.T, dir string) []record.Round {
	t.Helper()
	rounds, torn, err := record.ReadRounds(dir)
	require.NoError(t, err)
	require.Nil(t, torn)
	return rounds
}

var total = compare.Key{Package: "example.com/shop", Benchmark: "BenchmarkTotal"}

func TestARegressionBetweenCommitsIsFoundAndExits1(t *testing.T) {
	r := newRepository(t)
	r.price(10)
	before := r.git("status", "--porcelain", "--ignored")
	out := filepath.Join(t.TempDir(), "out")
	cmd := r.concbench(append([]string{"compare", "--bench", "Total", "--format", "markdown"}, quickly(out, "--layouts", "1")...)...)
	require.Equal(t, 1, code(cmd), stdout(cmd)+stderr(cmd))
	assert.Contains(t, stdout(cmd), "slower")
	assert.Contains(t, stdout(cmd), "Total")
	assert.Contains(t, stdout(cmd), "would have caught +5 %")
	assert.Equal(t, before, r.git("status", "--porcelain", "--ignored"), "the user's tree is not touched")
	assert.Len(t, strings.Split(r.git("worktree", "list"), "\n"), 1)

	report, err := compare.Open(out)
	require.NoError(t, err)
	assert.Equal(t, r.git("rev-parse", "HEAD^"), report.Plan.Base.Commit, "on the default branch, the commit before")
	assert.Equal(t, results.Complete, report.Plan.Status)
	assert.Less(t, report.Of(total).Rounds, rounds, "what is decided gets no more")
	layouts := map[int]bool{}
	for _, round := range measuredRounds(t, out) {
		layouts[round.Layout] = true
		assert.Equal(t, 2, round.Planned)
		if gate.Supported() == nil {
			assert.Empty(t, round.Serial, "they take turns")
		}
	}
	assert.Len(t, layouts, 2, "what looks slower in the linker's own is measured again in another")

	// The other way round it is faster, and no regression.
	cmd = r.concbench(append([]string{"compare", "--bench", "Total", "--base", "HEAD", "--head", "HEAD^", "--format", "json"}, quickly(out+"2")...)...)
	require.Equal(t, 0, code(cmd), stdout(cmd)+stderr(cmd))
	var told compare.Document
	require.NoError(t, json.Unmarshal([]byte(stdout(cmd)), &told))
	require.Len(t, told.Benchmarks, 1)
	assert.Equal(t, compare.Faster, told.Benchmarks[0].Verdict)
}

func TestABaseThatIsIdenticalIsNotMeasured(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.write("README", "words\n")
	r.git("add", ".")
	r.git("commit", "-q", "-m", "words")
	out := filepath.Join(t.TempDir(), "out")
	cmd := r.concbench(append([]string{"compare", "--strict"}, quickly(out)...)...)
	require.Equal(t, 0, code(cmd), stdout(cmd)+stderr(cmd))
	assert.Contains(t, stdout(cmd), "identical")
	assert.Empty(t, measuredRounds(t, out))
	plan, err := compare.LoadPlan(out)
	require.NoError(t, err)
	require.Len(t, plan.Packages, 1)
	assert.True(t, plan.Packages[0].Identical)
	assert.NotEqual(t, plan.Base.Commit, plan.Head.Commit)
}

func TestOneAfterAnotherIsRecordedAndSaid(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.price(10)
	out := filepath.Join(t.TempDir(), "out")
	cmd := r.concbench(append([]string{"compare", "--one-after-another", "--rounds", "1"}, quickly(out)...)...)
	require.Equal(t, 0, code(cmd), stdout(cmd)+stderr(cmd))
	assert.Contains(t, stdout(cmd), "measured one after the other, as was asked for")
	assert.Contains(t, stderr(cmd), "1 round can decide nothing but exact figures", "it says so before it measures")
	plan, err := compare.LoadPlan(out)
	require.NoError(t, err)
	assert.True(t, plan.Serial)
	measured := record.Counted(measuredRounds(t, out))
	require.Len(t, measured, 2)
	for _, round := range measured {
		assert.Equal(t, "--one-after-another", round.Serial)
		assert.Len(t, round.Arms, 2)
	}
	strict := r.concbench("compare", "--resume", out, "--strict", "--format", "json")
	assert.Equal(t, exitFailedCells, code(strict), "something stays open")
	var told compare.Document
	require.NoError(t, json.Unmarshal([]byte(stdout(strict)), &told))
	assert.True(t, told.Serial)
	assert.Equal(t, "--one-after-another", told.Benchmarks[0].Serial)
}

func TestBadComparisonsAreNamed(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.price(10)
	there := t.TempDir()
	for _, tc := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"compare", "--base", "nosuch"}, 2, "nosuch"},
		{[]string{"compare", "--head", "nosuch"}, 2, "nosuch"},
		{[]string{"compare", "--bench", "("}, 2, "no regular expression"},
		{[]string{"compare", "--bench", "Nothing"}, 2, `none matches --bench "Nothing"`},
		{[]string{"compare", "--threshold", "5"}, 2, "such as 5%"},
		{[]string{"compare", "--threshold", "0%"}, 2, "--threshold"},
		{[]string{"compare", "--format", "yaml"}, 2, "terminal, markdown or json"},
		{[]string{"compare", "--isolate", "everything"}, 2, "benchmark or package"},
		{[]string{"compare", "--cycles", "-1"}, 2, "--cycles"},
		{[]string{"compare", "--cpu", "0"}, 2, "--cpu"},
		{[]string{"compare", "--rounds", "0"}, 2, "--rounds"},
		{[]string{"compare", "--layouts", "-1"}, 2, "--layouts"},
		{[]string{"compare", "--out", there}, 2, "exists already"},
		{[]string{"compare", "./nosuch"}, 2, "nosuch"},
		{[]string{"compare", "--resume", there}, 2, "compare.json"},
		{[]string{"compare", "--resume", there, "--bench", "x"}, 2, "--bench"},
		{[]string{"aa", "--strict"}, 2, "--gate"},
	} {
		cmd := r.concbench(tc.args...)
		assert.Equal(t, tc.code, code(cmd), "%v: %s", tc.args, stderr(cmd))
		assert.Contains(t, stderr(cmd), tc.says, "%v", tc.args)
	}
	assert.Len(t, strings.Split(r.git("worktree", "list"), "\n"), 1)
}

func TestASideThatDoesNotBuildExits3(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.write("shop.go", "package shop\n\nfunc Total() {}\n")
	out := filepath.Join(t.TempDir(), "out")
	cmd := r.concbench(append([]string{"compare"}, quickly(out)...)...)
	assert.Equal(t, 3, code(cmd), stdout(cmd)+stderr(cmd))
	assert.Contains(t, stdout(cmd), "head: ")
	assert.Empty(t, measuredRounds(t, out))
}

func TestAAMeasuresInTurnsAndOneAfterTheOther(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	out := filepath.Join(t.TempDir(), "out")
	cmd := r.concbench(append([]string{"aa", "--rounds", "6"}, quickly(out)...)...)
	require.Equal(t, 0, code(cmd), stdout(cmd)+stderr(cmd))
	for _, says := range []string{"Total", "Other", "cried wolf", "in turns", "one after the other"} {
		assert.Contains(t, stdout(cmd), says)
	}
	measured := map[string]int{}
	for _, round := range record.Counted(measuredRounds(t, out)) {
		measured[round.Block]++
		if strings.HasSuffix(round.Block, compare.AfterSuffix) {
			assert.NotEmpty(t, round.Serial)
		}
	}
	other := compare.Key{Package: total.Package, Benchmark: "BenchmarkOther"}
	assert.Equal(t, map[string]int{total.String(): 6, total.String() + compare.AfterSuffix: 6, other.String(): 6, other.String() + compare.AfterSuffix: 6}, measured)
}
