package engine

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

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
)

// quickly are options for a run of the test binary's own benchmarks.
func quickly(workloads ...string) Options {
	return Options{
		Choice:    bench.Choice{Models: []string{"goroutines", "sequential"}, Workloads: workloads, Profile: bench.Quick},
		Rounds:    2,
		Slices:    2,
		Seed:      1,
		Benchtime: time.Millisecond,
		Timeout:   30 * time.Second,
	}
}

// measure runs the plan for o into a new folder, with the test binary in the
// place of the compiled one.
func measure(t *testing.T, ctx context.Context, o Options, show Progress) (results.Run, string) {
	t.Helper()
	suite, err := Own(o.Choice)
	require.NoError(t, err)
	plan, err := NewPlan(o, suite)
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "results", "run")
	require.NoError(t, Reserve(dir))
	exe, err := os.Executable()
	require.NoError(t, err)
	suite.Binary = Binary{Path: exe, SHA256: "none", Go: "go"}
	plan.watch = stolen() // nothing, whatever this machine's host does
	run, err := plan.Run(ctx, dir, results.Env{OS: "test"}, func() (results.Moment, []results.Warning) { return results.Moment{}, nil }, show)
	require.NoError(t, err)
	return run, dir
}

// journal returns the measurements of the run in dir by cell.
func journal(t *testing.T, dir string) map[string][]results.Measurement {
	t.Helper()
	all, torn, err := results.ReadJournal(dir)
	require.NoError(t, err)
	require.Nil(t, torn)
	byCell := map[string][]results.Measurement{}
	for _, m := range all {
		byCell[m.Cell] = append(byCell[m.Cell], m)
	}
	return byCell
}

func quiet() Progress { return Lines(&bytes.Buffer{}) }

func TestEveryCellIsMeasuredOnceARound(t *testing.T) {
	run, dir := measure(t, t.Context(), quickly("nop", "nap"), quiet())
	assert.Equal(t, results.Complete, run.Status)
	byCell := journal(t, dir)
	assert.Len(t, byCell, 4)
	for cell, ms := range byCell {
		require.Len(t, ms, 2, cell)
		assert.Equal(t, 1, ms[0].Round)
		assert.Equal(t, 2, ms[1].Round)
		assert.Equal(t, 2, ms[0].Slices)
	}
	_, err := results.Open(dir)
	require.NoError(t, err)
	latest, err := os.Readlink(filepath.Join(filepath.Dir(dir), Latest))
	require.NoError(t, err)
	assert.Equal(t, filepath.Base(dir), latest)
}

func TestModelsOfAJobAreAdjacent(t *testing.T) {
	_, dir := measure(t, t.Context(), quickly("nop", "nap"), quiet())
	all, _, err := results.ReadJournal(dir)
	require.NoError(t, err)
	require.Len(t, all, 8)
	job := func(i int) string { return strings.Split(all[i].Cell, "/model=")[0] }
	for i := 0; i < len(all); i += 2 {
		assert.Equal(t, job(i), job(i+1))
	}
}

func TestAJobOfASweepHasFewRounds(t *testing.T) {
	o := quickly("grow")
	o.Profile, o.Models, o.Rounds, o.Slices = bench.Full, []string{"goroutines"}, 5, 1
	run, dir := measure(t, t.Context(), o, quiet())
	assert.Equal(t, results.Complete, run.Status)
	rounds := map[string]int{}
	for cell, ms := range journal(t, dir) {
		rounds[cell] = len(ms)
	}
	const job = "BenchmarkCost/workload=grow/tasks="
	assert.Equal(t, map[string]int{
		job + "1/model=goroutines":  sweepRounds,
		job + "4/model=goroutines":  5, // of the profile's too
		job + "16/model=goroutines": sweepRounds,
	}, rounds)
	assert.Equal(t, []results.Sweep{{Workload: "grow", Over: "tasks", Jobs: []string{job + "1", job + "4", job + "16"}}}, run.Sweeps)
	assert.Equal(t, []results.Job{{Name: job + "4"}, {Name: job + "1", Sweep: true}, {Name: job + "16", Sweep: true}}, run.Jobs)
}

func TestTheSeedDrawsTheOrder(t *testing.T) {
	order := func(seed uint64) (cells []string) {
		o := quickly("nop", "nop/tasks=2")
		o.Seed, o.Rounds, o.Slices = seed, 4, 1
		_, dir := measure(t, t.Context(), o, quiet())
		all, _, err := results.ReadJournal(dir)
		require.NoError(t, err)
		for _, m := range all {
			cells = append(cells, m.Cell)
		}
		return cells
	}
	first := order(1)
	assert.Equal(t, first, order(1))
	assert.NotEqual(t, first, order(2))
}

func TestAFailedCellIsReportedAndTheRestGoOn(t *testing.T) {
	for _, tc := range []struct{ workload, reason, log string }{
		{"refuse", "4 of 4 tasks failed: task 0: will not", "will not"},
		{"crash", "killed", ""},
		{"hang", "exceeded its time limit of 4s", ""},
		{"wrong", "wrong result: checksum 0x0, want 0x1", "wrong result"},
		{"dying", "the origin died", "the origin has had enough"},
	} {
		t.Run(tc.workload, func(t *testing.T) {
			o := quickly(tc.workload, "nop")
			o.Models = []string{"goroutines"}
			if tc.workload == "hang" {
				o.Timeout = 4 * time.Second // in which the others end on a busy machine, too
			}
			run, dir := measure(t, t.Context(), o, quiet())
			assert.Equal(t, results.FailedCells, run.Status)
			byCell := journal(t, dir)
			failed := byCell["BenchmarkCost/workload="+tc.workload+"/tasks=4/model=goroutines"]
			require.Len(t, failed, 1, "a cell that failed is not measured again")
			assert.Contains(t, failed[0].Failed, tc.reason)
			log, err := os.ReadFile(filepath.Join(dir, failed[0].Log))
			require.NoError(t, err)
			assert.Contains(t, string(log), tc.log)
			assert.Len(t, byCell["BenchmarkCost/workload=nop/tasks=4/model=goroutines"], 2)
			_, err = results.Open(dir)
			require.NoError(t, err)
		})
	}
}

func TestWhatCannotBePreparedIsNotRunnableAndNoFailure(t *testing.T) {
	run, dir := measure(t, t.Context(), quickly("unfit", "nop"), quiet())
	assert.Equal(t, results.Complete, run.Status)
	stored, err := results.LoadRun(dir)
	require.NoError(t, err)
	reasons := map[string]string{}
	for _, c := range stored.Cells {
		reasons[c.Job] = c.NotRunnable
	}
	assert.Equal(t, map[string]string{
		"BenchmarkCost/workload=unfit/tasks=4": "no moon tonight",
		"BenchmarkCost/workload=nop/tasks=4":   "",
	}, reasons)
}

// after is a Progress that calls f once n cells are measured.
type after struct {
	Progress
	n int
	f func()
}

func (a *after) Cell(m results.Measurement, left time.Duration) {
	if a.n--; a.n == 0 {
		a.f()
	}
}

func TestAnInterruptedRunKeepsWhatItMeasured(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	run, dir := measure(t, ctx, quickly("nop", "nap"), &after{quiet(), 3, cancel})
	assert.Equal(t, results.Interrupted, run.Status)
	all, torn, err := results.ReadJournal(dir)
	require.NoError(t, err)
	assert.Nil(t, torn)
	assert.Len(t, all, 3)
	_, err = results.Open(dir)
	require.NoError(t, err)
	stored, err := results.LoadRun(dir)
	require.NoError(t, err)
	assert.Equal(t, results.Interrupted, stored.Status)
}

func TestABudgetStopsBeforeTheNextRound(t *testing.T) {
	o := quickly("nap")
	o.Rounds, o.Budget = 1000, 700*time.Millisecond
	run, dir := measure(t, t.Context(), o, quiet())
	assert.Equal(t, results.OutOfTime, run.Status, "long before the last round")
	all := journal(t, dir)
	require.Len(t, all, 2)
	for _, ms := range all { // one that took longer than those before ends within the round
		assert.InDelta(t, len(all["BenchmarkCost/workload=nap/tasks=4/model=goroutines"]), len(ms), 1)
	}
}

func TestTheNextRoundIsHeldToBeAsLongAsItsCellsWere(t *testing.T) {
	o := quickly()
	o.Rounds, o.Budget = 10, time.Hour
	plan, err := NewPlan(o, plans("", bench.PlannedJob{Name: "J"}, bench.PlannedJob{Name: "S", Sweep: true}))
	require.NoError(t, err)
	took := map[cellID][]time.Duration{}
	for id := range plan.cells {
		took[id] = []time.Duration{time.Minute, 2 * time.Minute}
		if strings.HasPrefix(id.name, "S") {
			took[id] = []time.Duration{10 * time.Minute, 20 * time.Minute}
		}
	}
	r := rounds{plan: plan, took: took, begin: time.Now().Add(-50 * time.Minute)}
	assert.True(t, r.overBudget(3), "44 more minutes")
	assert.False(t, r.overBudget(4), "4 more, without the sweep")
	r.begin = r.begin.Add(-7 * time.Minute)
	assert.True(t, r.overBudget(4))
	r.begin = time.Now()
	assert.InDelta(t, 2*8*90+2*1*900, r.expect().Seconds(), 60, "8 more rounds of J and 1 of S, as long as those so far")
	r.given = map[cellID]bool{{name: "S/model=a"}: true, {name: "S/model=b"}: true}
	assert.InDelta(t, 2*8*90, r.expect().Seconds(), 60)
}

func TestAFolderThatIsThereIsRefused(t *testing.T) {
	dir := t.TempDir()
	assert.ErrorContains(t, Reserve(dir), "exists already")
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	assert.Error(t, Reserve(filepath.Join(file, "run")))
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
		{func(o *Options) { o.Rounds = 0 }, []string{"rounds"}},
		{func(o *Options) { o.Timeout = 0 }, []string{"time limit"}},
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
