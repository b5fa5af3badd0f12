package reference

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

func TestARowThatIsNotWholeReplacesNoOlderOne(t *testing.T) {
	row := func(name, commit string, rounds ...record.Round) results.CalibrationRow {
		r := results.CalibrationRow{Name: name, Place: "two CPUs", Rounds: rounds, Conditions: results.Conditions{Commit: commit}}
		if commit == "now" {
			r.Measured = time.Unix(1_800_000_000, 5)
		}
		return r
	}
	c := &results.Calibration{Rows: []results.CalibrationRow{row("echo-eventloop", "before"), row("pipe", "before", round(1, 1))}}
	assert.False(t, keep(c, row("pipe", "now", round(1, 2)), false))
	assert.False(t, keep(c, row("queue", "now"), false), "nor is there anything to keep of what was not begun")
	require.Len(t, c.Rows, 2)
	assert.Equal(t, "before", c.Rows[1].Commit)

	assert.True(t, keep(c, row("thread-join", "now", round(1, 2)), false), "where there is none, a part is better than nothing")
	assert.True(t, keep(c, row("thread-join", "now", round(1, 2), round(2, 2)), false), "nor is more of it lost after a resume")
	assert.Equal(t, 2, c.Rows[1].Whole())
	assert.True(t, keep(c, row("pipe", "now", round(1, 2)), true))
	require.Len(t, c.Rows, 3)
	assert.Equal(t, "before", c.Rows[0].Commit, "what was not asked for stays")
	assert.Equal(t, "thread-join", c.Rows[1].Name, "in the order of the table")
	assert.Equal(t, "now", c.Rows[2].Commit, "a whole one replaces it")
}

func TestAFailureWeighsMoreThanTheTimeThatIsOver(t *testing.T) {
	rows := []results.CalibrationRow{{}, {Failed: "no such luck"}}
	assert.Equal(t, results.FailedCells, ended(results.OutOfTime, rows))
	assert.Equal(t, results.FailedCells, ended(results.Complete, rows))
	assert.Equal(t, results.Interrupted, ended(results.Interrupted, rows))
	assert.Equal(t, results.OutOfTime, ended(results.OutOfTime, rows[:1]))
}

func TestWorkThatDiffersNamesBothSides(t *testing.T) {
	var p proof
	figures := map[string]float64{"ns/op": 1, "checksum": 12}
	require.NoError(t, p.check("C epoll", figures))
	assert.NotContains(t, figures, "checksum", "it is no figure")
	require.NoError(t, p.check("eventloop", map[string]float64{"checksum": 12}))
	require.NoError(t, p.check("other", map[string]float64{}), "some have none")
	assert.EqualError(t, p.check("eventloop", map[string]float64{"checksum": 13}), "its work is not that of C epoll: checksum 13, not 12")
}

func TestWhatWasBegunGoesOnWhereNothingHasChanged(t *testing.T) {
	dir := t.TempDir()
	_, _, err := Begun(dir, nil)
	assert.ErrorContains(t, err, "nothing to be resumed")

	now := results.Calibration{Version: results.Version, Go: "go1.26.0", Compiler: "gcc 12", Commit: "abc", Seed: 7, Rounds: 9}
	require.NoError(t, Begin(dir, now, rows(t, Options{Only: []string{"queue", "pipe"}})))
	begun, all, err := Begun(dir, []int{0, 1})
	require.NoError(t, err)
	assert.EqualValues(t, 7, begun.Seed)
	assert.Equal(t, 9, begun.Rounds)
	var names []string
	for _, r := range all {
		names = append(names, r.Block())
	}
	assert.Equal(t, []string{"pipe on one CPU", "pipe on two CPUs", "queue on one CPU", "queue on two CPUs"}, names)
	assert.Equal(t, []int{0, 1}, all[1].CPUs)

	assert.NoError(t, Goes(begun, &now))
	for says, change := range map[string]func(*results.Calibration){
		"its Go was go1.26.0, and now it is go1.27.0":   func(c *results.Calibration) { c.Go = "go1.27.0" },
		"its C compiler was gcc 12, and now it is none": func(c *results.Calibration) { c.Compiler = "" },
		"its commit was abc, and now it is abc+changes": func(c *results.Calibration) { c.Commit += "+changes" },
	} {
		other := now
		change(&other)
		assert.ErrorContains(t, Goes(begun, &other), says)
		assert.ErrorContains(t, Goes(begun, &other), "leave --resume out")
	}
}

func TestANewJournalIsEmpty(t *testing.T) {
	dir := t.TempDir()
	lines, err := record.OpenRounds(dir)
	require.NoError(t, err)
	require.NoError(t, lines.Append(round(1, 1)))
	require.NoError(t, lines.Close())
	require.NoError(t, Begin(dir, results.Calibration{Version: results.Version}, nil))
	left, _, err := record.ReadRounds(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}
