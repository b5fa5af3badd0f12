package runs

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
)

// go test ./scripts/internal/runs -run Killed -kills 50
var kills = flag.Int("kills", 3, "how often the run of TestAKilledRunIsFinishedAsIfNeverKilled is killed")

// beRun names the folder of the run that the test binary makes, or goes on with.
// All processes of the run inherit it.
const beRun = "CONCBENCH_TEST_RUN"

// killed are options for a run of which a part has origins, a part fails and a
// part is not runnable.
func killed() Options {
	o := quickly("nop", "moody", "refuse", "unfit")
	o.Models = append(o.Models, "gopool")
	o.Rounds = 3
	return o
}

// sitting is the test binary as a process that makes the run in dir, or goes
// on with it.
func sitting(t *testing.T, dir string, env ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe, "-test.run=^TestASitting$")
	cmd.Env = append(append(os.Environ(), beRun+"="+dir), env...)
	cmd.Stdout = new(bytes.Buffer)
	cmd.Stderr = cmd.Stdout
	return cmd
}

// TestASitting is what the process of a sitting does.
func TestASitting(t *testing.T) {
	dir := os.Getenv(beRun)
	if dir == "" {
		return
	}
	limit(t)
	plan := quickPlan(t, killed())
	var err error
	if _, there := os.Stat(filepath.Join(dir, results.RunFile)); there == nil {
		_, err = plan.Resume(t.Context(), in(t, dir))
	} else {
		_, err = plan.Run(t.Context(), in(t, dir))
	}
	require.NoError(t, err)
}

// measuredIn returns what was measured in a run: of each round the models, with
// what became of them. It checks that bench.txt has a line for each process that
// measured.
func measuredIn(t *testing.T, dir string) (all []string) {
	t.Helper()
	lines := 0
	for block, rounds := range counted(t, dir) {
		for i, r := range rounds {
			assert.Equal(t, i+1, r.Round)
			for _, a := range r.Arms {
				what := "measured"
				switch {
				case a.Failed != "":
					what = a.Failed
				case a.NotRun != "":
					what = a.NotRun
				default:
					assert.NotEmpty(t, a.Cycles)
					lines++
				}
				all = append(all, fmt.Sprintf("%s %d %s: %s", block, r.Round, a.Name, what))
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, results.BenchFile))
	require.NoError(t, err)
	assert.Equal(t, lines, strings.Count(string(text), "\nBenchmark"))
	slices.Sort(all)
	return all
}

func TestAKilledRunIsFinishedAsIfNeverKilled(t *testing.T) {
	undisturbed := newRunFolder(t)
	began := time.Now()
	whole := sitting(t, undisturbed)
	require.NoError(t, whole.Run(), whole.Stdout)
	took := time.Since(began)
	want := measuredIn(t, undisturbed)
	require.Len(t, want, 3*(3+3+1+1), "what fails or is not runnable has one round")

	left := *kills
	for runs := 1; left > 0; runs++ {
		dir := newRunFolder(t)
		for ; ; left-- {
			cmd := sitting(t, dir)
			require.NoError(t, cmd.Start())
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			wait := time.Duration(rand.Int64N(int64(took)))
			if left <= 0 {
				wait = time.Hour // now it is let end
			}
			var err error
			select {
			case err = <-ended:
			case <-time.After(wait):
				require.NoError(t, cmd.Process.Kill())
				if err = <-ended; err != nil {
					nothingIsLeft(t, dir)
					continue
				}
			}
			require.NoError(t, err, cmd.Stdout)
			break
		}
		assert.Equal(t, want, measuredIn(t, dir))
		data, err := results.Open(dir)
		require.NoError(t, err)
		assert.Equal(t, results.FailedCells, data.Run.Status, "as without a kill: one job fails")
		for _, w := range data.Warnings {
			assert.NotContains(t, []string{"torn", "unreadable", "unfinished"}, w.Kind, w.Text)
		}
		t.Logf("run %d: %d resumed, %d attempts", runs, len(data.Run.Resumed), len(journal(t, dir)))
	}
}

// nothingIsLeft waits until no process of the run in dir is left, where that can
// be seen.
func nothingIsLeft(t *testing.T, dir string) {
	t.Helper()
	const patience = time.Minute // some poll once a second for the end of who started them
	assert.Eventually(t, func() bool { return len(processes(t, dir)) == 0 }, patience, 10*time.Millisecond, "%v", processes(t, dir))
}

func TestNothingIsLeftOfARunThatIsKilledWithAllItsArmsAlive(t *testing.T) {
	if processes(t, "") == nil {
		t.Skip("not runnable: processes are looked for in /proc")
	}
	gated(t)
	mood := filepath.Join(t.TempDir(), "mood")
	require.NoError(t, os.WriteFile(mood, []byte("sequential hang turn"), 0o666))
	dir := newRunFolder(t)
	cmd := sitting(t, dir, moodFile+"="+mood, traceFile+"="+mood+".trace")
	require.NoError(t, cmd.Start())
	require.Eventually(t, func() bool {
		_, err := os.Stat(mood + " came true")
		return err == nil
	}, 5*time.Minute, 5*time.Millisecond)
	assert.Len(t, processes(t, dir), 1+3+3, "that of the run, and three arms, each with an origin")
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	nothingIsLeft(t, dir)

	again := sitting(t, dir)
	require.NoError(t, again.Run(), again.Stdout)
	assert.Len(t, measuredIn(t, dir), 3*(3+3+1+1))
}

// processes returns the command lines of those that have the run's folder in
// their environment, nil where there is no /proc.
func processes(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob("/proc/[0-9]*/environ")
	require.NoError(t, err)
	if len(found) == 0 {
		return nil
	}
	all := []string{}
	for _, file := range found {
		environ, err := os.ReadFile(file) // empty of one that has ended and was not waited for
		if err == nil && bytes.Contains(environ, []byte(beRun+"="+dir+"\x00")) {
			line, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
			all = append(all, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return all
}
