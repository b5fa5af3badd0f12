package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/results/record"
)

// kills is how often comparisons are killed:
//
//	go test ./scripts/concbench -run KilledComparison -kills 50
var kills = flag.Int("kills", 3, "how often comparisons are killed and resumed")

// killable marks the processes of a comparison, which all inherit it.
const killable = "CONCBENCH_TEST_COMPARISON"

func TestAKilledComparisonIsFinished(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("not runnable: what a killed process has started lives on there")
	}
	r := newRepository(t)
	out := filepath.Join(t.TempDir(), "out")
	whole := r.check(out, false)
	require.Equal(t, 0, code(whole), stderr(whole))
	want := places(t, out)
	require.Len(t, want, 2*2*killedRounds, "each benchmark in turns and one after the other")
	for killed := 0; killed < *kills; {
		out := filepath.Join(t.TempDir(), "out")
		killed += r.killed(out, min(5, *kills-killed), len(want))
		cmd := r.check(out, true)
		require.Equal(t, 0, code(cmd), stderr(cmd))
		assert.Equal(t, want, places(t, out), "the same rounds in the same order")
		report, err := compare.Open(out)
		require.NoError(t, err)
		warnings, err := json.Marshal(report.Warnings)
		require.NoError(t, err)
		assert.NotContains(t, string(warnings), "torn")
		assert.Equal(t, results.Complete, report.Plan.Status)
	}
}

// killedRounds are those of each benchmark, in turns and one after the other.
const killedRounds = 3

// check is an A/A check into out, or what is left of one.
func (r repository) check(out string, resumed bool) *exec.Cmd {
	args := append([]string{"aa", "--rounds", "3"}, quickly(out)...)
	if resumed {
		args = []string{"aa", "--resume", out}
	}
	cmd := r.concbench(args...)
	cmd.Env = append(cmd.Env, killable+"="+out)
	return cmd
}

// killed makes an A/A check into out and kills it so many times, each after
// another round at least: first while both sides live, then at random moments. It
// is killed fewer times if it ends.
func (r repository) killed(out string, times, rounds int) (n int) {
	for before := 0; n < times; n++ {
		cmd := r.check(out, n > 0)
		require.NoError(r.t, cmd.Start())
		require.Eventually(r.t, func() bool {
			got, _, _ := record.ReadRounds(out)
			return len(got) > before
		}, 5*time.Minute, time.Millisecond)
		if n == 0 && gate.Supported() == nil && runtime.GOOS == "linux" {
			require.Eventually(r.t, func() bool { return len(armsOf(r.t, out)) == 2 }, 5*time.Minute, time.Millisecond)
		} else {
			time.Sleep(rand.N(40 * time.Millisecond))
		}
		cmd.Process.Kill()
		cmd.Wait()
		if runtime.GOOS == "linux" {
			assert.Eventually(r.t, func() bool { return len(living(r.t, out)) == 0 }, time.Minute, time.Millisecond, "no process is left")
		}
		got, _, err := record.ReadRounds(out)
		require.NoError(r.t, err)
		if before = len(got); before >= rounds-2 {
			return n + 1
		}
	}
	return n
}

// places are the rounds of a comparison without what varies: of what was
// disturbed, which is chance, the first attempt.
func places(t *testing.T, dir string) (all []record.Round) {
	t.Helper()
	for _, r := range measuredRounds(t, dir) {
		if r.Attempt == 0 {
			all = append(all, record.Round{Block: r.Block, Round: r.Round, Arms: []record.Arm{{Name: r.Arms[0].Name}}})
		}
	}
	return all
}

// living are the environments of the processes of the comparison in dir.
func living(t *testing.T, dir string) (all []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	require.NoError(t, err)
	for _, file := range files {
		environ, err := os.ReadFile(file) // empty of one that has ended and was not waited for
		if err == nil && bytes.Contains(environ, []byte(killable+"="+dir+"\x00")) {
			all = append(all, string(environ))
		}
	}
	return all
}

// armsOf are those of them that are measured.
func armsOf(t *testing.T, dir string) (all []string) {
	t.Helper()
	for _, environ := range living(t, dir) {
		if strings.Contains(environ, "\x00"+gate.Env+"=") {
			all = append(all, environ)
		}
	}
	return all
}
