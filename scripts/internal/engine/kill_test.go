package engine

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
)

// go test ./scripts/internal/engine -run Killed -kills 50
var kills = flag.Int("kills", 5, "how often the run of TestAKilledRunIsFinishedAsIfNeverKilled is killed")

// beRun names the folder of the run that the test binary makes, or goes on with.
const beRun = "CONCBENCH_TEST_RUN"

// killed are options for a run of which a part fails and a part is not runnable.
func killed() Options {
	o := quickly("nop", "refuse", "unfit")
	o.Rounds, o.Slices = 6, 1
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
	suite, err := Own(killed().Choice)
	require.NoError(t, err)
	exe, err := os.Executable()
	require.NoError(t, err)
	suite.Binary = Binary{Path: exe, SHA256: "none", Go: "go"}
	plan, err := NewPlan(killed(), suite)
	require.NoError(t, err)
	plan.watch = func() func() (float64, float64) { return func() (float64, float64) { return 0, 0 } }
	now := func() (results.Moment, []results.Warning) { return results.Moment{}, nil }
	if _, there := os.Stat(filepath.Join(dir, results.RunFile)); there == nil {
		_, err = plan.Resume(t.Context(), dir, results.Env{OS: "test"}, now, quiet())
	} else {
		_, err = plan.Run(t.Context(), dir, results.Env{OS: "test"}, now, quiet())
	}
	require.NoError(t, err)
}

// A cellRound is what is to be measured once, at least.
type cellRound struct {
	cell  string
	round int
}

// measuredIn returns the cells and rounds of a run, each once, and checks that
// the bytes of each are what was measured.
func measuredIn(t *testing.T, dir string) []cellRound {
	t.Helper()
	all, torn, err := results.ReadJournal(dir)
	require.NoError(t, err)
	assert.Nil(t, torn)
	text, err := os.ReadFile(filepath.Join(dir, results.BenchFile))
	require.NoError(t, err)
	var set []cellRound
	end := int64(0)
	for _, m := range all {
		set = append(set, cellRound{m.Cell, m.Round})
		assert.GreaterOrEqual(t, m.From, end, "no byte is of two measurements")
		end = m.To
		if m.Failed != "" {
			continue
		}
		got := parse(string(text[m.From:m.To]))
		assert.Len(t, got.results, m.Slices)
		for _, line := range got.results {
			assert.Contains(t, line, m.Cell)
		}
	}
	assert.EqualValues(t, len(text), end, "nothing is left of what was killed")
	slices.SortFunc(set, func(a, b cellRound) int {
		if a.cell != b.cell {
			return bytes.Compare([]byte(a.cell), []byte(b.cell))
		}
		return a.round - b.round
	})
	return slices.Compact(set)
}

func newRunFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	require.NoError(t, Reserve(dir))
	return dir
}

func TestAKilledRunIsFinishedAsIfNeverKilled(t *testing.T) {
	undisturbed := newRunFolder(t)
	began := time.Now()
	whole := sitting(t, undisturbed)
	require.NoError(t, whole.Run(), whole.Stdout)
	took := time.Since(began)
	want := measuredIn(t, undisturbed)
	require.NotEmpty(t, want)

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
					continue
				}
			}
			require.NoError(t, err, cmd.Stdout)
			break
		}
		assert.Equal(t, want, measuredIn(t, dir))
		data, err := results.Open(dir)
		require.NoError(t, err)
		assert.Equal(t, results.FailedCells, data.Run.Status, "as without a kill: one cell fails")
		for _, w := range data.Warnings {
			assert.NotContains(t, []string{"torn", "unreadable", "unfinished"}, w.Kind, w.Text)
		}
		t.Logf("run %d: %d resumed", runs, len(data.Run.Resumed))
	}
}
