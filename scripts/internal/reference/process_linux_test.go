package reference

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/runners/affinity"
	"github.com/concbench/concbench/scripts/internal/measure"
	_ "github.com/concbench/concbench/workloads/io"
	"github.com/concbench/concbench/workloads/origin"
)

func TestMain(m *testing.M) {
	origin.Main()
	os.Exit(m.Run())
}

const patience = time.Minute // thousands of times what anything takes here

// A script is a shell program at the gate that takes the place of a reference:
// what it does before it is ready, and what it answers to a token for $n jobs.
type script struct{ before, answer string }

// sample answers with a sample of so many nanoseconds an operation; more is what
// stands behind.
func sample(ns, more string) string {
	return `echo "sample $n 0 $((n * 1000000))	` + ns + ` ns/op	5 cpu-ns/op` + more + `" >&$out`
}

// steady is a side that is always as fast.
func steady(ns string) script { return script{answer: sample(ns, "")} }

// install writes the script into dir.
func (s script) install(t *testing.T, dir, name string) {
	t.Helper()
	text := "#!/bin/sh\nin=${CONCBENCH_GATE%,*} out=${CONCBENCH_GATE#*,}\n" + s.before + "\necho ready it >&$out\n" +
		"while read word n <&$in && [ $word = run ]; do\n" + s.answer + "\ndone\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o777))
}

// A watcher is a Progress that keeps what is said, and does something after
// each round.
type watcher struct {
	said  []string
	after func(r record.Round)
}

func (w *watcher) Start(int) {}
func (w *watcher) Round(r record.Round, _ time.Duration) {
	if w.after != nil {
		w.after(r)
	}
}
func (w *watcher) Say(text string)                     { w.said = append(w.said, text) }
func (w *watcher) Finish(record.Status, time.Duration) {}

// A made calibration has rows whose sides are scripts.
type made struct {
	*results.Calibration
	watcher
	options  Options
	rows     []Row
	programs Programs
	journal  string
}

func calibration(t *testing.T) *made {
	t.Helper()
	m := &made{Calibration: &results.Calibration{Version: results.Version, Started: time.Now(), Commit: "abc"}, journal: t.TempDir()}
	m.options = Options{Rounds: 20, Seed: 7, Budget: time.Hour}
	m.programs = Programs{C: map[string]string{}, Dir: t.TempDir()}
	return m
}

// row adds a row of these sides, the own one first, whose target is a ratio of 1.3
// at most.
func (m *made) row(t *testing.T, name string, sides ...script) {
	t.Helper()
	r := Row{Comparison{Name: name, Op: "thing", Gauges: []results.Gauge{atMost(results.PerOp, 1.3)}}, Places[1], affinity.CPUs()}
	r.CPUs = append(r.CPUs, r.CPUs...)[:2] // twice the one, where there is one
	for i, s := range sides {
		side := Side{C: name + strconv.Itoa(i), Label: string(rune('A' + i))}
		s.install(t, m.programs.Dir, side.C)
		m.programs.C[side.C] = filepath.Join(m.programs.Dir, side.C)
		if i == 0 {
			r.Own = side
		} else {
			r.Like = append(r.Like, side)
		}
	}
	m.rows = append(m.rows, r)
}

func (m *made) measure(t *testing.T, ctx context.Context) error {
	t.Helper()
	e := &measure.Engine{Dir: m.journal, Tmp: t.TempDir(), Show: m}
	return Measure(ctx, m.options, m.rows, &m.programs, nil, time.Now(), m.Calibration, e)
}

func TestARowIsMeasuredUntilItIsDecided(t *testing.T) {
	m := calibration(t)
	m.row(t, "met", steady("1200"), steady("1000"))
	m.row(t, "missed", steady("1500"), steady("2000"), steady("1000"))
	require.NoError(t, m.measure(t, t.Context()))
	assert.Equal(t, results.Complete, m.Status)
	require.Len(t, m.Rows, 2)
	met, missed := m.Rows[0], m.Rows[1]
	assert.Equal(t, results.FidelityRounds(), met.Whole(), "no more than it takes")
	assert.Equal(t, results.Met, met.Fidelity(met.Gauges[0]).Verdict)
	f := missed.Fidelity(missed.Gauges[0])
	assert.Equal(t, results.Missed, f.Verdict)
	assert.Equal(t, "C", f.Against, "the faster of the two")
	assert.InDelta(t, 1.5, f.Ratio.Estimate, 1e-9)
	assert.ElementsMatch(t, []string{met.Brief(), missed.Brief()}, m.said, "a line a row")

	assert.Equal(t, results.Conditions{Measured: m.Started, Commit: "abc", Planned: 20, Seed: 7}, met.Conditions, "a row says what it was measured with")
	assert.Equal(t, m.rows[0].CPUs, met.CPUs)
}

func TestTheSidesOfARoundStartInADrawnOrder(t *testing.T) {
	orders := func() (all []string) {
		m := calibration(t)
		m.row(t, "row", steady("1200"), steady("1000"))
		require.NoError(t, m.measure(t, t.Context()))
		for _, r := range m.Rows[0].Rounds {
			require.Len(t, r.Arms, 2, "each side once a round")
			assert.Equal(t, usualCycles, r.Planned)
			assert.Equal(t, r.Arms[0].Cycles, r.Arms[1].Cycles)
			all = append(all, r.Arms[0].Name+r.Arms[1].Name)
		}
		return all
	}
	first := orders()
	assert.Contains(t, first, "AB")
	assert.Contains(t, first, "BA", "with this seed")
	assert.Equal(t, first, orders(), "the seed makes the order")
}

func TestAnInterruptKeepsWhatWasMeasuredAndAResumeGoesOn(t *testing.T) {
	m := calibration(t)
	m.row(t, "row", steady("1200"), steady("1000"))
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	m.after = func(r record.Round) {
		if r.Round == 3 {
			interrupt()
		}
	}
	require.NoError(t, m.measure(t, ctx))
	assert.Equal(t, results.Interrupted, m.Status)
	require.Len(t, m.Rows, 1)
	assert.Equal(t, 3, m.Rows[0].Whole())

	m.after = nil
	require.NoError(t, m.measure(t, t.Context()))
	assert.Equal(t, results.Complete, m.Status)
	assert.Equal(t, results.FidelityRounds(), m.Rows[0].Whole())
	journal, _, err := record.ReadRounds(m.journal)
	require.NoError(t, err)
	assert.Len(t, journal, results.FidelityRounds(), "none was measured twice")
}

// Each breaks in another way; the row beside it goes on.
func TestASideThatBreaksIsReportedAndTheOthersGoOn(t *testing.T) {
	works := sample("1000", "")
	third := func(then string) string {
		return `jobs=$((jobs + 1)); if [ $jobs = 6 ]; then ` + then + `; fi; ` + works
	}
	for name, tc := range map[string]struct {
		script script
		says   string
	}{
		"dies in the middle": {script{answer: third("echo boom >&2; exit 3")}, "B in round 1: the process ended: exit status 3: boom"},
		"is killed":          {script{answer: third("kill -9 $$")}, "B in round 1: the process ended: signal: killed"},
		"answers twice":      {script{answer: works + "\necho hello >&$out"}, `it said "hello" out of turn|it answered "hello" to a token`},
		"answers nonsense":   {script{answer: `echo hello >&$out`}, `it answered "hello" to a token for a sample`},
		"measures another N": {script{answer: `n=$((n + 1)); ` + works}, "iterations where it was to measure"},
		"measures nothing":   {script{answer: `echo "sample $n 0 0	0 ns/op" >&$out`}, "it measured nothing in ns/op"},
		"lacks its figure":   {script{answer: `echo "sample $n 0 1000	0 cpu-ns/op" >&$out`}, "it measured nothing in ns/op"},
		"says why":           {script{answer: third(`echo 'failed "read: no such luck"' >&$out; read word`)}, "B in round 1: read: no such luck"},
		"never starts":       {script{before: `echo "no such luck" >&2; exit 1`}, "B in round 1: the process ended: exit status 1: no such luck"},
	} {
		t.Run(name, func(t *testing.T) {
			m := calibration(t)
			m.row(t, "broken", steady("1200"), tc.script)
			m.row(t, "whole", steady("1200"), steady("1000"))
			require.NoError(t, m.measure(t, t.Context()))
			assert.Equal(t, results.FailedCells, m.Status)
			at := m.Row("broken", "two CPUs")
			require.GreaterOrEqual(t, at, 0)
			assert.Regexp(t, tc.says, m.Rows[at].Failed)
			whole := m.Rows[m.Row("whole", "two CPUs")]
			assert.Empty(t, whole.Failed)
			assert.Equal(t, results.Met, whole.Fidelity(whole.Gauges[0]).Verdict)
		})
	}
}

func TestWorkThatDiffersIsAFailure(t *testing.T) {
	m := calibration(t)
	m.row(t, "row", script{answer: sample("1000", "	12 checksum")}, script{answer: sample("1000", "	13 checksum")})
	require.ErrorIs(t, m.measure(t, t.Context()), ErrNothing)
	require.Len(t, m.Rows, 1)
	assert.Regexp(t, "^(A in round 1: its work is not that of B: checksum 12, not 13|B in round 1: its work is not that of A: checksum 13, not 12)$", m.Rows[0].Failed)

	m = calibration(t)
	m.row(t, "row", script{answer: sample("1000", "	12 checksum")}, script{answer: sample("1000", "	12 checksum")})
	require.NoError(t, m.measure(t, t.Context()))
	assert.Empty(t, m.Rows[0].Failed)
	assert.NotContains(t, m.Rows[0].Rounds[0].Arms[0].Samples, "checksum")
}

func TestWhatCannotRunSaysWhyAndIsNoFailure(t *testing.T) {
	m := calibration(t)
	m.row(t, "early", steady("1000"), script{before: `echo 'skipped "io_uring_setup: Operation not permitted"' >&$out; exit`})
	m.row(t, "late", steady("1000"), script{answer: `echo 'skipped "/proc/self/smaps_rollup: Permission denied"' >&$out`})
	m.row(t, "large", steady("1000"), steady("1000"))
	m.rows[2].Place.CPUs = 1000
	require.ErrorIs(t, m.measure(t, t.Context()), ErrNothing)
	assert.Equal(t, results.Complete, m.Status, "no failure")
	for name, says := range map[string]string{"early": "B: io_uring_setup: Operation not permitted", "late": "B: /proc/self/smaps_rollup: Permission denied", "large": "needs 1000 CPUs"} {
		assert.Contains(t, m.Rows[m.Row(name, "two CPUs")].NotRunnable, says)
	}
}

func TestWhatIsEmptyIsNotKept(t *testing.T) {
	m := calibration(t)
	m.row(t, "row", steady("1000"), steady("1000"))
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	assert.ErrorIs(t, m.measure(t, ctx), ErrNothing)
	assert.Equal(t, results.Interrupted, m.Status)

	m.options.Budget = 1
	older := results.CalibrationRow{Name: "queue", Place: "two CPUs", Readings: []results.Reading{{Round: 1}}}
	m.Rows = []results.CalibrationRow{older}
	assert.ErrorIs(t, m.measure(t, t.Context()), ErrNothing)
	assert.Equal(t, []results.CalibrationRow{older}, m.Rows, "what is there is of another time")
	assert.Equal(t, results.OutOfTime, m.Status)
}

// start starts the one side of a row alone.
func start(t *testing.T, m *made) measure.Session {
	t.Helper()
	s, err := m.programs.start(m.rows[0], m.rows[0].Own, new(proof), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	_, err = s.Ready(t.Context(), patience)
	require.NoError(t, err)
	return s
}

func TestASideIsBoundToItsCPUs(t *testing.T) {
	before := affinity.CPUs()
	m := calibration(t)
	m.row(t, "row", script{before: `set -- $(grep Cpus_allowed_list: /proc/self/status)`, answer: sample("1", "	$2 cpu")})
	m.rows[0].CPUs = before[len(before)-1:]
	s, err := start(t, m).Sample(t.Context(), 1, patience)
	require.NoError(t, err)
	assert.InDelta(t, before[len(before)-1], s.Values["cpu"], 0)
	assert.Equal(t, before, affinity.CPUs(), "this process is as it was")
}

func TestASideIsGivenItsArgumentsAndNoGoVariables(t *testing.T) {
	t.Setenv("GOGC", "50")
	m := calibration(t)
	m.row(t, "row", script{answer: sample("$1", "	$#$GOGC.$2 said")})
	m.rows[0].Args, m.rows[0].Own.Mode = []int{70, 8}, "9"
	s, err := start(t, m).Sample(t.Context(), 3, patience)
	require.NoError(t, err)
	assert.Equal(t, record.Sample{N: 3, Timed: 3 * time.Millisecond, Values: map[string]float64{"ns/op": 70, "cpu-ns/op": 5, "said": 3.8}}, s)
}

func TestADeadOriginIsNamedAndReplaced(t *testing.T) {
	m := calibration(t)
	m.row(t, "row", script{answer: `sleep 0.01; echo 'failed "connect: Connection refused"' >&$out`})
	m.rows[0].Origin = "echo"
	t.Cleanup(func() { m.programs.Close() })
	s := start(t, m)
	o, port, err := m.programs.origin(m.rows[0])
	require.NoError(t, err)
	assert.Positive(t, port)
	same, _, err := m.programs.origin(m.rows[0])
	require.NoError(t, err)
	assert.Same(t, o, same, "the sides share it")
	_, err = s.Sample(t.Context(), 1, patience)
	assert.Equal(t, gate.Failed("connect: Connection refused"), err)

	require.NoError(t, syscall.Kill(o.PID(), syscall.SIGKILL))
	<-o.Done()
	_, err = s.Sample(t.Context(), 1, patience)
	assert.ErrorContains(t, err, "the origin died")
	other, _, err := m.programs.origin(m.rows[0])
	require.NoError(t, err)
	assert.NoError(t, other.Err())
	assert.NotSame(t, o, other)
}

func compiler(t *testing.T) *Compiler {
	t.Helper()
	c := FindCompiler(t.Context())
	if c == nil {
		t.Skip("not runnable: no C compiler (cc, gcc or clang) is on the PATH")
	}
	return c
}

// small makes numbers small.
func small(args []int) (few []int) {
	for _, n := range args {
		few = append(few, min(n, 20))
	}
	return few
}

// Each reference compiles without a warning, and measures at the gate.
func TestReferencesMeasureSomething(t *testing.T) {
	cc := compiler(t)
	assert.NotEmpty(t, cc.Version)
	p := &Programs{C: map[string]string{}, Dir: t.TempDir(), Seed: 1}
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	for _, c := range Comparisons {
		for _, side := range c.Like {
			if side.C == "" {
				continue
			}
			t.Run(c.Name, func(t *testing.T) {
				if p.C[side.C] == "" {
					path, said, err := cc.compile(t.Context(), p.Dir, side.C, "-Wall", "-Wextra")
					require.NoError(t, err)
					assert.Empty(t, said)
					p.C[side.C] = path
				}
				c.Args = small(c.Args)
				jobs := []int{1, 3}
				if c.Jobs > 0 {
					jobs = []int{c.Jobs}
				}
				s, err := p.start(Row{Comparison: c, CPUs: affinity.CPUs()}, side, new(proof), t.TempDir())
				require.NoError(t, err)
				defer s.Close()
				_, err = s.Ready(t.Context(), patience)
				if skipped, is := err.(gate.Skipped); is {
					t.Skip("not runnable: ", skipped)
				}
				require.NoError(t, err)
				for _, n := range jobs {
					got, err := s.Sample(t.Context(), n, patience)
					if skipped, is := err.(gate.Skipped); is {
						t.Skip("not runnable: ", skipped)
					}
					require.NoError(t, err)
					assert.Equal(t, n, got.N)
					assert.Positive(t, got.Timed)
					assert.GreaterOrEqual(t, got.Values["cpu-ns/op"], 0.0)
					for _, g := range c.Gauges {
						assert.Contains(t, got.Values, g.Quantity.Unit())
					}
				}
				assert.NoError(t, s.End(patience), "it ends when asked to")
			})
		}
	}
}

// A reference of C says what breaks it in its own words, in a job of its own
// threads too.
func TestAReferenceThatFailsSaysWhy(t *testing.T) {
	cc := compiler(t)
	m := calibration(t)
	require.NoError(t, os.WriteFile(filepath.Join(m.programs.Dir, "bad.c"), []byte(`#include "side.h"
#include <pthread.h>
static int jobs;
static void *body(void *arg) {
	if (++jobs > 20) {
		errno = EPIPE;
		fail("write");
	}
	return arg;
}
static int64_t job(void) {
	pthread_t thread;
	pthread_create(&thread, NULL, body, NULL);
	pthread_join(thread, NULL);
	return 1;
}
int main(void) {
	open_gate();
	measure(job, cpu);
}
`), 0o666))
	path, err := cc.Compile(t.Context(), m.programs.Dir, "bad")
	require.NoError(t, err)
	m.row(t, "row", steady("1000"), steady("1000"))
	m.programs.C["row1"] = path
	require.ErrorIs(t, m.measure(t, t.Context()), ErrNothing)
	assert.Equal(t, "B in round 1: write: Broken pipe", m.Rows[0].Failed)
}

func TestSourcesThatDoNotCompileSayWhy(t *testing.T) {
	cc := compiler(t)
	_, err := cc.Compile(t.Context(), t.TempDir(), "nonsense")
	assert.ErrorContains(t, err, "nonsense.c does not compile")
	assert.NotContains(t, err.Error(), os.TempDir()+"/", "no path of this machine")
}

// The whole way once, with real programs: models, their references, a record.
func TestACalibrationIsMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("not runnable: compiles the Go side, and -short is set")
	}
	cc := compiler(t)
	m := calibration(t)
	m.options = Options{Only: []string{"echo-eventloop", "thread-bulk", "idle-thread"}, Rounds: 2, Seed: 1, Budget: time.Hour}
	var err error
	m.rows, err = m.options.Rows(affinity.CPUs())
	require.NoError(t, err)
	m.programs.Seed = 1
	m.programs.Side, err = BuildSide(t.Context(), m.programs.Dir)
	require.NoError(t, err)
	for i, r := range m.rows {
		m.rows[i].Args = small(r.Args)
		for _, name := range r.References() {
			m.programs.C[name], err = cc.Compile(t.Context(), m.programs.Dir, name)
			require.NoError(t, err)
		}
	}
	defer m.programs.Close()
	require.NoError(t, m.measure(t, t.Context()))
	for _, row := range m.Rows {
		require.Empty(t, row.Failed)
		if row.NotRunnable != "" {
			continue
		}
		assert.Equal(t, 2, row.Whole(), row.Name)
		for _, g := range row.Gauges {
			f := row.Fidelity(g)
			assert.NotEmpty(t, f.Against)
			assert.Positive(t, f.Ratio.Estimate)
			assert.Equal(t, 2, f.Ratio.N)
		}
	}
}
