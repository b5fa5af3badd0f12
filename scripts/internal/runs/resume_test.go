package runs

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

func TestAResumedRunHasTheOrderThatItWouldHaveHad(t *testing.T) {
	o := quickly("nop", "nop/tasks=2")
	o.Rounds = 3
	_, whole := measured(t, o)
	dir := interrupted(t, o, 3)
	run, err := quickPlan(t, o).Resume(t.Context(), in(t, dir))
	require.NoError(t, err)
	assert.Equal(t, results.Complete, run.Status)
	assert.Len(t, run.Resumed, 1)
	assert.Equal(t, orders(t, whole), orders(t, dir))
	done, err := Finished(dir, &run)
	require.NoError(t, err)
	assert.True(t, done)
	stored, err := results.LoadRun(dir)
	require.NoError(t, err)
	assert.Equal(t, results.Complete, stored.Status)
}

func TestARoundThatWasCutOffIsMeasuredAgain(t *testing.T) {
	gated(t)
	o := quickly("moody")
	o.Rounds, o.Cycles = 2, 50
	mood := filepath.Join(t.TempDir(), "mood")
	t.Setenv(moodFile, mood)
	t.Setenv(traceFile, mood+".trace")
	dir := newRunFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := in(t, dir)
	s.Show = after(1, func() {
		assert.NoError(t, os.WriteFile(mood, []byte("goroutines hang later"), 0o666))
		go func() {
			for ctx.Err() == nil {
				if _, err := os.Stat(mood + " came true"); err == nil {
					cancel()
				}
				time.Sleep(time.Millisecond)
			}
		}()
	})
	cut, err := quickPlan(t, o).Run(ctx, s)
	require.NoError(t, err)
	require.Equal(t, results.Interrupted, cut.Status)
	require.NoError(t, os.Remove(mood))
	before := journal(t, dir)
	assert.True(t, before[len(before)-1].Cut())
	run, err := results.LoadRun(dir)
	require.NoError(t, err)
	done, err := Finished(dir, run)
	require.NoError(t, err)
	assert.False(t, done)

	again, err := quickPlan(t, o).Resume(t.Context(), in(t, dir))
	require.NoError(t, err)
	assert.Equal(t, results.Complete, again.Status)
	all := journal(t, dir)
	require.Greater(t, len(all), len(before))
	last := record.Counted(all)
	require.Len(t, last, 2)
	assert.False(t, last[1].Cut())
	assert.Equal(t, all[len(all)-1], last[1], "only what was measured together is compared")
	data, err := results.Open(dir)
	require.NoError(t, err)
	for _, c := range data.Rows[0].Cells {
		assert.Len(t, c.Processes, 2)
	}
}

func TestWhatCannotBeResumedIsSaidWhy(t *testing.T) {
	o := quickly("nop")
	o.Cycles = 1
	here := results.Env{OS: "test"}
	for name, tc := range map[string]struct {
		change func(*results.Run)
		plan   func(*Plan)
		env    results.Env
		says   []string
	}{
		"an older concbench":     {change: func(r *results.Run) { r.Asked = nil }, env: here, says: []string{"did not record", "reproduce"}},
		"another way to measure": {change: func(r *results.Run) { r.Version = 1 }, env: here, says: []string{"measured in another way", "reproduce"}},
		"another version":        {change: func(r *results.Run) { r.Version = 99 }, env: here, says: []string{"version 99"}},
		"another machine":        {env: results.Env{OS: "test", Cores: 64}, says: []string{"another machine", "CPUs for the run: 0, now 64"}},
		"other code":             {plan: func(p *Plan) { p.Suites[0].Binary.SHA256 = "other" }, env: here, says: []string{"two builds", "Check out commit c0ffee and use go1"}},
		"another plan":           {change: func(r *results.Run) { r.Cells = r.Cells[1:] }, env: here, says: []string{"another plan"}},
		"no longer runnable":     {plan: func(p *Plan) { p.Cells[0].NotRunnable = "no moon" }, env: here, says: []string{"is no more: no moon"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := interrupted(t, o, 1)
			run, err := results.LoadRun(dir)
			require.NoError(t, err)
			if tc.change != nil {
				tc.change(run)
				require.NoError(t, results.SaveRun(dir, run))
			}
			before := journal(t, dir)
			p := quickPlan(t, o)
			if tc.plan != nil {
				tc.plan(p)
			}
			s := in(t, dir)
			s.Machine = tc.env
			_, err = p.Resume(t.Context(), s)
			for _, s := range tc.says {
				assert.ErrorContains(t, err, s)
			}
			assert.Equal(t, before, journal(t, dir), "nothing was measured")
		})
	}
	_, err := Resumable(t.TempDir(), here)
	assert.ErrorContains(t, err, "start it anew")
}

func TestAJournalThatIsNotOfTheRunIsRefused(t *testing.T) {
	o := quickly("nop")
	o.Cycles = 1
	for name, strange := range map[string]record.Round{
		"another job": {Block: "other", Round: 1},
		"no round":    {Block: "BenchmarkCost/workload=nop/tasks=4"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := interrupted(t, o, 1)
			run, err := results.LoadRun(dir)
			require.NoError(t, err)
			j, err := record.OpenRounds(dir)
			require.NoError(t, err)
			require.NoError(t, j.Append(strange))
			require.NoError(t, j.Close())
			_, err = Finished(dir, run)
			assert.ErrorContains(t, err, "which the plan has not: restore the folder from a copy")
		})
	}
	dir := interrupted(t, o, 1)
	file := filepath.Join(dir, record.RoundsFile)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append([]byte("?"), text...), 0o666))
	_, err = quickPlan(t, o).Resume(t.Context(), in(t, dir))
	assert.ErrorContains(t, err, "restore the file from a copy")
}

func TestWhatAKillLeftBehindIsCutOff(t *testing.T) {
	o := quickly("nop")
	dir := interrupted(t, o, 1)
	for name, text := range map[string]string{results.BenchFile: "BenchmarkCost/half", record.RoundsFile: `{"round":2,"or`, ".run.json.123": "{"} {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o666)
		require.NoError(t, err)
		_, err = f.WriteString(text)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	_, err := quickPlan(t, o).Resume(t.Context(), in(t, dir))
	require.NoError(t, err)
	assert.Len(t, record.Counted(journal(t, dir)), 2)
	text, err := os.ReadFile(filepath.Join(dir, results.BenchFile))
	require.NoError(t, err)
	assert.NotContains(t, string(text), "half")
	assert.NoFileExists(t, filepath.Join(dir, ".run.json.123"))
}

func TestWhatWasAskedIsRecorded(t *testing.T) {
	o := quickly("nop", "nap/tasks=2")
	o.Serial, o.Tags = true, "special"
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

func TestABudgetIsOfASession(t *testing.T) {
	o := quickly("lonely")
	o.Rounds, o.Budget, o.Begin = 60, time.Nanosecond, time.Now()
	run, dir := measured(t, o)
	assert.Equal(t, results.OutOfTime, run.Status)
	assert.Empty(t, journal(t, dir), "there was no time for any")
	back, _ := Recorded(&run)
	assert.Zero(t, back.Budget)
	run, err := quickPlan(t, back).Resume(t.Context(), in(t, dir))
	require.NoError(t, err)
	assert.Equal(t, results.Complete, run.Status)
	assert.True(t, run.Anytime, "it is still judged after each round")
	assert.Less(t, len(counted(t, dir)["BenchmarkCost/workload=lonely/tasks=4"]), 60, "and stops where it is decided")
}
