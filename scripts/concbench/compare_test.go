package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
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
func quickly(out string) []string {
	return []string{"--seed", "1", "--benchtime", "1ms", "--slices", "2", "--cpu", "1", "--rounds", "16", "--out", out}
}

func code(cmd *exec.Cmd) int {
	cmd.Run()
	return cmd.ProcessState.ExitCode()
}

func TestARegressionBetweenCommitsIsFoundAndExits1(t *testing.T) {
	r := newRepository(t)
	r.price(10)
	before := r.git("status", "--porcelain", "--ignored")
	out := filepath.Join(t.TempDir(), "out")
	cmd := r.concbench(append([]string{"compare", "--format", "markdown"}, quickly(out)...)...)
	require.Equal(t, 1, code(cmd), stdout(cmd)+stderr(cmd))
	assert.Contains(t, stdout(cmd), "slower")
	assert.Contains(t, stdout(cmd), "Total")
	assert.Contains(t, stdout(cmd), "would have caught +5 %")
	assert.Equal(t, before, r.git("status", "--porcelain", "--ignored"), "the user's tree is not touched")
	assert.Len(t, strings.Split(r.git("worktree", "list"), "\n"), 1)

	report, err := compare.Open(out)
	require.NoError(t, err)
	assert.Equal(t, r.git("rev-parse", "HEAD^"), report.Plan.Base.Commit, "on the default branch, the commit before")
	assert.NotEqual(t, compare.Slower, report.Of(compare.Key{Package: "example.com/shop", Benchmark: "BenchmarkOther"}).Verdict())

	// The other way round it is faster, and no regression.
	cmd = r.concbench(append([]string{"compare", "--base", "HEAD", "--head", "HEAD^", "--format", "json"}, quickly(out+"2")...)...)
	require.Equal(t, 0, code(cmd), stdout(cmd)+stderr(cmd))
	var told map[string]any
	require.NoError(t, json.Unmarshal([]byte(stdout(cmd)), &told))
}

func TestIdenticalCommitsAreNotMeasured(t *testing.T) {
	r := newRepository(t)
	r.write("README", "words\n")
	r.git("add", ".")
	r.git("commit", "-q", "-m", "words")
	cmd := r.concbench(append([]string{"compare", "--strict"}, quickly(filepath.Join(t.TempDir(), "out"))...)...)
	require.Equal(t, 0, code(cmd), stdout(cmd)+stderr(cmd))
	assert.Contains(t, stdout(cmd), "identical")
}

func TestBadComparisonsAreNamed(t *testing.T) {
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
		{[]string{"compare", "--benchtime", "soon"}, 2, "--benchtime"},
		{[]string{"compare", "--cpu", "0"}, 2, "--cpu"},
		{[]string{"compare", "--rounds", "2"}, 2, "fewer cannot call anything slower"},
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
	r := newRepository(t)
	r.write("shop.go", "package shop\n\nfunc Total() {}\n")
	cmd := r.concbench(append([]string{"compare"}, quickly(filepath.Join(t.TempDir(), "out"))...)...)
	assert.Equal(t, 3, code(cmd), stdout(cmd)+stderr(cmd))
	assert.Contains(t, stdout(cmd), "head: ")
}

func TestAAKnowsItsOwnNoise(t *testing.T) {
	r := newRepository(t)
	args := append([]string{"aa"}, quickly(filepath.Join(t.TempDir(), "out"))...)
	cmd := r.concbench(append(args, "--usual")...)
	require.Equal(t, 0, code(cmd), stdout(cmd)+stderr(cmd))
	for _, says := range []string{"Total", "Other", "cried wolf", "usual way"} {
		assert.Contains(t, stdout(cmd), says)
	}
}

// kills is how often comparisons are killed:
//
//	go test ./scripts/concbench -run KilledComparison -kills 50
var kills = flag.Int("kills", 3, "how often comparisons are killed and resumed")

func TestAKilledComparisonIsFinished(t *testing.T) {
	r := newRepository(t)
	out := filepath.Join(t.TempDir(), "out")
	whole := r.concbench(append([]string{"aa"}, quickly(out)...)...)
	require.Equal(t, 0, code(whole), stderr(whole))
	want := firstAttempts(t, out)
	for killed := 0; killed < *kills; {
		out := filepath.Join(t.TempDir(), "out")
		killed += r.killed(out, min(5, *kills-killed), len(want))
		cmd := r.concbench("aa", "--resume", out)
		require.Equal(t, 0, code(cmd), stderr(cmd))
		assert.Equal(t, want, firstAttempts(t, out), "the same pairs in the same order")
		report, err := compare.Open(out)
		require.NoError(t, err)
		assert.NotContains(t, bytesOf(report.Warnings), "torn")
		assert.Equal(t, results.Complete, report.Plan.Status)
	}
}

// killed makes an A/A check into out and kills it so many times at random
// moments, each after another pair at least; fewer times if it ends.
func (r repository) killed(out string, times, pairs int) (n int) {
	args := append([]string{"aa"}, quickly(out)...)
	for before := 0; n < times; n++ {
		cmd := r.concbench(args...)
		require.NoError(r.t, cmd.Start())
		require.Eventually(r.t, func() bool {
			got, _, _ := compare.ReadPairs(out)
			return len(got) > before
		}, time.Minute, time.Millisecond)
		time.Sleep(rand.N(40 * time.Millisecond))
		cmd.Process.Kill()
		cmd.Wait()
		got, _, err := compare.ReadPairs(out)
		require.NoError(r.t, err)
		if before = len(got); before >= pairs-2 {
			return n + 1
		}
		args = []string{"aa", "--resume", out}
	}
	return n
}

// firstAttempts are the pairs of a comparison without what varies: of what was
// disturbed, which is chance, the first attempt.
func firstAttempts(t *testing.T, dir string) (pairs []compare.Pair) {
	t.Helper()
	all, torn, err := compare.ReadPairs(dir)
	require.NoError(t, err)
	require.Nil(t, torn)
	for _, p := range all {
		if p.Attempt == 0 {
			pairs = append(pairs, compare.Pair{Round: p.Round, Package: p.Package, Benchmark: p.Benchmark, HeadFirst: p.HeadFirst})
		}
	}
	return pairs
}

func bytesOf(v any) string {
	var b bytes.Buffer
	json.NewEncoder(&b).Encode(v)
	return b.String()
}
