package paired

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/scripts/internal/gotest"
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
	return Side{Side: compare.Side{Ref: filepath.Base(dir)}, Source: gotest.Source{Dir: dir}}
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

// quickly are options of a comparison that takes few seconds.
func quickly() Options {
	return Options{Kind: compare.Gate, Patterns: []string{"./..."}, Bench: ".", CPU: 1, Isolate: ByBenchmark,
		Threshold: 0.05, Metrics: []string{"ns/op", "B/op", "allocs/op"}, Rounds: 24, Cycles: 4, Seed: 1, Timeout: 30 * time.Second}
}

// alike are options of a check of a build with itself.
func alike() Options {
	o := quickly()
	o.Kind, o.Same, o.Rounds, o.Cycles, o.Metrics = compare.AA, true, 2, 2, []string{"ns/op"}
	return o
}

// start prepares a comparison in a new folder.
func start(t *testing.T, o Options, baseSide, headSide Side) *Comparison {
	t.Helper()
	require.NoError(t, o.Check())
	var log bytes.Buffer
	c, err := New(t.Context(), o, baseSide, headSide, time.Now(), t.TempDir(), t.TempDir(), &log)
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

// shown is a Progress that keeps what it is given, and calls f after each round.
type shown struct {
	lines []string
	f     func(record.Round)
}

func (*shown) Start(int)         {}
func (s *shown) Say(text string) { s.lines = append(s.lines, text) }
func (s *shown) Round(r record.Round, _ time.Duration) {
	if s.f != nil {
		s.f(r)
	}
}
func (*shown) Finish(record.Status, time.Duration) {}

// finish measures a comparison and judges it.
func finish(t *testing.T, ctx context.Context, c *Comparison, show *shown) *compare.Report {
	t.Helper()
	require.NoError(t, c.Run(ctx, results.Env{OS: "test"}, func() (results.Moment, []results.Warning) { return results.Moment{}, nil }, show))
	report, err := compare.Open(c.Dir)
	require.NoError(t, err)
	return report
}

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

// journal are the rounds that were measured.
func journal(t *testing.T, dir string) []record.Round {
	t.Helper()
	rounds, torn, err := record.ReadRounds(dir)
	require.NoError(t, err)
	require.Nil(t, torn)
	return rounds
}

func gated(t *testing.T) {
	t.Helper()
	if err := gate.Supported(); err != nil {
		t.Skip(err)
	}
}

func TestWhatIsSlowerIsFoundConfirmedAndProfiled(t *testing.T) {
	o := quickly()
	o.Layouts = 2
	c := start(t, o, module(t, steady+fast, benchmarks), module(t, steady+slow, benchmarks))
	report := finish(t, t.Context(), c, &shown{})
	assert.Equal(t, 1, report.ExitCode(false), report.Headline())
	assert.Equal(t, compare.Slower, verdicts(report, "ns/op")["BenchmarkHot/sub/case"], "ten times the work")
	assert.Equal(t, compare.Slower, verdicts(report, "allocs/op")["BenchmarkMake"], "1 allocation became 2")
	require.NotEmpty(t, c.Plan.Profiles)
	text, err := os.ReadFile(filepath.Join(c.Dir, c.Plan.Profiles[0].Path))
	require.NoError(t, err)
	assert.Contains(t, string(text), "flat%")
	layouts := map[int]bool{}
	for _, r := range journal(t, c.Dir) {
		if r.Block == "example.com/p BenchmarkHot/sub/case" {
			layouts[r.Layout] = true
			assert.Equal(t, r.Arms[0].N, r.Arms[1].N)
		}
	}
	assert.Len(t, layouts, 3, "the linker's own, and two more")
	for _, p := range []string{compare.BaseFile, compare.HeadFile} {
		lines, err := os.ReadFile(filepath.Join(c.Dir, p))
		require.NoError(t, err)
		for _, want := range []string{"pkg: example.com/p\n", "\nBenchmarkHot/sub/case\t", " allocs/op"} {
			assert.True(t, bytes.Contains(lines, []byte(want)), "%s has %q", p, want)
		}
	}
}

func TestEqualBuildsAreNotMeasured(t *testing.T) {
	c := start(t, quickly(), module(t, steady+fast, benchmarks), module(t, steady+fast+"// A comment.\n", benchmarks))
	require.Len(t, c.Plan.Packages, 1)
	assert.True(t, c.Plan.Packages[0].Identical)
	report := finish(t, t.Context(), c, &shown{f: func(record.Round) { t.Error("measured") }})
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
	blocks := c.builder.blocks(c.Plan)
	require.Len(t, blocks, 1)
	assert.Equal(t, "example.com/p BenchmarkSteady", blocks[0].Name)
}

func TestASideThatDoesNotBuildIsNamed(t *testing.T) {
	c := start(t, quickly(), module(t, steady, oneBenchmark), module(t, "func Steady() { undefined() }\n", oneBenchmark))
	require.Len(t, c.Plan.Packages, 1)
	assert.Contains(t, c.Plan.Packages[0].Failed, "head: ")
	assert.Contains(t, c.Plan.Packages[0].Failed, "undefined")
	report := finish(t, t.Context(), c, &shown{})
	assert.Equal(t, 3, report.ExitCode(false))
}

func TestNothingToCompareIsAnError(t *testing.T) {
	o := quickly()
	o.Bench = "Nothing"
	side := module(t, steady, oneBenchmark)
	o.Same = true
	_, err := New(t.Context(), o, side, side, time.Now(), t.TempDir(), t.TempDir(), new(bytes.Buffer))
	require.ErrorIs(t, err, ErrNothing)
	assert.ErrorContains(t, err, `--bench "Nothing"`)
}

// places are what was measured, without what varies.
func places(t *testing.T, dir string) (all []string) {
	t.Helper()
	for _, r := range journal(t, dir) {
		all = append(all, strings.Join([]string{r.Block, r.Benchmark, string(rune('0' + r.Round)), r.Arms[0].Name}, " "))
	}
	return all
}

func TestAnInterruptedComparisonIsFinished(t *testing.T) {
	side := module(t, steady+fast, benchmarks)
	whole := start(t, alike(), side, side)
	finish(t, t.Context(), whole, &shown{})
	want := places(t, whole.Dir)
	require.Len(t, want, 2*2*3, "in turns and one after the other")

	c := start(t, alike(), side, side)
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	finish(t, ctx, c, &shown{f: func(record.Round) {
		if n++; n == 4 {
			cancel()
		}
	}})
	assert.Equal(t, results.Interrupted, c.Plan.Status)
	assert.Len(t, places(t, c.Dir), 4)

	c, err := resume(t, c.Dir, side)
	require.NoError(t, err)
	finish(t, t.Context(), c, &shown{})
	assert.Equal(t, results.Complete, c.Plan.Status)
	assert.ElementsMatch(t, want, places(t, c.Dir), "in the orders that it would have had")
}

func TestAnotherBuildIsNotMeasuredOn(t *testing.T) {
	side := module(t, steady, oneBenchmark)
	c := start(t, alike(), side, side)
	other := module(t, "func Steady() { Work(30000) }\n", oneBenchmark)
	_, err := resume(t, c.Dir, other)
	require.ErrorContains(t, err, "another build than was measured")
}

// serial is why the rounds of a comparison of a side with itself ran one after
// the other, and that all of it went well.
func serial(t *testing.T, tests string) string {
	t.Helper()
	gated(t)
	o := alike()
	o.Kind = compare.Gate
	side := module(t, steady, tests)
	c := start(t, o, side, side)
	show := &shown{}
	report := finish(t, t.Context(), c, show)
	assert.False(t, report.Broken(), report.Headline())
	why := ""
	for _, r := range journal(t, c.Dir) {
		why = r.Serial
		for _, a := range r.Arms {
			assert.Empty(t, a.Failed)
			assert.Len(t, a.Cycles, 2)
		}
	}
	if why != "" {
		assert.Contains(t, strings.Join(show.lines, "\n"), "one after the other")
		require.Len(t, report.Results, 1)
		assert.Equal(t, why, report.Results[0].Serial, "the report says so")
	}
	return why
}

func TestAPortThatIsKeptIsMeasuredOneAfterTheOther(t *testing.T) {
	assert.Contains(t, serial(t, `import "net"

var l net.Listener

func BenchmarkPort(b *testing.B) {
	var err error
	if l == nil {
		if l, err = net.Listen("tcp", "127.0.0.1:49573"); err != nil {
			b.Fatal(err)
		}
	}
	for range b.N { Steady() }
}
`), "address already in use")
}

func TestAFileThatBothWriteIsMeasuredOneAfterTheOther(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("no /proc")
	}
	assert.Contains(t, serial(t, `import "os"

var file, _ = os.OpenFile("state", os.O_RDWR|os.O_CREATE, 0o666)

func BenchmarkFile(b *testing.B) {
	for range b.N { Steady(); file.WriteAt([]byte("x"), 0) }
}
`), "both write")
}

func TestSetUpOfManyMegabytesTakesTurns(t *testing.T) {
	assert.Empty(t, serial(t, `var live = func() []*[64]byte {
	all := make([]*[64]byte, 24<<20/72)
	for i := range all { all[i] = new([64]byte) }
	return all
}()

func BenchmarkLive(b *testing.B) { for range b.N { Steady() }; _ = live }
`))
}

func TestABenchmarkThatIsBusyWhileItIsNotItsTurnIsMeasuredOneAfterTheOther(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("no /proc")
	}
	o := alike()
	o.Kind, o.Rounds, o.Cycles = compare.Gate, 3, 4
	side := module(t, steady, `func init() { go func() { for { Work(1000) } }() }

func BenchmarkBusy(b *testing.B) { for range b.N { Steady() } }
`)
	c := start(t, o, side, side)
	finish(t, t.Context(), c, &shown{})
	rounds := journal(t, c.Dir)
	assert.Contains(t, rounds[len(rounds)-1].Serial, "while it was not its turn")
}

func TestADifferenceThatOnlyCollectionsShowIsInEverySample(t *testing.T) {
	gated(t)
	o := quickly()
	o.Rounds, o.CPU = 1, 2
	tests := `type node struct { next *node; pad [6]uint64 }
var keep = func() (n *node) { for range 20000 { n = &node{next: n} }; return n }()
var sink *node

func BenchmarkNodes(b *testing.B) {
	for range b.N { sink = &node{} ; Steady() }
	_ = keep
}
`
	c := start(t, o, module(t, "func Steady() {}\n", tests), module(t, "var More []byte\nfunc Steady() { More = make([]byte, 512) }\n", tests))
	finish(t, t.Context(), c, &shown{})
	rounds := journal(t, c.Dir)
	require.NotEmpty(t, rounds)
	for _, collections := range rounds[0].Of("head").GCs {
		assert.GreaterOrEqual(t, collections, 2, "a sample without any would not show them")
	}
}

func TestBadOptionsAreNamed(t *testing.T) {
	for says, change := range map[string]func(*Options){
		"--bench":     func(o *Options) { o.Bench = "(" },
		"--threshold": func(o *Options) { o.Threshold = 0 },
		"--inject":    func(o *Options) { o.Inject = -1 },
		"--cpu":       func(o *Options) { o.CPU = 0 },
		"--rounds":    func(o *Options) { o.Rounds = 0 },
		"--cycles":    func(o *Options) { o.Cycles = -1 },
		"--layouts":   func(o *Options) { o.Layouts = -1 },
		"--budget":    func(o *Options) { o.Budget = -1 },
		"--metrics":   func(o *Options) { o.Metrics = nil },
		"--isolate":   func(o *Options) { o.Isolate = "x" },
	} {
		o := quickly()
		change(&o)
		assert.ErrorContains(t, o.Check(), says)
	}
}
