package engine

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
)

// past writes a run of one cell, each round of which took so long, into dir.
func past(t *testing.T, dir, name string, o Options, pkg, cell string, walls ...time.Duration) {
	t.Helper()
	dir = filepath.Join(dir, name)
	require.NoError(t, Reserve(dir))
	run := &results.Run{Version: results.Version, Slices: o.Slices, Benchtime: o.Benchtime, Cells: []results.Cell{{Name: cell, Model: "a", Package: pkg}}}
	require.NoError(t, results.SaveRun(dir, run))
	j, err := results.OpenJournal(dir)
	require.NoError(t, err)
	defer j.Close()
	for i, wall := range walls {
		require.NoError(t, j.Append(results.Measurement{Round: i + 1, Cell: cell, Wall: wall}))
	}
	require.NoError(t, j.Append(results.Measurement{Round: 9, Cell: cell, Wall: time.Hour, Failed: "it did"}))
}

// plans makes a plan of jobs in a package, each under two models.
func plans(pkg string, jobs ...bench.PlannedJob) *Suite {
	p := &bench.Plan{Jobs: jobs, Models: []bench.PlannedModel{{Name: "a"}, {Name: "b"}}}
	for _, j := range jobs {
		p.Cells = append(p.Cells,
			bench.PlannedCell{Name: j.Name + "/model=a", Job: j.Name, Model: "a"},
			bench.PlannedCell{Name: j.Name + "/model=b", Job: j.Name, Model: "b"})
	}
	return &Suite{Package: pkg, Plan: p}
}

func TestARunIsExpectedToTakeWhatItsCellsTookBefore(t *testing.T) {
	o := quickly()
	o.Rounds = 10
	dir := t.TempDir()
	past(t, dir, "2026-01-01", o, "", "J/model=a", 3*time.Second, 1*time.Second)
	past(t, dir, "2026-01-02", o, "", "J/model=a", 2*time.Second)
	past(t, dir, "2026-01-03", o, "other", "J/model=a", 50*time.Second)
	longer := o
	longer.Benchtime *= 2
	past(t, dir, "2026-01-04", longer, "", "J/model=a", 60*time.Second)

	plan, err := NewPlan(o, plans("", bench.PlannedJob{Name: "J"}))
	require.NoError(t, err)
	e := plan.Expect(Recall(dir, o))
	assert.Equal(t, 1, e.Unknown)
	assert.Equal(t, 10*2*time.Second+10*guess, e.Time, "the median of a, and the guess for b")
	assert.Equal(t, "1 job under 2 models: 2 cells; 10 rounds\nexpected: about 25 s (by 3 earlier runs in "+dir+"; 1 cell never measured, taken at 0.5 s)\n", plan.Summary(e))

	unheard, err := NewPlan(o, plans("", bench.PlannedJob{Name: "K"}))
	require.NoError(t, err)
	assert.Contains(t, unheard.Summary(unheard.Expect(Recall(dir, o))), "about 10 s (2 cells never measured,")

	foreign, err := NewPlan(o, plans("other", bench.PlannedJob{Name: "J"}))
	require.NoError(t, err)
	assert.Equal(t, 10*50*time.Second+10*guess, foreign.Expect(Recall(dir, o)).Time)
}

func TestWhatIsNotMeasuredTakesNoTime(t *testing.T) {
	o := quickly()
	o.Rounds, o.Budget = 10, 8*time.Second
	s := plans("", bench.PlannedJob{Name: "J"}, bench.PlannedJob{Name: "S", Sweep: true})
	s.Plan.Cells[0].NotRunnable = "no moon tonight"
	plan, err := NewPlan(o, s)
	require.NoError(t, err)
	assert.Equal(t, 10+3+3, newRounds(plan, nil).unmeasured())
	memory := Recall(filepath.Join(t.TempDir(), "none"), o)
	assert.True(t, memory.Empty())
	e := plan.Expect(memory)
	assert.Equal(t, 16*guess, e.Time)
	assert.Equal(t, "2 jobs under 2 models: 4 cells, 1 of them not runnable; 10 rounds, of the 1 job of sweeps 3\n"+
		"expected: about 8 s (3 cells never measured, taken at 0.5 s)\n", plan.Summary(e))

	plan.Budget = time.Second
	assert.Contains(t, plan.Summary(e), "about 8 s; the budget of 1s ends it sooner (")
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
