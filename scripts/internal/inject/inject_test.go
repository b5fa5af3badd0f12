package inject

import (
	"context"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// spin is a package whose benchmarks do a fixed amount of work and report how
// long it took by a clock that is read before the run ends.
const spin = `package spin

import "testing"

var sink uint64

func work() {
	x := uint64(1)
	for range 2_000_000 {
		x = x*6364136223846793005 + 1442695040888963407
	}
	sink = x
}

func BenchmarkN(b *testing.B) {
	for range b.N {
		work()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N), "own-ns/op")
}

func BenchmarkLoop(b *testing.B) {
	b.ReportAllocs()
	var own float64
	for b.Loop() {
		work()
		own = float64(b.Elapsed())
	}
	b.ReportMetric(own/float64(b.N), "own-ns/op")
}

func BenchmarkStopped(b *testing.B) {
	for range b.N {
		work()
	}
	b.StopTimer()
	b.ReportMetric(float64(b.Elapsed())/float64(b.N), "own-ns/op")
}

func BenchmarkHolds(b *testing.B) {
	b.Run("one", func(b *testing.B) {
		for range b.N {
			work()
		}
		b.ReportMetric(float64(b.Elapsed())/float64(b.N), "own-ns/op")
	})
}
`

// module writes the package into a module of its own.
func module(t *testing.T) string {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module spin\n\ngo 1.24\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "spin_test.go"), []byte(spin), 0o644))
	return dir
}

// build compiles the module's test binary with a share of work added.
func build(t *testing.T, dir string, share float64) string {
	overlay, err := Overlay(t.Context(), dir, t.TempDir(), share)
	require.NoError(t, err)
	binary := filepath.Join(t.TempDir(), "spin.test")
	cmd := exec.Command("go", "test", "-c", "-trimpath", "-buildvcs=false", "-overlay", overlay, "-o", binary, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return binary
}

var resultLine = regexp.MustCompile(`\s([\d.]+) ns/op\s+([\d.]+) own-ns/op`)

// measure runs one benchmark and returns how many times longer the run took than
// its own part, the CPU time of the process, and what it printed.
func measure(t *testing.T, binary, bench, benchtime string) (ratio float64, cpu time.Duration, out string) {
	cmd := exec.Command(binary, "-test.run=^$", "-test.bench="+bench, "-test.benchtime="+benchtime)
	b, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", b)
	m := resultLine.FindSubmatch(b)
	require.NotNil(t, m, "%s", b)
	all, err := strconv.ParseFloat(string(m[1]), 64)
	require.NoError(t, err)
	own, err := strconv.ParseFloat(string(m[2]), 64)
	require.NoError(t, err)
	return all / own, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), string(b)
}

// The clock is wall time: a process that has to wait for a CPU at the end works
// too long, never too short. The least of several is what was meant.
func TestBenchmarksOfAnyPackageDoTheGivenShareMore(t *testing.T) {
	dir := module(t)
	base, head := build(t, dir, 0), build(t, dir, 0.5)
	for _, run := range []struct{ bench, benchtime string }{
		{"^BenchmarkN$", "10x"},
		{"^BenchmarkN$", "30ms"},
		{"^BenchmarkLoop$", "10x"},
		{"^BenchmarkLoop$", "30ms"},
		{"^BenchmarkStopped$", "10x"},
		{"^BenchmarkHolds$/^one$", "10x"},
	} {
		t.Run(run.bench+" "+run.benchtime, func(t *testing.T) {
			none, half := math.Inf(1), math.Inf(1)
			for try := 0; try < 10 && (none > 1.1 || half > 1.6); try++ {
				ratio, _, _ := measure(t, base, run.bench, run.benchtime)
				none = min(none, ratio)
				ratio, _, _ = measure(t, head, run.bench, run.benchtime)
				half = min(half, ratio)
			}
			assert.GreaterOrEqual(t, none, 0.99)
			assert.Less(t, none, 1.25)
			assert.GreaterOrEqual(t, half, 1.49)
			assert.Less(t, half, 1.75)
		})
	}
}

// So much is added here that the CPU time must show it on a busy machine too.
func TestTheAddedWorkIsDoneByACPU(t *testing.T) {
	dir := module(t)
	base, head := build(t, dir, 0), build(t, dir, 10)
	var none, ten time.Duration
	for range 5 {
		_, cpu, _ := measure(t, base, "^BenchmarkN$", "10x")
		none += cpu
		_, cpu, _ = measure(t, head, "^BenchmarkN$", "10x")
		ten += cpu
	}
	assert.Greater(t, ten, 2*none)
}

func TestTheAddedWorkAllocatesNothing(t *testing.T) {
	_, _, out := measure(t, build(t, module(t), 0.5), "^BenchmarkLoop$", "10x")
	assert.Regexp(t, `\b0 allocs/op`, out)
}

func TestTheSameShareGivesTheSameBinary(t *testing.T) {
	dir := module(t)
	read := func(file string) []byte {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		return b
	}
	one, two, other := read(build(t, dir, 0.05)), read(build(t, dir, 0.05)), read(build(t, dir, 0))
	assert.True(t, string(one) == string(two), "equal overlays in different folders")
	assert.Len(t, other, len(one))
	assert.False(t, string(one) == string(other), "another share")
}

func TestASourceWithoutThePlacesIsRefused(t *testing.T) {
	for name, source := range map[string]string{
		"no Go":         "packed",
		"no runN":       "package testing\ntype B struct{}\nfunc (b *B) loopSlowPath() { b.StopTimer() }\n",
		"no loop":       "package testing\ntype B struct{}\nfunc (b *B) runN() { b.StopTimer() }\n",
		"no B":          "package testing\nfunc (b *B) runN() { b.StopTimer() }\nfunc (b *B) loopSlowPath() { b.StopTimer() }\n",
		"never stopped": "package testing\ntype B struct{}\nfunc (b *B) runN() {}\nfunc (b *B) loopSlowPath() { b.StopTimer() }\n",
	} {
		_, err := patch([]byte(source), 0.05)
		assert.Error(t, err, name)
	}
}

func TestOnlyASensibleShareIsTaken(t *testing.T) {
	for _, share := range []float64{-0.1, 11, math.NaN(), math.Inf(1)} {
		_, err := Overlay(t.Context(), ".", t.TempDir(), share)
		assert.ErrorContains(t, err, "0.05 for 5 %")
	}
}

func TestAFolderThatIsNotThereIsNamed(t *testing.T) {
	_, err := Overlay(context.Background(), filepath.Join(t.TempDir(), "gone"), t.TempDir(), 0.05)
	assert.ErrorContains(t, err, "gone")
}
