package reference

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// rows are those that the options name, of a process with two CPUs.
func rows(t *testing.T, o Options) []Row {
	t.Helper()
	if o.Rounds == 0 {
		o.Rounds = 3
	}
	all, err := o.Rows([]int{0, 1})
	require.NoError(t, err)
	return all
}

func TestTargetsAreForTwoCPUs(t *testing.T) {
	for _, r := range rows(t, Options{}) {
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
		for _, r := range rows(t, Options{Only: []string{"pipe", "dispatch"}, Places: []string{"two"}}) {
			row := r.blank()
			row.Rounds = []record.Round{{Round: 1, Arms: []record.Arm{{Name: row.Sides[0], Cycles: []int{0}}}}}
			c.Rows = append(c.Rows, row)
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
	older.Rows[1].Rounds, older.Rows[1].Readings = nil, []results.Reading{{Round: 1, Ops: 1, Wall: 1}}
	kept, _ := Inherit(older, made())
	require.Len(t, kept, 2, "what was measured by version 1 is kept too")
	assert.NotEmpty(t, kept[0].Gauges, "targets are today's")
	older.Rows[0].Name, older.Rows[0].Rounds = "pip", nil
	kept, left := Inherit(older, made())
	assert.Len(t, kept, 1)
	assert.Empty(t, left, "what was not measured is no loss")
}

func TestObstacles(t *testing.T) {
	row := func(name string, place Place, cpus ...int) Row {
		for _, c := range Comparisons {
			if c.Name == name {
				return Row{c, place, cpus}
			}
		}
		t.Fatal(name)
		return Row{}
	}
	assert.Empty(t, obstacle(row("idle-goroutine", Places[0], 0), nil))
	assert.Equal(t, "needs 2 CPUs, and this process may use 1", obstacle(row("idle-goroutine", Places[1], 0), nil))
	strange := row("dispatch", Places[0], 0)
	strange.Like = append(strange.Like, Side{Model: "gopol"})
	assert.Contains(t, obstacle(strange, nil), `did you mean "gopool"`)
}

func TestAReferenceThatIsMissingSaysWhy(t *testing.T) {
	strange := Row{Comparison{Own: Side{Model: "goroutines"}, Like: []Side{{C: "spawn"}}}, Places[0], []int{0}}
	assert.Equal(t, "no compiler", obstacle(strange, map[string]string{"spawn": "no compiler"}))
}

func TestOptionsNameWhatIsAllowed(t *testing.T) {
	good := Options{Rounds: 20}
	all, err := good.Rows([]int{0, 1})
	require.NoError(t, err)
	once := 0
	for _, c := range Comparisons {
		if c.Once {
			once++
		}
	}
	assert.Len(t, all, 2*len(Comparisons)-once)
	alone, err := Options{Rounds: 20, Places: []string{"one"}, Only: []string{"idle-thread"}}.Rows([]int{0})
	require.NoError(t, err)
	assert.Equal(t, "one CPU", alone[0].Place.Text, "the most there are")
	for says, o := range map[string]Options{
		"want 1 or more":            {},
		"--budget":                  {Rounds: 1, Budget: -1},
		`did you mean "pipe"`:       {Rounds: 1, Only: []string{"pip"}},
		"there are one, two":        {Rounds: 1, Places: []string{"seventeen"}},
		"runs on two CPUs only":     {Rounds: 1, Only: []string{"idle-thread"}, Places: []string{"one"}},
		`unknown comparison "queu"`: {Rounds: 1, Only: []string{"pipe", "queu"}},
	} {
		_, err := o.Rows([]int{0, 1})
		assert.ErrorContains(t, err, says)
	}
}

// The table is read by people and by tests of targets: a name stands once, and
// every row of it can be judged or is shown on purpose.
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
		sides := map[string]bool{}
		for _, s := range c.sides() {
			assert.NotEmpty(t, s.Name())
			assert.False(t, sides[s.Name()], "the arms of a block have names of their own")
			sides[s.Name()] = true
			assert.True(t, (s.Model == "") == (s.C != ""), "a side is in Go or in C")
		}
	}
}
