package calibrate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results"
)

// A fake is a calibration whose sides are made up: what was measured, and how
// often the record was saved, stands in it.
type fake struct {
	*calibration
	asked   []string // a side each, in order
	saved   int
	said    bytes.Buffer
	now     time.Time
	machine meter.Machine
	answer  func(r Row, s Side, call int) (answer, error)
}

type fakeSession struct {
	*fake
	row Row
}

func (s fakeSession) close() error { return nil }

func (s fakeSession) measure(_ context.Context, side Side) (answer, error) {
	s.asked = append(s.asked, s.row.Name+": "+side.Name())
	s.now = s.now.Add(time.Second)
	if s.answer != nil {
		return s.answer(s.row, side, len(s.asked))
	}
	return answer{Ops: 10, Wall: time.Second, CPU: time.Second, Value: 1}, nil
}

func newFake(t *testing.T, o Options) *fake {
	t.Helper()
	if o.Rounds == 0 {
		o.Rounds = 3
	}
	if o.Span == 0 {
		o.Span = time.Second
	}
	rows, err := o.Rows(2)
	require.NoError(t, err)
	f := &fake{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	at := 0
	f.calibration = &calibration{
		options: o, rows: rows, cpus: []int{0, 1}, record: &results.Calibration{}, mine: map[string]bool{},
		clock:    func() time.Time { return f.now },
		host:     func() (meter.Machine, error) { return f.machine, nil },
		core:     func(cpu int) string { return fmt.Sprint(cpu) },
		obstacle: func(Row) string { return "" },
		save:     func() error { f.saved++; return nil },
		show:     Lines(&f.said),
	}
	f.open = func(c Comparison, cpus []int) (session, error) {
		for ; at < len(rows); at++ {
			if rows[at].Name == c.Name && rows[at].Place.CPUs == len(cpus) {
				return fakeSession{f, rows[at]}, nil
			}
		}
		return nil, errors.New("no such row")
	}
	return f
}

func TestTheSidesOfARoundAreAdjacentInADrawnOrder(t *testing.T) {
	o := Options{Only: []string{"dispatch", "pipe"}, Places: []string{"two"}, Rounds: 12, Seed: 7}
	f := newFake(t, o)
	require.NoError(t, f.all(t.Context()))
	require.Len(t, f.record.Rows, 2)
	assert.Equal(t, results.Complete, f.record.Status)
	at := 0
	for _, row := range f.record.Rows {
		orders := map[string]bool{}
		for round := 1; round <= o.Rounds; round++ {
			order, seen := "", map[int]bool{}
			for place := range row.Sides {
				r := row.Readings[(round-1)*len(row.Sides)+place]
				assert.Equal(t, round, r.Round)
				assert.Equal(t, place+1, r.Order)
				assert.Equal(t, row.Name+": "+row.Sides[r.Side], f.asked[at], "the record says what was run")
				order, seen[r.Side] = order+fmt.Sprint(r.Side), true
				at++
			}
			assert.Len(t, seen, len(row.Sides), "each side once a round")
			orders[order] = true
		}
		assert.Greater(t, len(orders), 1, "the order is drawn anew")
		assert.Equal(t, o.Rounds, row.Rounds())
	}
	again := newFake(t, o)
	require.NoError(t, again.all(t.Context()))
	assert.Equal(t, f.asked, again.asked, "the seed makes the order")
	alone := newFake(t, Options{Only: []string{"pipe"}, Places: []string{"two"}, Rounds: 12, Seed: 7})
	require.NoError(t, alone.all(t.Context()))
	assert.Equal(t, f.asked[:len(alone.asked)], alone.asked, "whatever else is measured")
}

func TestAnInterruptKeepsAllRoundsButTheOneInFlight(t *testing.T) {
	f := newFake(t, Options{Only: []string{"pipe", "queue"}, Places: []string{"two"}})
	ctx, interrupt := context.WithCancel(t.Context())
	f.answer = func(_ Row, _ Side, call int) (answer, error) {
		if call == 6+2+1 { // in the second round of the second row
			interrupt()
			return answer{}, ctx.Err()
		}
		return answer{Ops: 1, Wall: 1, CPU: 1}, nil
	}
	require.NoError(t, f.all(ctx))
	assert.Equal(t, results.Interrupted, f.record.Status)
	require.Len(t, f.record.Rows, 2)
	assert.Equal(t, 3, f.record.Rows[0].Rounds())
	assert.Equal(t, 1, f.record.Rows[1].Rounds())
	assert.Len(t, f.record.Rows[1].Readings, 2)
	assert.GreaterOrEqual(t, f.saved, 4, "every round is saved")
}

func TestARowThatIsNotWholeReplacesNoOlderOne(t *testing.T) {
	f := newFake(t, Options{Only: []string{"pipe"}, Places: []string{"two"}})
	older := f.blank(f.rows[0])
	older.Commit = "before"
	other := results.CalibrationRow{Name: "echo-eventloop", Place: "one CPU", Op: "request"}
	f.record.Rows = []results.CalibrationRow{other, older}
	ctx, interrupt := context.WithCancel(t.Context())
	f.answer = func(_ Row, _ Side, call int) (answer, error) {
		if call == 3 {
			interrupt()
		}
		return answer{Ops: 1, Wall: 1, CPU: 1}, nil
	}
	require.ErrorIs(t, f.all(ctx), ErrNothing)
	require.Len(t, f.record.Rows, 2)
	assert.Equal(t, older, f.record.Rows[1])

	f.answer = nil
	require.NoError(t, newFakeFrom(t, f).all(t.Context()))
	require.Len(t, f.record.Rows, 2)
	assert.Equal(t, other, f.record.Rows[0], "what was not asked for stays")
	assert.Equal(t, 3, f.record.Rows[1].Rounds(), "a whole one replaces it")
}

// newFakeFrom is a fake of the same options that goes on with f's record.
func newFakeFrom(t *testing.T, f *fake) *fake {
	again := newFake(t, f.options)
	again.record = f.record
	return again
}

func TestASideThatFailsIsReportedAndTheOthersGoOn(t *testing.T) {
	f := newFake(t, Options{Only: []string{"pipe", "queue"}, Places: []string{"two"}})
	f.answer = func(r Row, s Side, call int) (answer, error) {
		if r.Name == "pipe" && s.C != "" && call > 2 {
			return answer{}, errors.New("exit status 1: read: no such luck")
		}
		return answer{Ops: 1, Wall: 1, CPU: 1}, nil
	}
	require.NoError(t, f.all(t.Context()))
	assert.Equal(t, results.FailedCells, f.record.Status)
	require.Len(t, f.record.Rows, 2)
	assert.Equal(t, "C pthreads in round 2: exit status 1: read: no such luck", f.record.Rows[0].Failed)
	assert.Empty(t, f.record.Rows[1].Failed)
	assert.Equal(t, 3, f.record.Rows[1].Rounds())
	assert.Contains(t, f.said.String(), "no such luck")
}

func TestWorkThatDiffersIsAFailure(t *testing.T) {
	f := newFake(t, Options{Only: []string{"echo-threads"}, Places: []string{"two"}})
	f.answer = func(_ Row, s Side, _ int) (answer, error) {
		return answer{Ops: 1, Wall: 1, CPU: 1, Sum: "5eed" + s.C}, nil
	}
	require.ErrorIs(t, f.all(t.Context()), ErrNothing)
	assert.Contains(t, f.record.Rows[0].Failed, "its work is not that of the other side")
	assert.Empty(t, f.record.Rows[0].Readings)
}

func TestWhatCannotRunSaysWhy(t *testing.T) {
	f := newFake(t, Options{Only: []string{"echo-uring", "queue"}, Places: []string{"two"}})
	f.obstacle = func(r Row) string {
		if r.Name == "queue" {
			return "no moon tonight"
		}
		return ""
	}
	f.answer = func(Row, Side, int) (answer, error) {
		return answer{NotRunnable: "io_uring_setup: Operation not permitted"}, nil
	}
	require.ErrorIs(t, f.all(t.Context()), ErrNothing)
	assert.Equal(t, results.Complete, f.record.Status, "no failure")
	assert.Contains(t, f.record.Rows[0].NotRunnable, "Operation not permitted")
	assert.Equal(t, "no moon tonight", f.record.Rows[1].NotRunnable)
}

func TestTheBudgetStopsBetweenRounds(t *testing.T) {
	f := newFake(t, Options{Only: []string{"pipe", "queue"}, Places: []string{"two"}, Budget: 9 * time.Second})
	require.NoError(t, f.all(t.Context()))
	assert.Equal(t, results.OutOfTime, f.record.Status)
	assert.Equal(t, 3, f.record.Rows[0].Rounds())
	assert.Equal(t, 1, f.record.Rows[1].Rounds(), "8 s are over, and another round takes 2")
}

func TestAFailureWeighsMoreThanTheTimeThatIsOver(t *testing.T) {
	f := newFake(t, Options{Only: []string{"pipe", "queue"}, Places: []string{"two"}, Budget: 5 * time.Second})
	f.answer = func(r Row, _ Side, _ int) (answer, error) {
		if r.Name == "pipe" {
			return answer{}, errors.New("no such luck")
		}
		return answer{Ops: 1, Wall: 1, CPU: 1}, nil
	}
	require.NoError(t, f.all(t.Context()))
	assert.Equal(t, 2, f.record.Rows[1].Rounds(), "the time was over")
	assert.Equal(t, results.FailedCells, f.record.Status)
}

func TestWhatIsEmptyIsNotSaved(t *testing.T) {
	only := Options{Only: []string{"pipe"}, Places: []string{"two"}}
	f := newFake(t, only)
	ctx, interrupt := context.WithCancel(t.Context())
	f.answer = func(Row, Side, int) (answer, error) {
		interrupt()
		return answer{}, ctx.Err()
	}
	assert.ErrorIs(t, f.all(ctx), ErrNothing)
	assert.Zero(t, f.saved)
	assert.Equal(t, results.Interrupted, f.record.Status)

	only.Budget = time.Millisecond
	f = newFake(t, only)
	older := results.CalibrationRow{Name: "queue", Place: "two CPUs", Readings: []results.Reading{{Round: 1}}}
	f.record.Rows = []results.CalibrationRow{older}
	assert.ErrorIs(t, f.all(t.Context()), ErrNothing)
	assert.Zero(t, f.saved, "what is there is of another time")
	assert.Equal(t, results.OutOfTime, f.record.Status)

	only.Budget = 0
	f = newFake(t, only)
	f.obstacle = func(Row) string { return "no moon tonight" }
	assert.ErrorIs(t, f.all(t.Context()), ErrNothing)
	assert.Zero(t, f.saved)
}

func TestDisturbedRoundsAreMeasuredAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		stolen          []int // rounds, in the order of measurement
		again           []int // which rounds the extra ones measure
		disturbed, left int
	}{
		"none":           {nil, nil, 0, 0},
		"one":            {[]int{2}, []int{2}, 1, 0},
		"one, and again": {[]int{2, 7}, []int{2, 2}, 1, 0},
		"too many":       {[]int{1, 2, 3, 4}, []int{1, 2, 3}, 4, 1},
		"all":            {[]int{1, 2, 3, 4, 5, 6, 7, 8, 9}, []int{1, 2, 3}, 6, 6},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, Options{Only: []string{"pipe"}, Places: []string{"two"}, Rounds: 6})
			f.answer = func(_ Row, _ Side, call int) (answer, error) {
				f.machine.Total += 100
				if slices.Contains(tc.stolen, (call+1)/2) {
					f.machine.Steal += 6
				} else {
					f.machine.Steal += 5
				}
				return answer{Ops: 1, Wall: time.Duration(call), CPU: 1}, nil
			}
			require.NoError(t, f.all(t.Context()))
			row := f.record.Rows[0]
			var again []int
			for _, r := range row.Readings {
				if r.Again != 0 && r.Order == 1 {
					again = append(again, r.Again)
				}
			}
			assert.Equal(t, tc.again, again)
			assert.Len(t, row.Readings, 2*(6+len(again)), "all are kept")
			disturbed, left := row.Disturbed()
			assert.Equal(t, []int{tc.disturbed, tc.left}, []int{disturbed, left})
			assert.Equal(t, 6, row.Rounds())
			assert.Equal(t, 6, row.Fidelity(row.Gauges[0]).Ratio.N)
			assert.Equal(t, results.Complete, f.record.Status)
		})
	}
}

func TestTargetsAreForTwoCPUs(t *testing.T) {
	for _, r := range newFake(t, Options{}).rows {
		targets := 0
		for _, g := range r.blank().Gauges {
			if g.Target > 0 {
				targets++
			}
		}
		if r.Place.CPUs == 2 {
			assert.Positive(t, targets, r.Name)
		} else {
			assert.Zero(t, targets, r.Name)
		}
		assert.Len(t, r.blank().Gauges, len(r.Gauges))
	}
}

func TestARowSaysWhatItWasMeasuredWith(t *testing.T) {
	f := newFake(t, Options{Only: []string{"pipe"}, Rounds: 4, Seed: 9})
	f.record.Commit = "abc"
	began := f.now
	require.NoError(t, f.all(t.Context()))
	require.Len(t, f.record.Rows, 2)
	assert.Equal(t, results.Conditions{Measured: began, Commit: "abc", Planned: 4, Span: time.Second, Seed: 9}, f.record.Rows[0].Conditions)
	assert.Equal(t, []int{1}, f.record.Rows[0].CPUs)
	assert.Equal(t, []int{0, 1}, f.record.Rows[1].CPUs)
}

func TestCPUsOfDifferentCoresArePreferred(t *testing.T) {
	pairs := func(cpu int) string { return fmt.Sprint(cpu / 2) }  // 0 and 1 share a core
	halves := func(cpu int) string { return fmt.Sprint(cpu % 2) } // 0 and 2 do
	own := func(cpu int) string { return fmt.Sprint(cpu) }
	for _, tc := range []struct {
		cpus []int
		n    int
		core func(int) string
		want []int
	}{
		{[]int{0, 1, 2, 3}, 2, own, []int{2, 3}},
		{[]int{0, 1, 2, 3}, 2, pairs, []int{1, 3}},
		{[]int{0, 1, 2, 3}, 2, halves, []int{2, 3}},
		{[]int{0, 1, 2, 3}, 1, pairs, []int{3}},
		{[]int{0, 1}, 2, pairs, []int{0, 1}},
		{[]int{4, 6, 7}, 2, pairs, []int{4, 7}},
		{[]int{5}, 1, own, []int{5}},
	} {
		assert.Equal(t, tc.want, pick(tc.cpus, tc.n, tc.core), "%+v", tc.cpus)
	}
	assert.NotEmpty(t, core(0))
	assert.NotEqual(t, core(1<<20), core(1<<20+1), "unknown ones are apart")
}

func TestWhatDoesNotFitIsNotInherited(t *testing.T) {
	made := func() *results.Calibration {
		c := &results.Calibration{Go: "go1.26.0", Compiler: "gcc 12", Machine: results.Env{Kernel: "6.1"}}
		for _, name := range []string{"pipe", "dispatch"} {
			for _, r := range newFake(t, Options{Only: []string{name}, Places: []string{"two"}}).rows {
				row := r.blank()
				row.Readings = []results.Reading{{Round: 1, Ops: 1, Wall: 1}}
				c.Rows = append(c.Rows, row)
			}
		}
		return c
	}
	names := func(rows []results.CalibrationRow) (all []string) {
		for _, r := range rows {
			all = append(all, r.Name)
		}
		return all
	}
	for name, tc := range map[string]struct {
		change func(older, record *results.Calibration)
		kept   []string
		says   []string
	}{
		"nothing":  {func(_, _ *results.Calibration) {}, []string{"pipe", "dispatch"}, nil},
		"Go":       {func(_, now *results.Calibration) { now.Go = "go1.27.0" }, nil, []string{"their Go was go1.26.0, and now it is go1.27.0 (pipe on two CPUs, dispatch on two CPUs)"}},
		"kernel":   {func(_, now *results.Calibration) { now.Machine.Kernel = "7.0" }, nil, []string{"their kernel was 6.1, and now it is 7.0 (pipe on two CPUs, dispatch on two CPUs)"}},
		"compiler": {func(_, now *results.Calibration) { now.Compiler = "clang" }, []string{"dispatch"}, []string{"their C compiler was gcc 12, and now it is clang (pipe on two CPUs)"}},
		"gone":     {func(old, _ *results.Calibration) { old.Rows[0].Name = "pip" }, []string{"dispatch"}, []string{"there is no such comparison any more (pip on two CPUs)"}},
		"other":    {func(old, _ *results.Calibration) { old.Rows[1].Sides = old.Rows[1].Sides[:2] }, []string{"pipe"}, []string{"the comparison is another by now (dispatch on two CPUs)"}},
	} {
		t.Run(name, func(t *testing.T) {
			older, record := made(), made()
			tc.change(older, record)
			rows, left := Inherit(older, record)
			assert.Equal(t, tc.kept, names(rows))
			assert.Equal(t, tc.says, left)
		})
	}
	older := made()
	older.Rows[0].Gauges = nil
	rows, _ := Inherit(older, made())
	assert.NotEmpty(t, rows[0].Gauges, "targets are today's")
	older.Rows[0].Name, older.Rows[0].Readings = "pip", nil
	rows, left := Inherit(older, made())
	assert.Len(t, rows, 1)
	assert.Empty(t, left, "what was not measured is no loss")
}

func TestTheEstimateLeavesOutWhatCannotRun(t *testing.T) {
	f := newFake(t, Options{Only: []string{"pipe", "queue"}, Places: []string{"two"}})
	f.obstacle = func(r Row) string {
		if r.Name == "queue" {
			return "no moon tonight"
		}
		return ""
	}
	require.NoError(t, f.all(t.Context()))
	assert.Contains(t, f.said.String(), "1 comparison, 3 rounds each: about 7s")
}

func TestTheTimeLeftFollowsWhatRoundsTake(t *testing.T) {
	f := newFake(t, Options{Only: []string{"pipe"}, Places: []string{"two"}, Rounds: 4, Span: 130 * time.Millisecond})
	require.Equal(t, 500*time.Millisecond, f.options.round(f.rows[0]))
	assert.Equal(t, 2*time.Second, f.options.Estimate(f.rows))
	f.spent, f.paid = 2*time.Second, 500*time.Millisecond
	assert.Equal(t, 6*time.Second, f.left(0, f.rows[0], 1))
}

func TestObstacles(t *testing.T) {
	row := func(name string, cpus int) Row {
		for _, c := range Comparisons {
			if c.Name == name {
				return Row{c, Place{"", "", cpus}}
			}
		}
		t.Fatal(name)
		return Row{}
	}
	assert.Empty(t, obstacle(row("idle-goroutine", 1), 1, nil))
	assert.Equal(t, "needs 2 CPUs, and this process may use 1", obstacle(row("idle-goroutine", 2), 1, nil))
	strange := row("dispatch", 1)
	strange.Like = append(strange.Like, Side{Model: "gopol"})
	assert.Contains(t, obstacle(strange, 1, nil), `did you mean "gopool"`)
}

func TestAReferenceThatIsMissingSaysWhy(t *testing.T) {
	strange := Row{Comparison{Own: Side{Model: "goroutines"}, Like: []Side{{C: "spawn"}}}, Places[0]}
	assert.Equal(t, "no compiler", obstacle(strange, 2, map[string]string{"spawn": "no compiler"}))
}

func TestOptionsNameWhatIsAllowed(t *testing.T) {
	good := Options{Rounds: 20, Span: time.Second}
	rows, err := good.Rows(2)
	require.NoError(t, err)
	once := 0
	for _, c := range Comparisons {
		if c.Once {
			once++
		}
	}
	assert.Len(t, rows, 2*len(Comparisons)-once)
	alone, err := Options{Rounds: 20, Span: time.Second, Places: []string{"one"}, Only: []string{"idle-thread"}}.Rows(1)
	require.NoError(t, err)
	assert.Equal(t, "one CPU", alone[0].Place.Text, "the most there are")
	for says, o := range map[string]Options{
		"want 1 or more":            {Span: time.Second},
		"want 1ms to 1m":            {Rounds: 1, Span: time.Hour},
		"--budget":                  {Rounds: 1, Span: time.Second, Budget: -1},
		`did you mean "pipe"`:       {Rounds: 1, Span: time.Second, Only: []string{"pip"}},
		"there are one, two":        {Rounds: 1, Span: time.Second, Places: []string{"seventeen"}},
		"runs on two CPUs only":     {Rounds: 1, Span: time.Second, Only: []string{"idle-thread"}, Places: []string{"one"}},
		`unknown comparison "queu"`: {Rounds: 1, Span: time.Second, Only: []string{"pipe", "queu"}},
	} {
		_, err := o.Rows(2)
		assert.ErrorContains(t, err, says)
	}
}

// The table is read by people and by tests of the targets: a name
// stands once, and every row of it can be judged or is shown on purpose.
func TestTheTableIsWhole(t *testing.T) {
	names := map[string]bool{}
	for _, c := range Comparisons {
		assert.False(t, names[c.Name], c.Name)
		names[c.Name] = true
		assert.NotEmpty(t, c.What)
		assert.NotEmpty(t, c.Op)
		assert.NotEmpty(t, c.Own.Model)
		targets := 0
		for _, g := range c.Gauges {
			if g.Target > 0 {
				targets++
			}
		}
		assert.Positive(t, targets, c.Name)
		for _, s := range c.sides() {
			assert.NotEmpty(t, s.Name())
			assert.True(t, (s.Model == "") == (s.C != ""), "a side is in Go or in C")
		}
	}
}
