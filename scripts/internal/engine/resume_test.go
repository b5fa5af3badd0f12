package engine

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
)

// quickPlan is the plan for o, with the test binary in the place of the compiled
// one, on a machine from which nothing is stolen.
func quickPlan(t *testing.T, o Options) *Plan {
	t.Helper()
	suite, err := Own(o.Choice)
	require.NoError(t, err)
	exe, err := os.Executable()
	require.NoError(t, err)
	suite.Binary = Binary{Path: exe, SHA256: "none", Go: "go1", Commit: "c0ffee"}
	p, err := NewPlan(o, suite)
	require.NoError(t, err)
	p.watch = stolen()
	return p
}

// stolen is a watch that tells of these shares one after the other, and then of
// nothing.
func stolen(shares ...float64) watch {
	return func() func() (float64, float64) {
		var next float64
		if len(shares) > 0 {
			next, shares = shares[0], shares[1:]
		}
		return func() (float64, float64) { return next, 0 }
	}
}

func noMoment() (results.Moment, []results.Warning) { return results.Moment{}, nil }

// interrupted is the folder of a run that ended after so many measurements.
func interrupted(t *testing.T, o Options, n int) string {
	t.Helper()
	dir := newRunFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	run, err := quickPlan(t, o).Run(ctx, dir, results.Env{OS: "test"}, noMoment, &after{quiet(), n, cancel})
	require.NoError(t, err)
	require.Equal(t, results.Interrupted, run.Status)
	return dir
}

func TestAResumedRunHasTheOrderThatItWouldHaveHad(t *testing.T) {
	o := quickly("nop", "nop/tasks=2")
	o.Rounds, o.Slices = 3, 1
	cells := func(dir string) (names []string) {
		all, _, err := results.ReadJournal(dir)
		require.NoError(t, err)
		for _, m := range all {
			names = append(names, m.Cell)
		}
		return names
	}
	whole := newRunFolder(t)
	_, err := quickPlan(t, o).Run(t.Context(), whole, results.Env{OS: "test"}, noMoment, quiet())
	require.NoError(t, err)
	dir := interrupted(t, o, 6) // between two jobs
	run, err := quickPlan(t, o).Resume(t.Context(), dir, results.Env{OS: "test"}, noMoment, quiet())
	require.NoError(t, err)
	assert.Equal(t, results.Complete, run.Status)
	assert.Len(t, run.Resumed, 1)
	assert.Equal(t, cells(whole), cells(dir))
	done, err := Finished(dir, &run)
	require.NoError(t, err)
	assert.True(t, done)
}

func TestAJobThatWasCutOffIsMeasuredAgainWhole(t *testing.T) {
	o := quickly("nop")
	o.Slices = 1
	dir := interrupted(t, o, 1) // of two models
	_, err := quickPlan(t, o).Resume(t.Context(), dir, results.Env{OS: "test"}, noMoment, quiet())
	require.NoError(t, err)
	all, _, err := results.ReadJournal(dir)
	require.NoError(t, err)
	var attempts []int
	for _, m := range all {
		attempts = append(attempts, 10*m.Round+m.Attempt)
	}
	assert.Equal(t, []int{10, 11, 11, 20, 20}, attempts)
	data, err := results.Open(dir)
	require.NoError(t, err)
	assert.Zero(t, data.Again, "for no theft")
	for _, c := range data.Rows[0].Cells {
		require.Len(t, c.Processes, 2)
		assert.Equal(t, 1, c.Processes[0].Attempt, "only what is adjacent is compared")
	}
}

func TestWhatCannotBeResumedIsSaidWhy(t *testing.T) {
	o := quickly("nop")
	o.Slices = 1
	here := results.Env{OS: "test"}
	for name, tc := range map[string]struct {
		change func(*results.Run)
		plan   func(*Plan)
		env    results.Env
		says   []string
	}{
		"an older concbench": {change: func(r *results.Run) { r.Asked = nil }, env: here, says: []string{"did not record", "reproduce"}},
		"another version":    {change: func(r *results.Run) { r.Version = 99 }, env: here, says: []string{"version 99"}},
		"another machine":    {env: results.Env{OS: "test", Cores: 64}, says: []string{"another machine", "CPUs for the run: 0, now 64"}},
		"other code":         {plan: func(p *Plan) { p.Suites[0].Binary.SHA256 = "other" }, env: here, says: []string{"two builds", "Check out commit c0ffee and use go1"}},
		"another plan":       {change: func(r *results.Run) { r.Cells = r.Cells[1:] }, env: here, says: []string{"another plan"}},
		"no longer runnable": {plan: func(p *Plan) { p.Cells[0].NotRunnable = "no moon" }, env: here, says: []string{"is no more: no moon"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := interrupted(t, o, 2)
			run, err := results.LoadRun(dir)
			require.NoError(t, err)
			if tc.change != nil {
				tc.change(run)
				require.NoError(t, results.SaveRun(dir, run))
			}
			p := quickPlan(t, o)
			if tc.plan != nil {
				tc.plan(p)
			}
			_, err = p.Resume(t.Context(), dir, tc.env, noMoment, quiet())
			for _, s := range tc.says {
				assert.ErrorContains(t, err, s)
			}
		})
	}
	strange := interrupted(t, o, 2)
	run, err := results.LoadRun(strange)
	require.NoError(t, err)
	for _, m := range []results.Measurement{{Cell: run.Cells[0].Name}, {Cell: "other", Round: 1}} {
		j, err := results.OpenJournal(strange)
		require.NoError(t, err)
		require.NoError(t, j.Append(m))
		require.NoError(t, j.Close())
		_, err = Finished(strange, run)
		assert.ErrorContains(t, err, "which the plan has not")
	}
	_, err = Resumable(t.TempDir(), here)
	assert.ErrorContains(t, err, "start it anew")

	dir := interrupted(t, o, 2)
	require.NoError(t, os.Truncate(filepath.Join(dir, results.BenchFile), 10))
	_, err = quickPlan(t, o).Resume(t.Context(), dir, here, noMoment, quiet())
	assert.ErrorContains(t, err, "restore it from a copy")
}

func TestWhatAKillLeftBehindIsCutOff(t *testing.T) {
	o := quickly("nop")
	o.Slices = 1
	dir := interrupted(t, o, 2)
	for name, text := range map[string]string{results.BenchFile: "BenchmarkCost/half", results.JournalFile: `{"round":2,"or`, ".run.json.123": "{"} {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o666)
		require.NoError(t, err)
		_, err = f.WriteString(text)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	_, err := quickPlan(t, o).Resume(t.Context(), dir, results.Env{OS: "test"}, noMoment, quiet())
	require.NoError(t, err)
	assert.Len(t, measuredIn(t, dir), 4)
	assert.NoFileExists(t, filepath.Join(dir, ".run.json.123"))
}

func TestWhatWasAskedIsRecorded(t *testing.T) {
	o := quickly("nop", "nap/tasks=2")
	p := quickPlan(t, o)
	var run results.Run
	p.describe(&run)
	back, packages := Recorded(&run)
	assert.Equal(t, o, back)
	assert.Empty(t, packages)

	run.Asked = nil // as of an older run
	back, _ = Recorded(&run)
	suite, err := Own(back.Choice)
	require.NoError(t, err)
	suite.Restrict(&run)
	again, err := NewPlan(back, suite)
	require.NoError(t, err)
	assert.Equal(t, p.Cells, again.Cells)
	assert.Equal(t, p.Jobs, again.Jobs)
}

func TestAFolderIsWrittenByOneProcess(t *testing.T) {
	dir := t.TempDir()
	release, err := Hold(dir)
	require.NoError(t, err)
	_, err = Hold(dir)
	assert.ErrorContains(t, err, "another process is writing into")
	release()
	release, err = Hold(dir)
	require.NoError(t, err)
	release()
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
	_, err = Hold(filepath.Join(dir, "none"))
	assert.ErrorContains(t, err, "name a folder that concbench run made")
}
