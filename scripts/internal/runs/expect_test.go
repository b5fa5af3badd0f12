package runs

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/scripts/internal/measure"
)

// past writes a run of one job, each round of which took so long, into dir.
func past(t *testing.T, dir, name, pkg, job string, took ...time.Duration) {
	t.Helper()
	dir = filepath.Join(dir, name)
	require.NoError(t, measure.Reserve(dir))
	run := &results.Run{Version: results.Version, Cells: []results.Cell{{Name: job + "/model=a", Job: job, Model: "a", Package: pkg}}}
	require.NoError(t, results.SaveRun(dir, run))
	j, err := record.OpenRounds(dir)
	require.NoError(t, err)
	defer j.Close()
	for i, d := range took {
		r := record.Round{Block: job, Round: i + 1, Planned: 1, End: true, Took: d, Arms: []record.Arm{{Name: "a", Cycles: []int{0}}, {Name: "b", Cycles: []int{0}}}}
		require.NoError(t, j.Append(r))
	}
	require.NoError(t, j.Append(record.Round{Block: job, Round: 99, Planned: 1, End: true, Took: time.Hour, Arms: []record.Arm{{Name: "a"}, {Name: "b"}}}))
}

func planned(job string) bench.PlannedJob { return bench.PlannedJob{Name: job} }

// plans makes a plan of jobs in a package, each under two models.
func plans(pkg string, jobs ...bench.PlannedJob) *Suite {
	return plansOf(pkg, []string{"a", "b"}, jobs...)
}

func plansOf(pkg string, models []string, jobs ...bench.PlannedJob) *Suite {
	p := &bench.Plan{Jobs: jobs}
	for _, m := range models {
		p.Models = append(p.Models, bench.PlannedModel{Name: m})
	}
	for _, j := range jobs {
		for _, m := range models {
			p.Cells = append(p.Cells, bench.PlannedCell{Name: j.Name + "/model=" + m, Job: j.Name, Model: m})
		}
	}
	return &Suite{Package: pkg, Plan: p}
}

func TestARunIsExpectedToTakeWhatItsJobsTookBefore(t *testing.T) {
	o := quickly()
	o.Rounds = 10
	dir := t.TempDir()
	past(t, dir, "2026-01-01", "", "J", 7*time.Second)
	past(t, dir, "2026-01-02", "", "J", 2*time.Second, 3*time.Second, 9*time.Second)
	past(t, dir, "2026-01-03", "other", "J", 50*time.Second)
	past(t, dir, filepath.Join("published", "2025-01-01"), "", "J", time.Hour)
	past(t, dir, filepath.Join("published", "2025-01-02"), "", "K", 4*time.Second)
	memory := Recall(dir, filepath.Join(dir, "published"))

	plan, err := NewPlan(o, plans("", planned("J"), planned("L")))
	require.NoError(t, err)
	took, unknown := plan.Expect(memory)
	assert.Equal(t, 1, unknown)
	assert.Equal(t, 10*3*time.Second+10*2*guess, took, "the median of the newest, and a guess")
	assert.Equal(t, "2 jobs under 2 models: 4 cells; 10 rounds, about 35 s (1 job never measured before, at a guess)\n", plan.Summary(memory))

	known, err := NewPlan(o, plansOf("", []string{"a", "b", "c", "d"}, planned("J"), planned("K")))
	require.NoError(t, err)
	took, unknown = known.Expect(memory)
	assert.Zero(t, unknown)
	assert.Equal(t, 10*2*(3+4)*time.Second, took, "twice as many models")
	assert.Contains(t, known.Summary(memory), "10 rounds, about 2 min\n")

	foreign, err := NewPlan(o, plans("other", planned("J")))
	require.NoError(t, err)
	took, _ = foreign.Expect(memory)
	assert.Equal(t, 10*50*time.Second, took)
}

func TestABenchmarkIsExpectedToTakeWhatItTookWhenItWasLookedFor(t *testing.T) {
	o := quickly()
	o.Models, o.Rounds = nil, 10
	x := &Plain{Names: []string{"BenchmarkX", "BenchmarkY"}, setUp: time.Second, once: map[string]time.Duration{"BenchmarkX": 2 * time.Second}}
	x.Path = "example.com/x"
	plan, err := Join(o, nil, []*Plain{x})
	require.NoError(t, err)
	took, unknown := plan.Expect(nil)
	assert.Equal(t, 2, unknown)
	assert.Equal(t, 10*(2*time.Second+2*guess+8*time.Second), took)
	assert.Contains(t, plan.Summary(nil), "2 benchmarks of 1 package; 10 rounds, about 105 s (2 benchmarks never measured before, at a guess)\n")
	x.Whole = true
	took, _ = plan.Expect(nil)
	assert.Equal(t, 10*(time.Second+2*guess+8*time.Second), took, "one process for both")
	took, unknown = plan.Expect(Memory{{"example.com/x", "example.com/x"}: 5 * time.Second})
	assert.Zero(t, unknown)
	assert.Equal(t, 50*time.Second, took)
}

func TestWhatIsNotMeasuredTakesNoTime(t *testing.T) {
	o := quickly()
	o.Rounds = 10
	s := plans("", planned("J"), bench.PlannedJob{Name: "S", Sweep: true}, planned("N"))
	for _, i := range []int{0, 4, 5} {
		s.Plan.Cells[i].NotRunnable = "no moon tonight"
	}
	plan, err := NewPlan(o, s)
	require.NoError(t, err)
	memory := Recall(filepath.Join(t.TempDir(), "none"))
	assert.Empty(t, memory)
	took, unknown := plan.Expect(memory)
	assert.Equal(t, (10+2*3)*guess, took, "a job of a sweep has 3 rounds")
	assert.Equal(t, 2, unknown, "N has nothing to be measured")
	assert.Equal(t, "3 jobs under 2 models: 6 cells, 3 of them not runnable; 10 rounds, about 4 s (2 jobs never measured before, at a guess)\n", plan.Summary(memory))

	plan.Budget = time.Minute
	assert.Contains(t, plan.Summary(memory), "; for 1m0s at most, and no longer than it takes to decide\n")
}

func TestATimeIsSaidAsOneWouldSayIt(t *testing.T) {
	for d, says := range map[time.Duration]string{
		time.Millisecond:                "1 s",
		119 * time.Second:               "119 s",
		38*time.Minute + 20*time.Second: "38 min",
		150 * time.Minute:               "2.5 h",
	} {
		assert.Equal(t, says, about(d))
	}
}
