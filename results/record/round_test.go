package record

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var nan = math.NaN()

// same holds figures against each other, of which some are no numbers.
func same(t *testing.T, want, got Figures) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		if math.IsNaN(want[i]) {
			assert.True(t, math.IsNaN(got[i]), "%v at %d", got, i)
		} else {
			assert.Equal(t, want[i], got[i], "%v at %d", got, i)
		}
	}
}

// figures are samples of one unit; NaN stands for one without it.
func figures(unit string, values ...float64) (all []Sample) {
	for _, v := range values {
		s := Sample{N: 4, Values: map[string]float64{}}
		if !math.IsNaN(v) {
			s.Values[unit] = v
		}
		all = append(all, s)
	}
	return all
}

func armOf(values ...float64) *Arm {
	a := new(Arm)
	for cycle, s := range figures("x", values...) {
		a.Add(cycle, s)
	}
	return a
}

func TestFiguresThatAreMissingAreNullInJSON(t *testing.T) {
	data, err := json.Marshal(Figures{1, nan, math.Inf(1), -0.5, 1e-300})
	require.NoError(t, err)
	assert.JSONEq(t, `[1, null, null, -0.5, 1e-300]`, string(data))
	var f Figures
	require.NoError(t, json.Unmarshal(data, &f))
	same(t, Figures{1, nan, nan, -0.5, 1e-300}, f)

	data, err = json.Marshal(Figures(nil))
	require.NoError(t, err)
	assert.Equal(t, "[]", string(data))
	assert.Error(t, json.Unmarshal([]byte(`["1"]`), &f))
}

func TestAUnitMayBeMissingInSomeSamples(t *testing.T) {
	var a Arm
	a.Add(0, Sample{N: 3, GCs: 2, Values: map[string]float64{"x": 1}})
	a.Add(2, Sample{N: 3, Values: map[string]float64{"x": 2, "late": 7}})
	a.Add(3, Sample{N: 3, GCs: 1, Values: map[string]float64{"late": 8}})
	assert.Equal(t, 3, a.N)
	assert.Equal(t, []int{0, 2, 3}, a.Cycles)
	assert.Equal(t, []int{2, 0, 1}, a.GCs)
	same(t, Figures{1, 2, nan}, a.Samples["x"])
	same(t, Figures{nan, 7, 8}, a.Samples["late"])
	assert.Equal(t, 2.0, a.At("x", 2), "by its cycle, not its place")
	for _, cycle := range []int{1, 3, 4, -1} {
		assert.True(t, math.IsNaN(a.At("x", cycle)), "cycle %d", cycle)
	}
	assert.True(t, math.IsNaN(a.At("other", 0)))
}

func TestLongSamplesAreKeptApart(t *testing.T) {
	a := armOf(1, 1)
	a.AddLong(Sample{N: 40, Values: map[string]float64{"x": 5}})
	a.AddLong(Sample{N: 40, Values: map[string]float64{"B/op": 6}})
	assert.Equal(t, 4, a.N)
	assert.Equal(t, 40, a.LongN)
	assert.Len(t, a.Cycles, 2)
	same(t, Figures{1, 1}, a.Samples["x"])
	same(t, Figures{5, nan}, a.Long["x"])
	same(t, Figures{nan, 6}, a.Long["B/op"])
}

func TestAProcesssFigureIsTheMedianOfItsLongSamples(t *testing.T) {
	a := armOf(1, 2, nan, 90)
	assert.Equal(t, 2.0, a.Figure("x"), "of all, where there are no long ones")
	for _, s := range figures("x", 10, 12) {
		a.AddLong(s)
	}
	assert.Equal(t, 11.0, a.Figure("x"))
	assert.Equal(t, 2.0, a.MedianSample("x"))
	assert.Equal(t, 31.0, a.Mean("x"))
	for _, none := range []float64{a.Figure("y"), a.MedianSample("y"), a.Mean("y")} {
		assert.True(t, math.IsNaN(none))
	}
	a.Samples["y"] = Figures{3, 4, 5}
	assert.Equal(t, 4.0, a.Figure("y"), "a unit that no long sample has")
}

func TestALogRatioIsTheMedianOverTheCyclesOfBoth(t *testing.T) {
	a, b := armOf(2, 30, 400, 8), armOf(1, 10, 100, 1)
	assert.InDelta(t, (math.Log(3)+math.Log(4))/2, a.LogRatio(b, "x"), 1e-12)
	assert.InDelta(t, -a.LogRatio(b, "x"), b.LogRatio(a, "x"), 1e-12)

	late := new(Arm)
	for i, s := range figures("x", 10, 50) {
		late.Add(i+1, s)
	}
	assert.InDelta(t, (math.Log(3)+math.Log(8))/2, a.LogRatio(late, "x"), 1e-12, "cycles 1 and 2")
	assert.InDelta(t, math.Log(4), a.LogRatio(armOf(nan, nan, 100), "x"), 1e-12)
	assert.True(t, math.IsNaN(a.LogRatio(new(Arm), "x")))
	assert.True(t, math.IsNaN(a.LogRatio(b, "y")))
}

func TestALogRatioOfZeros(t *testing.T) {
	assert.Zero(t, armOf(0, 0, 0).LogRatio(armOf(0, 0, 0), "x"))
	assert.Equal(t, math.Inf(1), armOf(1, 1, 1).LogRatio(armOf(0, 0, 0), "x"))
	assert.Equal(t, math.Inf(-1), armOf(0, 0).LogRatio(armOf(1, 1), "x"))
	assert.Zero(t, armOf(0, 2, 0).LogRatio(armOf(0, 1, 0), "x"))
}

func TestARoundIsCutWhereNoArmReachedItsLastCycle(t *testing.T) {
	whole, part, failed := Arm{Cycles: []int{0, 1, 2}}, Arm{Cycles: []int{0, 1}}, Arm{Failed: "why"}
	skipped := Arm{Cycles: []int{0, 2}} // it worked out of turn once
	for _, tc := range []struct {
		why    string
		serial string
		arms   []Arm
		cut    bool
	}{
		{"nothing was to be measured", "", nil, false},
		{"both to the end", "", []Arm{whole, whole}, false},
		{"neither", "", []Arm{part, part}, true},
		{"the last cycle is not whole", "", []Arm{whole, part}, false},
		{"a failure does not end a round", "", []Arm{failed, whole}, false},
		{"what failed reaches no end", "", []Arm{failed, part}, true},
		{"a cycle is missing in the middle", "", []Arm{skipped}, false},
		{"one after the other, and the last not to its end", "a port", []Arm{whole, part}, true},
		{"one after the other, to the end", "a port", []Arm{whole, failed, whole}, false},
	} {
		r := Round{Planned: 3, Serial: tc.serial, Arms: tc.arms}
		assert.Equal(t, tc.cut, r.Cut(), tc.why)
	}
}

func TestAnArmIsFoundByItsName(t *testing.T) {
	r := Round{Arms: []Arm{{Name: "a"}, {Name: "b"}}}
	require.NotNil(t, r.Of("b"))
	r.Of("b").N = 3
	assert.Equal(t, 3, r.Arms[1].N, "it is the round's own")
	assert.Nil(t, r.Of("c"))
}
