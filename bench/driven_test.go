package bench

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/gate"
)

// goTest runs this test binary as go test -bench does, with temporary files in
// dir.
func goTest(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe, append([]string{"-test.run=^$", "-test.benchtime=1x"}, args...)...)
	cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	return cmd
}

// output runs a command, which is to end with that code, and returns what it
// printed.
func output(t *testing.T, cmd *exec.Cmd, code int) string {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		require.IsType(t, &exec.ExitError{}, err)
	}
	require.Equal(t, code, cmd.ProcessState.ExitCode(), out.String())
	return out.String()
}

// results are the lines with figures.
func results(out string) (lines []string) {
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "Benchmark") {
			lines = append(lines, line)
		}
	}
	return lines
}

// inArms skips where cells have no processes of their own.
func inArms(t *testing.T) {
	t.Helper()
	if err := gate.Supported(); err != nil {
		t.Skip("not runnable: ", err)
	}
}

const hashes = "-test.bench=CPU/workload=hash/.*/model=(goroutines|gopool|sequential)$"

func TestEachCellHasAProcessOfItsOwn(t *testing.T) {
	inArms(t)
	dir := t.TempDir()
	out := output(t, goTest(t, dir, hashes, "-test.count=2"), 0)
	lines := results(out)
	require.Len(t, lines, 6, out)
	first := regexp.MustCompile(`[0-9.]+ first-ns`)
	for i, line := range lines {
		assert.Equal(t, 1, strings.Count(line, " ns/op"), "its own is in the place of the time with the way there and back")
		for _, unit := range []string{"footprint-B", "peak-rss-B", "threads"} {
			if runtime.GOOS == "linux" {
				assert.Contains(t, line, " "+unit)
			}
		}
		assert.Equal(t, first.FindString(lines[i-i%2]), first.FindString(line), "one process for both counts")
	}
	assert.NotEqual(t, first.FindString(lines[0]), first.FindString(lines[2]), "and others for others")
	assert.Equal(t, 1, strings.Count(out, "\ncores: "), "what an arm prints is not repeated")
	assert.Equal(t, 1, strings.Count(out, "goos: "))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestAProfileIsOfThisProcess(t *testing.T) {
	dir := t.TempDir()
	profile := filepath.Join(dir, "cpu.prof")
	out := output(t, goTest(t, dir, hashes, "-test.cpuprofile="+profile), 0)
	lines := results(out)
	require.Len(t, lines, 3, out)
	assert.Equal(t, 1, strings.Count(out, "# cells are measured in this process"))
	if gate.Supported() == nil {
		assert.Contains(t, out, "-cpuprofile is asked for")
	}
	for i, line := range lines {
		if runtime.GOOS == "linux" {
			assert.Equal(t, i == 0, strings.Contains(line, " footprint-B"))
			assert.Equal(t, i == 0, strings.Contains(line, " threads"))
		}
	}
	info, err := os.Stat(profile)
	require.NoError(t, err)
	assert.Positive(t, info.Size())
}

func TestAllocationsAreCountedInThisProcess(t *testing.T) {
	out := output(t, goTest(t, t.TempDir(), "-test.benchmem", "-test.bench=.", "-concbench.cell=hash/tasks=8/blocks=1/model=sequential"), 0)
	require.Len(t, results(out), 1, out)
	assert.Contains(t, out, " allocs/op")
	assert.Contains(t, out, "# cells are measured in this process")
	allocated := regexp.MustCompile(`(\d+) B/op`).FindStringSubmatch(out)
	require.NotNil(t, allocated)
	assert.Less(t, len(allocated[1]), 6, "histograms of half a megabyte are none of the tasks'")
}

func TestWhatCannotRunIsSkipped(t *testing.T) {
	out := output(t, goTest(t, t.TempDir(), "-test.bench=.", "-concbench.cell=counter/model=processes"), 0)
	assert.Empty(t, results(out))
	assert.Regexp(t, `# BenchmarkMixed/workload=counter.*: not runnable: `, out)
}

func TestWhatFailsSaysWhy(t *testing.T) {
	inArms(t)
	for fault, says := range map[string]string{
		"prepare": "nothing to",
		"op":      "task 0: it went wrong",
		"die":     "panic: a stray goroutine",
		"hang":    "exceeded its time limit",
	} {
		t.Run(fault, func(t *testing.T) {
			timeout := "-test.timeout=0"
			if fault == "hang" {
				if testing.Short() {
					t.Skip("it takes 10 s")
				}
				timeout = "-test.timeout=20s"
			}
			dir := t.TempDir()
			file := filepath.Join(t.TempDir(), "fault")
			require.NoError(t, os.WriteFile(file, []byte(fault), 0o600))
			cmd := goTest(t, dir, "-test.bench=.", timeout, "-concbench.cell="+faultyCell)
			cmd.Env = append(cmd.Env, faultFile+"="+file)
			out := output(t, cmd, 1)
			assert.Contains(t, out, "--- FAIL: "+faultyCell)
			assert.Contains(t, out, says)
			if fault == "hang" {
				assert.Contains(t, out, "bench.faulty.Prepare.func", "where it hangs")
			}
			left, err := os.ReadDir(dir)
			require.NoError(t, err)
			assert.Empty(t, left)
		})
	}
}

func TestACellIsGivenTheArgumentsThatChangeIt(t *testing.T) {
	inArms(t)
	file := filepath.Join(t.TempDir(), "fault")
	require.NoError(t, os.WriteFile(file, []byte("flags"), 0o600))
	cmd := goTest(t, t.TempDir(), "-test.cpu=1", "-test.short", "-concbench.seed=17", "-own=x y", "-test.count=3", "-test.bench=.", "-concbench.cell="+faultyCell, "rest")
	cmd.Env = append(cmd.Env, faultFile+"="+file)
	assert.Contains(t, output(t, cmd, 0), "not runnable: cpu=1 short=true seed=17 own=x y count=1 args=[rest]\n")
}
