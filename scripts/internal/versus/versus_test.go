package versus

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/scripts/internal/gobench"
)

// module writes a module with one package and its benchmarks.
func module(t *testing.T, work, tests string) Side {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/p\n\ngo 1.24\n",
		"p.go": `package p

//go:noinline
func Work(n int) (sum uint64) {
	for i := range n {
		sum = sum*31 + uint64(i)
	}
	return sum
}

var Sink []byte

` + work,
		"p_test.go": "package p\n\nimport \"testing\"\n\n" + tests,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
	}
	return Side{Side: compare.Side{Ref: filepath.Base(dir)}, Source: gobench.Source{Dir: dir}}
}

const (
	steady = "func Steady() { Work(20000) }\n"
	fast   = "func Hot() { Work(20000) }\nfunc Make() { Sink = make([]byte, 64) }\n"
	slow   = "func Hot() { Work(200000) }\nfunc Make() { Sink = make([]byte, 64); Sink = make([]byte, 64) }\n"

	oneBenchmark = `func BenchmarkSteady(b *testing.B) { for b.Loop() { Steady() } }
`
	benchmarks = oneBenchmark + `func BenchmarkHot(b *testing.B) { b.Run("sub/case", func(b *testing.B) { for range b.N { Hot() } }) }
func BenchmarkMake(b *testing.B) { for range b.N { Make() } }
`
)

// quickly is an ask that takes a second or two.
func quickly() Ask {
	return Ask{Kind: compare.Gate, Patterns: []string{"./..."}, Bench: ".", Benchtime: "1ms", Slices: 2, CPU: 1, Isolate: ByBenchmark,
		Threshold: 0.05, Metrics: []string{"ns/op", "B/op", "allocs/op"}, Screen: 3, Confirm: 24, Layouts: 1, Seed: 1, Timeout: 30 * time.Second}
}

// start prepares a comparison in a new folder.
func start(t *testing.T, a Ask, baseSide, headSide Side) *Comparison {
	t.Helper()
	require.NoError(t, a.Check())
	var log bytes.Buffer
	c, err := New(t.Context(), a, baseSide, headSide, time.Now(), t.TempDir(), t.TempDir(), &log)
	require.NoError(t, err, log.String())
	return c
}

// resume prepares the comparison in dir of one side to be measured on.
func resume(t *testing.T, dir string, side Side) (*Comparison, error) {
	t.Helper()
	plan, err := compare.LoadPlan(dir)
	require.NoError(t, err)
	return Resume(t.Context(), dir, plan, side, side, time.Now(), t.TempDir(), new(bytes.Buffer))
}

// finish measures a comparison and judges it.
func finish(t *testing.T, ctx context.Context, c *Comparison, show Progress) *compare.Report {
	t.Helper()
	require.NoError(t, c.Run(ctx, results.Env{OS: "test"}, func() (results.Moment, []results.Warning) { return results.Moment{}, nil }, show))
	report, err := compare.Open(c.Dir)
	require.NoError(t, err)
	return report
}

// quiet is a Progress that calls f after each pair.
type quiet struct{ f func(compare.Pair) }

func (quiet) Round(int, *compare.Plan, int, time.Duration) {}
func (q quiet) Pair(p compare.Pair) {
	if q.f != nil {
		q.f(p)
	}
}
func (quiet) Finish(results.Status, time.Duration, time.Duration) {}

func states(p *compare.Plan) map[string]compare.State {
	s := map[string]compare.State{}
	for _, b := range p.Benchmarks {
		s[b.Name] = b.State
	}
	return s
}

// verdicts are those of one unit, by benchmark.
func verdicts(r *compare.Report, unit string) map[string]compare.Verdict {
	v := map[string]compare.Verdict{}
	for _, b := range r.Results {
		for _, c := range b.Comparisons {
			if c.Metric == unit {
				v[b.Name] = c.Verdict
			}
		}
	}
	return v
}

func TestWhatIsSlowerIsFoundAndProfiled(t *testing.T) {
	c := start(t, quickly(), module(t, steady+fast, benchmarks), module(t, steady+slow, benchmarks))
	report := finish(t, t.Context(), c, quiet{})
	assert.Equal(t, 1, report.ExitCode(false), report.Headline())
	times, allocs := verdicts(report, "ns/op"), verdicts(report, "allocs/op")
	assert.Equal(t, compare.Slower, times["BenchmarkHot/sub/case"])
	assert.NotEqual(t, compare.Slower, times["BenchmarkSteady"])
	assert.Equal(t, compare.Slower, allocs["BenchmarkMake"], "1 allocation became 2")
	require.NotEmpty(t, c.Plan.Profiles)
	text, err := os.ReadFile(filepath.Join(c.Dir, c.Plan.Profiles[0].Path))
	require.NoError(t, err)
	assert.Contains(t, string(text), "flat%")
	for _, p := range []string{compare.BaseFile, compare.HeadFile} {
		lines, err := os.ReadFile(filepath.Join(c.Dir, p))
		require.NoError(t, err)
		for _, want := range []string{"pkg: example.com/p\n", "\nBenchmarkHot/sub/case\t", " cpus"} {
			assert.True(t, bytes.Contains(lines, []byte(want)), "%s has %q", p, want)
		}
	}
}

func TestEqualBuildsAreNotMeasured(t *testing.T) {
	c := start(t, quickly(), module(t, steady+fast, benchmarks), module(t, steady+fast+"// A comment.\n", benchmarks))
	require.Len(t, c.Plan.Packages, 1)
	assert.True(t, c.Plan.Packages[0].Identical)
	report := finish(t, t.Context(), c, quiet{f: func(compare.Pair) { t.Error("measured") }})
	assert.Equal(t, 0, report.ExitCode(true))
}

func TestWhatCannotBeComparedIsListed(t *testing.T) {
	c := start(t, quickly(),
		module(t, steady, oneBenchmark+`func BenchmarkOld(b *testing.B) { for b.Loop() { Steady() } }
func BenchmarkMore(b *testing.B) { for b.Loop() { Steady() } }
func BenchmarkBad(b *testing.B) { for b.Loop() { Steady() } }
`),
		module(t, "func Steady() { Work(20001) }\n", oneBenchmark+`func BenchmarkNew(b *testing.B) { for b.Loop() { Steady() } }
func BenchmarkMore(b *testing.B) { for b.Loop() { Steady(); Steady() } }
func BenchmarkBad(b *testing.B) { b.Fatal("it does not work") }
`))
	assert.Equal(t, map[string]compare.State{
		"BenchmarkSteady": compare.Compared, "BenchmarkOld": compare.OnlyBase, "BenchmarkNew": compare.OnlyHead,
		"BenchmarkMore": compare.Changed, "BenchmarkBad": compare.Broken,
	}, states(c.Plan))
	report := finish(t, t.Context(), c, quiet{f: func(p compare.Pair) { assert.Equal(t, "BenchmarkSteady", p.Benchmark) }})
	assert.Equal(t, 3, report.ExitCode(false), "a benchmark failed")
}

func TestASideThatDoesNotBuildIsNamed(t *testing.T) {
	c := start(t, quickly(), module(t, steady, oneBenchmark), module(t, "func Steady() { undefined() }\n", oneBenchmark))
	require.Len(t, c.Plan.Packages, 1)
	assert.Contains(t, c.Plan.Packages[0].Failed, "head: ")
	assert.Contains(t, c.Plan.Packages[0].Failed, "undefined")
	report := finish(t, t.Context(), c, quiet{})
	assert.Equal(t, 3, report.ExitCode(false))
}

func TestNothingToCompareIsAnError(t *testing.T) {
	a := quickly()
	a.Bench = "Nothing"
	side := module(t, steady, oneBenchmark)
	a.Same = true
	_, err := New(t.Context(), a, side, side, time.Now(), t.TempDir(), t.TempDir(), new(bytes.Buffer))
	require.ErrorIs(t, err, ErrNothing)
	assert.ErrorContains(t, err, `--bench "Nothing"`)
}

// measured is what does not vary of a pair.
type measured struct {
	round     int
	benchmark string
	headFirst bool
	layout    int
}

// set is what was measured, without what varies.
func set(t *testing.T, dir string) map[measured]int {
	t.Helper()
	pairs, torn, err := compare.ReadPairs(dir)
	require.NoError(t, err)
	require.Nil(t, torn)
	s := map[measured]int{}
	for _, p := range pairs {
		s[measured{p.Round, p.Benchmark, p.HeadFirst, p.Layout}]++
	}
	return s
}

func TestAnInterruptedComparisonIsFinished(t *testing.T) {
	a := quickly()
	a.Kind, a.Same, a.Screen, a.Confirm = compare.AA, true, 3, 0
	side := module(t, steady+fast, benchmarks)
	whole := start(t, a, side, side)
	finish(t, t.Context(), whole, quiet{})
	want := set(t, whole.Dir)
	require.Len(t, want, 9)

	c := start(t, a, side, side)
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	finish(t, ctx, c, quiet{f: func(compare.Pair) {
		if n++; n == 4 {
			cancel()
		}
	}})
	assert.Equal(t, results.Interrupted, c.Plan.Status)
	assert.Len(t, set(t, c.Dir), 4)

	c, err := resume(t, c.Dir, side)
	require.NoError(t, err)
	report := finish(t, t.Context(), c, quiet{})
	assert.Equal(t, results.Complete, c.Plan.Status)
	assert.Equal(t, want, set(t, c.Dir))
	assert.Empty(t, report.Warnings)
}

func TestAnotherBuildIsNotMeasuredOn(t *testing.T) {
	a := quickly()
	a.Kind, a.Same, a.Screen, a.Confirm = compare.AA, true, 3, 0
	side := module(t, steady, oneBenchmark)
	c := start(t, a, side, side)
	other := module(t, "func Steady() { Work(30000) }\n", oneBenchmark)
	_, err := resume(t, c.Dir, other)
	require.ErrorContains(t, err, "another build than was measured")
}

// stolen is the machine as it is read the n-th time: between the first two
// readings others had much of it.
func stolen(n int) meter.Machine {
	m := meter.Machine{Total: float64(n)}
	if n > 1 {
		m.Steal = 0.5
	}
	return m
}

func TestDisturbedPairsAreMeasuredAgainWhateverTheyShow(t *testing.T) {
	a := quickly()
	a.Kind, a.Same, a.Screen, a.Confirm = compare.AA, true, 3, 0
	side := module(t, steady, oneBenchmark)
	c := start(t, a, side, side)
	f, err := openFolder(c.Dir, nil)
	require.NoError(t, err)
	defer f.close()
	readings := 0
	r := &rounds{Comparison: c, plan: c.Plan, folder: f, builder: c.builder, show: quiet{},
		record: newRecord(nil), took: map[key]time.Duration{},
		host: func() meter.Machine { // much is stolen during the first pair alone
			readings++
			return stolen(readings)
		}}
	status, err := r.all(t.Context())
	require.NoError(t, err)
	assert.Equal(t, results.Complete, status)
	pairs, _, err := compare.ReadPairs(c.Dir)
	require.NoError(t, err)
	require.Len(t, pairs, 4)
	assert.True(t, pairs[0].Disturbed)
	assert.Equal(t, []int{0, 1, 0, 0}, []int{pairs[0].Attempt, pairs[1].Attempt, pairs[2].Attempt, pairs[3].Attempt})
	assert.Equal(t, []int{1, 1, 2, 3}, []int{pairs[0].Round, pairs[1].Round, pairs[2].Round, pairs[3].Round})
}
