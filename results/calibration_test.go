package results_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/internal/fakerun"
)

func calibrated(t *testing.T, c *results.Calibration, color bool) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, results.WriteCalibration(&b, c, color))
	return b.String()
}

func TestCalibrationTable(t *testing.T) {
	want := `  CPUs                      model             like    ratio         95 % interval  rounds      target
eventloop echo ÷ C with epoll
  one  requests/s            190k             200k   0.952×        [0.941, 0.964]      20
       CPU a request      3.30 µs          3.00 µs    1.10×          [1.09, 1.11]      20
  two  requests/s            181k             200k   0.904×        [0.900, 0.907]      20    ≥ 0.950×  missed by 4.85 %
       CPU a request      3.30 µs          3.00 µs    1.10×          [1.10, 1.10]      20     ≤ 1.15×  met
       2 of 20 rounds disturbed, with over 5 % of the CPU stolen: quiet ones took the place of 1
threads ping-pong ÷ pthreads
  two  time a trip        5.50 µs          5.00 µs    1.10×          [1.09, 1.11]      20     ≤ 1.10×  undecided
gopool ÷ the fastest of ants and pond
  two  time a task        99.8 ns      125 ns pond   0.798×                             3     ≤ 1.00×  too few rounds
       CPU a task         99.8 ns      125 ns pond   0.798×                             3
eventloop, an idle task
  two  memory a task     2.96 KiB                            [2.95 KiB, 2.97 KiB]      20  ≤ 3.20 KiB  met
       measured on 2026-02-26, at 0ldc0ffee123
uring echo ÷ C with io_uring
  one  not runnable: uring: io_uring_setup: operation not permitted, as it is in many a sandbox and in most containers,
       where seccomp forbids it
threads, a tick
  two  failed: C pthreads in round 3: exit status 1

2 targets met, 1 missed, 2 undecided, 2 comparisons not measured; missed: echo on two CPUs (requests/s).
`
	text := calibrated(t, fakerun.Calibration(), false)
	table, legend, _ := strings.Cut(text, "In each round each side is a fresh process")
	assert.Equal(t, want, table)
	assert.NotEmpty(t, legend)
	for _, line := range strings.Split(text, "\n") {
		assert.LessOrEqual(t, utf8.RuneCountInString(line), 120, line)
	}
	assert.Contains(t, calibrated(t, fakerun.Calibration(), true), "\x1b[31mmissed by 4.85 %\x1b[0m")
}

// What was measured one process after the other is judged as it was then.
func TestAPublishedCalibrationPrintsAsItDid(t *testing.T) {
	dir := t.TempDir()
	data, err := os.ReadFile("published/2026-11-21-calibration.json")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, results.CalibrationFile), data, 0o666))
	c, err := results.LoadCalibration(dir)
	require.NoError(t, err)
	want, err := os.ReadFile("testdata/2026-11-21-calibration.txt")
	require.NoError(t, err)
	assert.Equal(t, string(want), calibrated(t, c, false))
}

func TestAVerdictFollowsItsInterval(t *testing.T) {
	row := func(ratios ...float64) results.CalibrationRow {
		r := results.CalibrationRow{Sides: []string{"model", "C"}}
		for round, x := range ratios {
			r.Readings = append(r.Readings,
				results.Reading{Round: round, Side: 0, Ops: 1, Wall: time.Duration(1000 * x), CPU: 1},
				results.Reading{Round: round, Side: 1, Ops: 1, Wall: 1000, CPU: 1})
		}
		return r
	}
	nine := func(x float64) []float64 {
		var all []float64
		for i := range 9 {
			all = append(all, x+0.001*float64(i))
		}
		return all
	}
	for _, tc := range []struct {
		r      results.CalibrationRow
		target float64
		want   results.Conclusion
	}{
		{row(nine(1.2)...), 1.3, results.Met},
		{row(nine(1.2)...), 1.19, results.Missed},
		{row(nine(1.2)...), 1.204, results.Undecided},
		{row(nine(1.2)[:7]...), 1.3, results.Undecided},
		{row(), 1.3, results.Undecided},
		{row(nine(1.2)...), 0, results.Untargeted},
	} {
		f := tc.r.Fidelity(results.Gauge{Quantity: results.PerOp, Target: tc.target})
		assert.Equal(t, tc.want, f.Verdict, "%+v", f)
		up := tc.r.Fidelity(results.Gauge{Quantity: results.Throughput, Target: 1 / max(tc.target, 1e-9), AtLeast: true})
		if tc.target > 0 {
			assert.Equal(t, tc.want, up.Verdict, "the same as a rate: %+v", up)
		}
	}
	missed := row(nine(1.5)...).Fidelity(results.Gauge{Quantity: results.PerOp, Target: 1.2})
	assert.InDelta(t, 0.253, missed.By(), 0.001)
	assert.True(t, math.IsNaN(row().Fidelity(results.Gauge{Quantity: results.PerOp, Target: 1}).Own))
}

// The interval is of the ratios within rounds: what slows a round slows both.
func TestRoundsArePaired(t *testing.T) {
	r := results.CalibrationRow{Sides: []string{"model", "C"}}
	for round := range 12 {
		slow := time.Duration(1 + round*round)
		r.Readings = append(r.Readings,
			results.Reading{Round: round, Side: 1, Ops: 1, Wall: 1000 * slow},
			results.Reading{Round: round, Side: 0, Ops: 1, Wall: 1100 * slow})
	}
	f := r.Fidelity(results.Gauge{Quantity: results.PerOp, Target: 1.2})
	assert.InDelta(t, 1.1, f.Ratio.Lo, 1e-9)
	assert.InDelta(t, 1.1, f.Ratio.Hi, 1e-9)
	assert.Equal(t, results.Met, f.Verdict)
}

func TestACalibrationFitsItsMachineAndGo(t *testing.T) {
	f, c := fakerun.New(1), fakerun.Calibration()
	assert.Empty(t, c.Fits(f.Run, f.Env))
	c.Go = "go1.27.0"
	assert.Equal(t, "its Go is go1.27.0, the run's go1.26.0", c.Fits(f.Run, f.Env))
	c = fakerun.Calibration()
	c.Machine.CPU = "Another CPU"
	assert.Contains(t, c.Fits(f.Run, f.Env), "CPU")
}

func TestARunAdoptsTheCalibrationBesideIt(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "run")
	require.NoError(t, fakerun.New(1).Write(dir))
	path := filepath.Join(dir, results.CalibrationFile)

	require.NoError(t, results.AdoptCalibration(dir))
	assert.NoFileExists(t, path, "there is none")
	assert.Contains(t, open(t, dir).Calibrated(), `"concbench calibrate"`)

	c := fakerun.Calibration()
	c.Go = "go1.27.0"
	require.NoError(t, results.SaveCalibration(parent, c))
	require.NoError(t, results.AdoptCalibration(dir))
	assert.NoFileExists(t, path, "it is of another Go")

	require.NoError(t, results.SaveCalibration(parent, fakerun.Calibration()))
	require.NoError(t, os.Symlink("run", filepath.Join(parent, "latest")))
	require.NoError(t, results.AdoptCalibration(filepath.Join(parent, "latest")))
	assert.FileExists(t, path)
	d := open(t, dir)
	require.NotNil(t, d.Calibration)
	assert.Contains(t, d.Calibrated(), "2 targets met, 1 missed")

	newer := fakerun.Calibration()
	newer.Started, newer.Seed = newer.Started.Add(time.Hour), 99
	require.NoError(t, results.SaveCalibration(parent, newer))
	require.NoError(t, results.AdoptCalibration(dir))
	assert.EqualValues(t, 99, open(t, dir).Calibration.Seed)
	require.NoError(t, results.SaveCalibration(parent, fakerun.Calibration()))
	require.NoError(t, results.AdoptCalibration(dir))
	assert.EqualValues(t, 99, open(t, dir).Calibration.Seed, "an older one replaces nothing")
}

func TestARunWithoutACalibrationBesideItAdoptsTheUsualOne(t *testing.T) {
	home, elsewhere := t.TempDir(), t.TempDir()
	t.Chdir(home)
	dir := filepath.Join(elsewhere, "run")
	require.NoError(t, fakerun.New(1).Write(dir))
	require.NoError(t, os.Mkdir(results.CalibrationFolder, 0o777))
	require.NoError(t, results.SaveCalibration(results.CalibrationFolder, fakerun.Calibration()))
	other := fakerun.Calibration()
	other.Machine.CPU = "Another CPU"
	require.NoError(t, results.SaveCalibration(elsewhere, other))
	require.NoError(t, results.AdoptCalibration(dir))
	assert.NotNil(t, open(t, dir).Calibration, "the one beside it is of another machine")

	near := fakerun.Calibration()
	near.Seed = 55
	near.Started = near.Started.Add(time.Hour)
	require.NoError(t, results.SaveCalibration(elsewhere, near))
	require.NoError(t, results.AdoptCalibration(dir))
	assert.EqualValues(t, 55, open(t, dir).Calibration.Seed, "the one beside it comes first")
}

func TestACalibrationWithoutReadingsIsNone(t *testing.T) {
	dir := written(t, fakerun.New(1))
	c := fakerun.Calibration()
	c.Rows = c.Rows[len(c.Rows)-2:] // one cannot run, the other failed
	require.True(t, c.Empty())
	require.NoError(t, results.SaveCalibration(dir, c))
	loaded, err := results.LoadCalibration(dir)
	require.NoError(t, err)
	assert.Nil(t, loaded)
	assert.Contains(t, open(t, dir).Calibrated(), "there is no calibration")
}

func TestAnOldCalibrationIsKeptUnderItsDate(t *testing.T) {
	dir := t.TempDir()
	c := fakerun.Calibration()
	require.NoError(t, results.SaveCalibration(dir, c))
	for _, want := range []string{"calibration-2026-03-01.json", "calibration-2026-03-01-2.json", "calibration-2026-03-01-3.json"} {
		name := results.OldCalibration(dir, c.Started)
		assert.Equal(t, want, name)
		require.NoError(t, results.KeepCalibration(dir, name))
		kept, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		now, err := os.ReadFile(filepath.Join(dir, results.CalibrationFile))
		require.NoError(t, err)
		assert.Equal(t, string(now), string(kept))
	}
}

// A row says what the header does not say of it.
func TestARowOfAnotherTimeSaysSo(t *testing.T) {
	says := func(change func(*results.CalibrationRow)) string {
		c := fakerun.Calibration()
		i := c.Row("pipe", "two CPUs")
		change(&c.Rows[i])
		c.Rows = c.Rows[i : i+1]
		lines := c.Lines()
		if len(lines) == 1 {
			return ""
		}
		return lines[1].Verdict
	}
	assert.Empty(t, says(func(*results.CalibrationRow) {}))
	assert.Equal(t, "measured on 2026-02-28, at abc, with 1 round planned, with a span of 50ms, with seed 3", says(func(r *results.CalibrationRow) {
		r.Conditions = results.Conditions{Measured: r.Measured.Add(-time.Hour * 24), Commit: "abc", Planned: 1, Span: 50 * time.Millisecond, Seed: 3}
	}))
	assert.Equal(t, "measured at an unknown commit", says(func(r *results.CalibrationRow) { r.Conditions = results.Conditions{} }))
}

func TestQuietRoundsTakeThePlaceOfDisturbedOnes(t *testing.T) {
	row := results.CalibrationRow{Sides: []string{"model", "C"}}
	add := func(number, again int, steal, ratio float64) {
		for side, wall := range []float64{1000 * ratio, 1000} {
			row.Readings = append(row.Readings, results.Reading{Round: number, Again: again, Side: side, Ops: 1, Wall: time.Duration(wall), Steal: steal * float64(side)})
		}
	}
	add(1, 0, 0.05, 1.5) // not over
	add(2, 0, 0.06, 9)
	add(3, 0, 0.06, 1.7)
	add(4, 2, 0.06, 8)
	add(5, 3, 0.2, 7)
	add(6, 2, 0, 1.6)
	f := row.Fidelity(results.Gauge{Quantity: results.PerOp})
	assert.Equal(t, 3, f.Ratio.N)
	assert.InDelta(t, 1.6, f.Ratio.Estimate, 1e-9, "of 1.5, 1.6 and, as no quiet one is there, 1.7")
	disturbed, left := row.Disturbed()
	assert.Equal(t, []int{2, 1}, []int{disturbed, left})
	assert.Equal(t, 3, row.Whole())
}

func TestACalibrationThatCannotBeReadSaysSo(t *testing.T) {
	dir := written(t, fakerun.New(1))
	path := filepath.Join(dir, results.CalibrationFile)
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o666))
	assert.Contains(t, open(t, dir).Calibrated(), "calibrate again")
	c := fakerun.Calibration()
	c.Version = 77
	require.NoError(t, results.SaveCalibration(dir, c))
	assert.Contains(t, open(t, dir).Calibrated(), "version 77")
	c = fakerun.Calibration()
	c.Machine.Kernel = "7.0.0"
	require.NoError(t, results.SaveCalibration(dir, c))
	assert.Contains(t, open(t, dir).Calibrated(), "its kernel is 7.0.0, the run's 6.18.0")
}

func TestReportsShowTheCalibration(t *testing.T) {
	dir := written(t, fakerun.New(9))
	assert.Contains(t, terminal(t, open(t, dir), false), "Models: there is no calibration of this machine")
	assert.Contains(t, markdown(t, open(t, dir)), "There is no calibration of this machine")

	require.NoError(t, results.SaveCalibration(dir, fakerun.Calibration()))
	assert.Contains(t, terminal(t, open(t, dir), false), "Models: held against their like: 2 targets met, 1 missed")
	text := markdown(t, open(t, dir))
	tablesAreEven(t, text)
	assert.Contains(t, text, "| eventloop echo ÷ C with epoll | two CPUs | requests/s | 181k | 200k | 0.904× &#91;0.900, 0.907&#93; | 20 | ≥ 0.950× | missed by 4.85 % |")
	assert.Contains(t, text, "not runnable: uring")
}

func TestACalibrationWithEvilNamesSteersNothing(t *testing.T) {
	evil := "<script>alert(1)</script>|[x](y)\x1b[2J\n# head"
	c := fakerun.Calibration()
	for i := range c.Rows {
		r := &c.Rows[i]
		r.Name, r.What, r.Op, r.Place = evil, evil, evil, evil
		for k := range r.Sides {
			r.Sides[k] = evil
		}
		if r.NotRunnable != "" {
			r.NotRunnable = evil
		}
	}
	assert.NotContains(t, calibrated(t, c, false), "\x1b")
	dir := written(t, fakerun.New(1))
	require.NoError(t, results.SaveCalibration(dir, c))
	text := markdown(t, open(t, dir))
	tablesAreEven(t, text)
	assert.NotContains(t, text, "<script")
	assert.NotContains(t, text, "\n# head")
}

// What is written holds no more than it should.
func TestACalibrationKeepsItsReadings(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, results.SaveCalibration(dir, fakerun.Calibration()))
	c, err := results.LoadCalibration(dir)
	require.NoError(t, err)
	want, err := json.Marshal(fakerun.Calibration())
	require.NoError(t, err)
	got, err := json.Marshal(c)
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got))
	none, err := results.LoadCalibration(t.TempDir())
	require.NoError(t, err)
	assert.Nil(t, none)
}
