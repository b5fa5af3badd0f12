package gotest

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results/record"
)

// start starts a process of a binary with a gate.
func start(t *testing.T, b Binary, o Options, names ...string) *gate.Process {
	t.Helper()
	if ungated != nil {
		t.Skip(ungated)
	}
	p, err := gate.Start(b.Arm(names, o), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	return p
}

// ready starts a process that measures the benchmarks of turns, and waits until
// it is ready for the first.
func ready(t *testing.T, names ...string) *gate.Process {
	t.Helper()
	p := start(t, turns, quick, names...)
	due(t, p, names[0])
	return p
}

// due waits until a process is ready for a benchmark.
func due(t *testing.T, p *gate.Process, name string) {
	t.Helper()
	got, err := p.Ready(t.Context(), limit)
	require.NoError(t, err, "%s", p.Output())
	require.Equal(t, name, got)
}

func sample(t *testing.T, p *gate.Process, n int) record.Sample {
	t.Helper()
	s, err := p.Sample(t.Context(), n, limit)
	require.NoError(t, err, "%s", p.Output())
	return s
}

func TestABenchmarkIsMeasuredByTokens(t *testing.T) {
	p := ready(t, "BenchmarkN")
	for _, n := range []int{3, 1000, 1, 20} {
		s := sample(t, p, n)
		assert.Equal(t, n, s.N)
		assert.Positive(t, s.Timed)
		assert.Equal(t, float64(s.Timed)/float64(n), s.Values["ns/op"], "not rounded")
		assert.LessOrEqual(t, s.Values["own-ns/op"], s.Values["ns/op"])
		assert.Len(t, s.Values, 4, "B/op and allocs/op too: %v", s.Values)
	}
	require.NoError(t, p.End(limit))
}

func TestTheFirstSampleOfALoopIsMeasuredBeforeTheGate(t *testing.T) {
	p := ready(t, "BenchmarkLoop")
	assert.Equal(t, 1, sample(t, p, 100).N, "the token came too late")
	for range 3 {
		s := sample(t, p, 100)
		assert.Equal(t, 100, s.N)
		assert.Equal(t, 100.0, s.Values["loops"])
	}
}

func TestEqualNumbersOfIterationsAllocateEqually(t *testing.T) {
	for _, name := range []string{"BenchmarkN", "BenchmarkLoop"} {
		p := ready(t, name)
		sample(t, p, 1)
		for range 5 {
			assert.Equal(t, 3.0, sample(t, p, 10_000).Values["allocs/op"], name)
		}
	}
}

func TestSubBenchmarksHaveTheirNames(t *testing.T) {
	p := ready(t, "BenchmarkSubs/deep/er")
	sample(t, p, 1)
	assert.Equal(t, 10, sample(t, p, 10).N)
	require.NoError(t, p.Next())
	_, err := p.Ready(t.Context(), limit)
	assert.ErrorIs(t, err, gate.ErrEnded, "no other was asked for")
	assert.NotContains(t, string(p.Output()), "last one")
}

func TestBenchmarksOfAPackageShareAProcess(t *testing.T) {
	names := []string{"BenchmarkSubs/a_b", "BenchmarkSubs/deep/er", "BenchmarkSubs/last"}
	p := start(t, turns, quick, names...)
	for _, name := range names {
		due(t, p, name)
		sample(t, p, 5)
		assert.Equal(t, 7, sample(t, p, 7).N)
		require.NoError(t, p.Next())
	}
	_, err := p.Ready(t.Context(), limit)
	assert.ErrorIs(t, err, gate.ErrEnded)
	assert.NoError(t, p.End(limit))
}

func TestAtTheEndTheProgramCleansUpAndMeasuresNothingMore(t *testing.T) {
	p := ready(t, "BenchmarkSubs/a_b", "BenchmarkSubs/deep/er", "BenchmarkSubs/last")
	sample(t, p, 5)
	require.NoError(t, p.End(limit))
	out := string(p.Output())
	assert.Contains(t, out, "PASS\ncleaned up 1\n", "func Benchmark in TestMain has no gate")
	assert.NotContains(t, out, "the last one ran")
}

func TestAProcessWhoseDriverDiedEnds(t *testing.T) {
	if ungated != nil {
		t.Skip(ungated)
	}
	tokens, us, err := os.Pipe()
	require.NoError(t, err)
	them, answers, err := os.Pipe()
	require.NoError(t, err)
	cmd := turns.Arm([]string{"BenchmarkN"}, quick)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.ExtraFiles = []*os.File{tokens, answers}
	cmd.Env = append(cmd.Env, gate.Env+"=3,4")
	require.NoError(t, cmd.Start())
	tokens.Close()
	answers.Close()
	line, err := bufio.NewReader(them).ReadString('\n')
	assert.NoError(t, err)
	assert.Equal(t, "ready BenchmarkN\n", line)
	us.Close()
	assert.NoError(t, cmd.Wait())
	assert.Contains(t, out.String(), "cleaned up")
	them.Close()
}

func TestEveryWayOfMeasuringGoesThroughTheGate(t *testing.T) {
	figures := func(name string, n int) record.Sample {
		p := ready(t, name)
		sample(t, p, 2)
		s := sample(t, p, n)
		require.Equal(t, n, s.N, name)
		require.NoError(t, p.End(limit), "%s: %s", name, p.Output())
		return s
	}
	s := figures("BenchmarkParallel", 1000)
	assert.Equal(t, 1.0, s.Values["done/op"])
	s = figures("BenchmarkReports", 4)
	assert.Equal(t, 7.25, s.Values["things"])
	assert.Equal(t, 1234.56789012, s.Values["ns/op"], "its own, not rounded")
	assert.Equal(t, 0.0, s.Values["allocs/op"], "as go test prints it")
	assert.NotContains(t, s.Values, "score", "which is no number")
	s = figures("BenchmarkSilent", 4)
	assert.NotContains(t, s.Values, "ns/op")
	s = figures("BenchmarkBytes", 50)
	assert.InEpsilon(t, 1000*50/1e6/s.Timed.Seconds(), s.Values["MB/s"], 1e-9)
	figures("BenchmarkPrints", 4)
	figures("BenchmarkAgain", 2)
	figures("BenchmarkEnvironment", 2)
}

func TestCollectionsThatNobodyAskedForAreCounted(t *testing.T) {
	p := ready(t, "BenchmarkGarbage")
	assert.Positive(t, sample(t, p, 200).GCs, "200 MiB")
	assert.Positive(t, sample(t, p, 200).GCs)
	p = ready(t, "BenchmarkCollects")
	sample(t, p, 2)
	assert.Zero(t, sample(t, p, 3).GCs)
}

// says asserts that an error is of the type that is wanted, and ends as it does:
// before that stands a line of the source.
func says(t *testing.T, want, err error) {
	t.Helper()
	require.IsType(t, want, err)
	assert.Regexp(t, `^([a-z]+_test\.go:[0-9]+: )?`+regexp.QuoteMeta(want.Error())+"$", err.Error())
}

func TestABenchmarkThatFailsOrSkipsLaterSaysWhy(t *testing.T) {
	for name, want := range map[string]struct {
		well int // samples
		err  error
	}{
		"BenchmarkSkipsSecond":   {1, gate.Skipped("enough")},
		"BenchmarkFailsThird":    {2, gate.Failed("the sum is wrong")},
		"BenchmarkFailsSilently": {0, gate.Failed("it failed without a message")},
	} {
		p := ready(t, name)
		for range want.well {
			sample(t, p, 2)
		}
		for range 2 {
			_, err := p.Sample(t.Context(), 2, limit)
			says(t, want.err, err)
		}
		require.NoError(t, p.Next())
		_, err := p.Ready(t.Context(), limit)
		assert.ErrorIs(t, err, gate.ErrEnded)
		assert.Contains(t, string(p.Output()), "cleaned up", name)
	}
}

func TestABenchmarkThatLeavesWithoutAResultFails(t *testing.T) {
	p := ready(t, "BenchmarkGoesAway")
	_, err := p.Sample(t.Context(), 2, limit)
	assert.Equal(t, gate.Failed("it ended without a result"), err)
}

func TestABenchmarkThatIsNeverReadySaysWhy(t *testing.T) {
	p := start(t, turns, quick, "BenchmarkFirst")
	for _, why := range []error{
		gate.Failed("address already in use"),
		gate.Skipped("not today"),
	} {
		_, err := p.Ready(t.Context(), limit)
		says(t, why, err)
		_, err = p.Sample(t.Context(), 2, limit)
		says(t, why, err)
		require.NoError(t, p.Next())
	}
	due(t, p, "BenchmarkFirst/parent/child")
	require.NoError(t, p.Next())
	due(t, p, "BenchmarkFirst/well")
	sample(t, p, 2)
	require.NoError(t, p.Next())
	_, err := p.Ready(t.Context(), limit)
	assert.ErrorIs(t, err, gate.ErrEnded, "what a parent complains of after its last is not said of another")
}

func TestAProcessThatDiesSaysWhy(t *testing.T) {
	p := ready(t, "BenchmarkDies")
	sample(t, p, 2)
	_, err := p.Sample(t.Context(), 2, limit)
	require.ErrorIs(t, err, gate.ErrEnded)
	assert.ErrorContains(t, err, "panic: out of cheese")

	for name, why := range map[string]string{
		"BenchmarkPanics/sub": "panic: out of cheese",
		"BenchmarkExits":      "exit status 3",
		"BenchmarkExitsWell":  "unexpected call to os.Exit(0)",
	} {
		_, err := start(t, crash, quick, name).Ready(t.Context(), limit)
		require.ErrorIs(t, err, gate.ErrEnded)
		assert.ErrorContains(t, err, why)
	}
}

func TestAHangBeforeTheGateShowsWhere(t *testing.T) {
	p := start(t, turns, quick, "BenchmarkHangs")
	_, err := p.Ready(t.Context(), time.Second)
	assert.ErrorContains(t, err, "exceeded its time limit of 1s")
	assert.Contains(t, string(p.Output()), "BenchmarkHangs")
}

// Func Benchmark waits for the end of the benchmark that calls it.
func TestFuncBenchmarkInABenchmarkIsWhatItIsWithoutAGate(t *testing.T) {
	_, err := turns.Discover(t.Context(), quick, "Inner")
	assert.ErrorContains(t, err, "all goroutines are asleep")
	_, err = start(t, turns, quick, "BenchmarkInner").Ready(t.Context(), limit)
	assert.ErrorContains(t, err, "all goroutines are asleep")
}

func TestAnArmHasItsOptions(t *testing.T) {
	o := quick
	o.TMPDIR = t.TempDir()
	t.Setenv("TURNS_TEST_TMPDIR", o.TMPDIR)
	p := start(t, turns, o, "BenchmarkEnvironment")
	due(t, p, "BenchmarkEnvironment")

	o.Args = []string{"-nosuch"}
	_, err := start(t, turns, o, "BenchmarkN").Ready(t.Context(), limit)
	assert.ErrorContains(t, err, "exit status 2")

	// Patterns are matched level by level, and - may end a name.
	o = quick
	o.CPU = 4
	for _, name := range []string{"BenchmarkSubs/size-4", "BenchmarkSubs/(odd)|[x]$", "BenchmarkSubs/size-2#01"} {
		due(t, start(t, fixture, o, name), name)
	}
}

func TestAGreatManyBenchmarksAreSelectedByFunction(t *testing.T) {
	var names []string
	for i := range 1 + longest/30 {
		names = append(names, fmt.Sprintf("BenchmarkSubs/there_is_no_such_%d", i))
	}
	assert.Equal(t, "^BenchmarkSubs$", selector(names))
}

func TestWhatALivingProcessUsesIsKnown(t *testing.T) {
	p := start(t, fixture, quick, "BenchmarkMemory")
	due(t, p, "BenchmarkMemory")
	before, _, err := UseOf(p.PID())
	require.NoError(t, err)
	sample(t, p, 1)
	sample(t, p, 10_000)
	used, peak, err := UseOf(p.PID())
	require.NoError(t, err)
	figures := Figures(used.Sub(before), peak, time.Second)
	assert.NotEmpty(t, figures["cpus"])
	if used.Switches {
		assert.Greater(t, figures["peak-rss-B"], float64(64<<20))
		assert.Positive(t, figures["vol-ctxsw/s"], "it sleeps")
	}
	_, _, err = UseOf(1 << 22)
	assert.Error(t, err, "there is no such process")
}

func TestWithoutAGateABinaryIsAnOrdinaryOne(t *testing.T) {
	cmd := turns.Arm([]string{"BenchmarkN"}, quick)
	cmd.Args = append(cmd.Args, "-test.count=2")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, 2, strings.Count(string(out), "own-ns/op"))
}
