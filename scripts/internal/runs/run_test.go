package runs

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/scripts/internal/measure"
)

// quickly are options for a run of the test binary's own benchmarks.
func quickly(workloads ...string) Options {
	return Options{
		Choice:  bench.Choice{Models: []string{"goroutines", "sequential"}, Workloads: workloads, Profile: bench.Quick},
		Rounds:  2,
		Cycles:  4,
		Seed:    1,
		Timeout: time.Minute,
		Plain:   PlainOptions{CPU: 1},
	}
}

// quickPlan is the plan for o, with the test binary in the place of the compiled
// one.
func quickPlan(t *testing.T, o Options) *Plan {
	t.Helper()
	suite, err := Own(o.Choice)
	require.NoError(t, err)
	exe, err := os.Executable()
	require.NoError(t, err)
	suite.Binary = Binary{Path: exe, SHA256: "none", Go: "go1", Commit: "c0ffee"}
	p, err := NewPlan(o, suite)
	require.NoError(t, err)
	return p
}

func newRunFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "results", "run")
	require.NoError(t, measure.Reserve(dir))
	return dir
}

// in is a session that measures into a folder.
func in(t *testing.T, dir string) Session {
	return Session{Dir: dir, Tmp: t.TempDir(), Show: quiet(), Machine: results.Env{OS: "test"},
		After: func() (results.Moment, []results.Warning) { return results.Moment{}, nil }}
}

func quiet() measure.Progress { return measure.Lines(&bytes.Buffer{}) }

// measured runs the plan for o into a new folder.
func measured(t *testing.T, o Options) (results.Run, string) {
	t.Helper()
	dir := newRunFolder(t)
	run, err := quickPlan(t, o).Run(t.Context(), in(t, dir))
	require.NoError(t, err)
	return run, dir
}

// journal returns the rounds of the run in dir, every attempt.
func journal(t *testing.T, dir string) []record.Round {
	t.Helper()
	all, torn, err := record.ReadRounds(dir)
	require.NoError(t, err)
	require.Nil(t, torn)
	return all
}

// counted returns the rounds that count, by block. However often the machine
// disturbed one, each is there once.
func counted(t *testing.T, dir string) map[string][]record.Round {
	t.Helper()
	by := map[string][]record.Round{}
	for _, r := range record.Counted(journal(t, dir)) {
		by[r.Block] = append(by[r.Block], r)
	}
	return by
}

// gated skips the test where no process can have a gate.
func gated(t *testing.T) {
	t.Helper()
	if err := gate.Supported(); err != nil {
		t.Skip("not runnable:", err)
	}
}

const job = "BenchmarkCost/workload=%s/tasks=4"

func TestEachRoundHasAllModelsOfAJob(t *testing.T) {
	run, dir := measured(t, quickly("nop", "nap"))
	assert.Equal(t, results.Complete, run.Status)
	all := counted(t, dir)
	assert.Len(t, all, 2)
	for block, rounds := range all {
		require.Len(t, rounds, 2, block)
		for i, r := range rounds {
			assert.Equal(t, i+1, r.Round)
			assert.Equal(t, 4, r.Planned)
			assert.False(t, r.Cut())
			assert.Len(t, r.Arms, 2)
			for _, model := range []string{"goroutines", "sequential"} {
				require.NotNil(t, r.Of(model))
				assert.NotEmpty(t, r.Of(model).Samples["ns/op"])
				assert.NotEmpty(t, r.Of(model).Samples["cpu-ns/op"])
			}
		}
	}
	data, err := results.Open(dir)
	require.NoError(t, err)
	require.Len(t, data.Rows, 2)
	for _, c := range data.Rows[1].Cells {
		assert.Len(t, c.Processes, 2)
		ns, known := c.Median("ns/op")
		assert.True(t, known)
		assert.GreaterOrEqual(t, ns, 20e6, "it naps so long")
	}
	text, err := os.ReadFile(filepath.Join(dir, results.BenchFile))
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(string(text), "\n"+fmt.Sprintf(job, "nap")+"/model=sequential\t"), "a line each process")
	latest, err := os.Readlink(filepath.Join(filepath.Dir(dir), measure.Latest))
	require.NoError(t, err)
	assert.Equal(t, filepath.Base(dir), latest)
	done, err := Finished(dir, &run)
	require.NoError(t, err)
	assert.True(t, done)
}

// switches measures moody and returns how often another model than before did an
// op.
func switches(t *testing.T, o Options) (n int, rounds []record.Round, run results.Run) {
	t.Helper()
	trace := filepath.Join(t.TempDir(), "trace")
	t.Setenv(traceFile, trace)
	run, dir := measured(t, o)
	text, err := os.ReadFile(trace)
	require.NoError(t, err)
	return len(slices.Compact(strings.Fields(string(text)))) - 1, journal(t, dir), run
}

func TestModelsOfAJobTakeTurns(t *testing.T) {
	gated(t)
	n, rounds, run := switches(t, quickly("moody"))
	assert.Greater(t, n, 2*len(rounds), "more often than one after the other")
	assert.False(t, run.Serial)
	for _, r := range rounds {
		assert.Empty(t, r.Serial)
	}
}

func TestModelsOfAJobRunOneAfterTheOtherWhereThatIsWanted(t *testing.T) {
	o := quickly("moody")
	o.Serial = true
	n, rounds, run := switches(t, o)
	assert.GreaterOrEqual(t, n, 1)
	assert.Less(t, n, 2*len(rounds), "one switch in a round, at most one between two")
	assert.True(t, run.Serial, "it is recorded")
	require.GreaterOrEqual(t, len(rounds), 2)
	for _, r := range rounds {
		assert.Equal(t, "--one-after-another", r.Serial)
		assert.Len(t, r.Arms, 2)
	}
}

func TestAFarSlowerModelIsCountedWhereModelsRunOneAfterTheOther(t *testing.T) {
	o := quickly("lonely")
	o.Serial = true
	_, dir := measured(t, o)
	rounds := counted(t, dir)[fmt.Sprintf(job, "lonely")]
	require.Len(t, rounds, 2)
	for _, r := range rounds {
		assert.False(t, r.Cut())
	}
}

func TestAJobOfASweepHasFewRounds(t *testing.T) {
	o := quickly("grow")
	o.Profile, o.Models, o.Rounds = bench.Full, []string{"goroutines"}, 5
	run, dir := measured(t, o)
	assert.Equal(t, results.Complete, run.Status)
	const job = "BenchmarkCost/workload=grow/tasks="
	rounds := map[string]int{}
	for block, all := range counted(t, dir) {
		rounds[block] = len(all)
		if block != job+"4" {
			assert.Equal(t, 1, all[0].Planned, "one cycle")
			assert.Equal(t, 1, all[0].Arms[0].N, "of one op")
		}
	}
	assert.Equal(t, map[string]int{job + "1": 3, job + "4": 5, job + "16": 3}, rounds, "4 is of the profile's too")
	assert.Equal(t, []results.Sweep{{Workload: "grow", Over: "tasks", Jobs: []string{job + "1", job + "4", job + "16"}}}, run.Sweeps)
	assert.Equal(t, []results.Job{{Name: job + "4"}, {Name: job + "1", Sweep: true}, {Name: job + "16", Sweep: true}}, run.Jobs)
}

// orders returns the arms of each round in the order in which they were started,
// of its first attempt.
func orders(t *testing.T, dir string) (all []string) {
	t.Helper()
	for _, r := range journal(t, dir) {
		for _, a := range r.Arms {
			if r.Attempt == 0 {
				all = append(all, fmt.Sprint(r.Block, " ", r.Round, " ", a.Name))
			}
		}
	}
	return all
}

func TestTheSeedDrawsTheOrder(t *testing.T) {
	order := func(seed uint64) []string {
		o := quickly("nop", "nop/tasks=2")
		o.Seed, o.Rounds, o.Cycles = seed, 4, 1
		_, dir := measured(t, o)
		return orders(t, dir)
	}
	first := order(1)
	assert.Len(t, first, 2*2*4)
	assert.Equal(t, first, order(1))
	assert.NotEqual(t, first, order(2))
}

func TestAFailedCellIsReportedAndTheRestGoOn(t *testing.T) {
	for _, tc := range []struct{ workload, reason, log string }{
		{"refuse", "4 of 4 tasks failed: task 0: will not", "will not"},
		{"crash", "killed", ""},
		{"hang", "exceeded its time limit of 5s", "goroutine "},
		{"wrong", "wrong result: checksum 0x0, want 0x1", "wrong result"},
		{"dying", "the origin died", "the origin has had enough"},
	} {
		t.Run(tc.workload, func(t *testing.T) {
			o := quickly(tc.workload, "nop")
			o.Models = []string{"goroutines"}
			if tc.workload == "hang" {
				o.Timeout = 5 * time.Second // in which the others end on a busy machine, too
			}
			run, dir := measured(t, o)
			assert.Equal(t, results.FailedCells, run.Status)
			all := counted(t, dir)
			failed := all[fmt.Sprintf(job, tc.workload)]
			require.Len(t, failed, 1, "a cell that failed is not measured again")
			assert.Contains(t, failed[0].Arms[0].Failed, tc.reason)
			log, err := os.ReadFile(filepath.Join(dir, failed[0].Arms[0].Log))
			require.NoError(t, err)
			assert.Contains(t, string(log), tc.log)
			assert.Len(t, all[fmt.Sprintf(job, "nop")], 2)
			data, err := results.Open(dir)
			require.NoError(t, err)
			assert.Len(t, data.Rows[0].Cells[0].Failures, 1)
			done, err := Finished(dir, &run)
			require.NoError(t, err)
			assert.True(t, done, "nothing is left to be measured")
		})
	}
}

func TestWhatCannotBePreparedIsNotRunnableAndNoFailure(t *testing.T) {
	run, dir := measured(t, quickly("unfit", "nop"))
	assert.Equal(t, results.Complete, run.Status)
	data, err := results.Open(dir)
	require.NoError(t, err)
	reasons := map[string]string{}
	for _, c := range data.Run.Cells {
		reasons[c.Job] = c.NotRunnable
	}
	assert.Equal(t, map[string]string{
		fmt.Sprintf(job, "unfit"): "no moon tonight",
		fmt.Sprintf(job, "nop"):   "",
	}, reasons)
	assert.Len(t, counted(t, dir)[fmt.Sprintf(job, "unfit")], 1, "it is asked once")
	done, err := Finished(dir, &run)
	require.NoError(t, err)
	assert.True(t, done)
}

// A listening is a Progress that calls f with each round that was recorded.
type listening struct {
	measure.Progress
	f func(r record.Round)
}

func (l listening) Round(r record.Round, _ time.Duration) { l.f(r) }

// after calls f once n rounds are recorded.
func after(n int, f func()) measure.Progress {
	return listening{quiet(), func(record.Round) {
		if n--; n == 0 {
			f()
		}
	}}
}

// interrupted is the folder of a run that ended after so many rounds.
func interrupted(t *testing.T, o Options, n int) string {
	t.Helper()
	dir := newRunFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := in(t, dir)
	s.Show = after(n, cancel)
	run, err := quickPlan(t, o).Run(ctx, s)
	require.NoError(t, err)
	require.Equal(t, results.Interrupted, run.Status)
	return dir
}

func TestAnInterruptedRunKeepsWhatItMeasured(t *testing.T) {
	dir := interrupted(t, quickly("nop", "nap"), 3)
	assert.Len(t, journal(t, dir), 3)
	data, err := results.Open(dir)
	require.NoError(t, err)
	assert.Equal(t, results.Interrupted, data.Run.Status)
	text, err := os.ReadFile(filepath.Join(dir, results.BenchFile))
	require.NoError(t, err)
	assert.Contains(t, string(text), "\nBenchmarkCost/")
	done, err := Finished(dir, &data.Run)
	require.NoError(t, err)
	assert.False(t, done)
}

func TestABudgetEndsTheRun(t *testing.T) {
	o := quickly("nap")
	o.Rounds, o.Budget, o.Begin = 1000, 2*time.Second, time.Now()
	run, dir := measured(t, o)
	assert.Equal(t, results.OutOfTime, run.Status, "long before the last round")
	assert.Less(t, len(journal(t, dir)), 100)
}

func TestBadOptionsAreNamed(t *testing.T) {
	for _, tc := range []struct {
		change func(*Options)
		says   []string
	}{
		{func(o *Options) { o.Models = []string{"gorutines"} }, []string{`unknown model "gorutines"`, `"goroutines"`, "sequential"}},
		{func(o *Options) { o.Models = []string{"threadpool:0"} }, []string{"threadpool:0", "1 or more"}},
		{func(o *Options) { o.Models = []string{"sequential:3"} }, []string{"takes no option"}},
		{func(o *Options) { o.Workloads = []string{"nopp"} }, []string{`unknown workload "nopp"`, `"nop"`}},
		{func(o *Options) { o.Workloads = []string{"nop/size=3"} }, []string{`workload nop has no parameters: size is none`}},
		{func(o *Options) { o.Workloads = []string{"nop/tasks=0"} }, []string{"tasks", "1 or more"}},
		{func(o *Options) { o.Workloads = []string{"nop", "nop"} }, []string{"named twice"}},
		{func(o *Options) { o.Rounds = 0 }, []string{"--rounds"}},
		{func(o *Options) { o.Cycles = -1 }, []string{"--cycles"}},
		{func(o *Options) { o.Timeout = 0 }, []string{"time limit"}},
		{func(o *Options) { o.Plain.Bench = "(" }, []string{`--bench "("`}},
		{func(o *Options) { o.Plain.CPU = -1 }, []string{"--cpu -1"}},
		{func(o *Options) { o.Plain.Isolate = "thread" }, []string{`--isolate "thread"`}},
	} {
		o := quickly("nop")
		tc.change(&o)
		suite, err := Own(o.Choice)
		if err == nil {
			_, err = NewPlan(o, suite)
		}
		for _, s := range tc.says {
			assert.ErrorContains(t, err, s)
		}
	}
}
