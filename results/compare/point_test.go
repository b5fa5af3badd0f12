package compare

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/results/record"
)

// arm has samples of ns/op in the cycles from 0, NaN for none.
func arm(name string, samples ...float64) *record.Arm {
	a := &record.Arm{Name: name}
	for c, v := range samples {
		if !math.IsNaN(v) {
			a.Add(c, record.Sample{N: 1, Values: values{"ns/op": v}})
		}
	}
	return a
}

func TestTheDifferenceIsTheMedianOverTheCyclesThatBothHave(t *testing.T) {
	none := math.NaN()
	base, head := arm(BaseArm, 100, 200, none, 100, 100), arm(HeadArm, 110, 210, 1, none, 900)
	p, ok, err := newPoint(base, head, "ns/op", false)
	assert.NoError(t, err)
	assert.True(t, ok)
	assert.InDelta(t, math.Log(1.1), p.d, 1e-12, "of 1.1, 1.05 and 9")
	assert.InDelta(t, math.Log((110.0+210+1+900)/4/125), p.mean, 1e-12, "of all samples")
	assert.Equal(t, 100.0, p.base)
	assert.Equal(t, 160.0, p.head)
	assert.False(t, p.long)

	turned, _, _ := newPoint(base, head, "ns/op", true)
	assert.Equal(t, -p.d, turned.d, "more is better: above 0 is worse")
	assert.Equal(t, -p.mean, turned.mean)
	flipped := p.flipped()
	assert.Equal(t, []float64{p.head, p.base, -p.d, -p.mean}, []float64{flipped.base, flipped.head, flipped.d, flipped.mean})
}

func TestAProcessesOwnFigureIsOfItsLongSamples(t *testing.T) {
	base, head := arm(BaseArm, 100), arm(HeadArm, 100)
	for i, v := range []float64{30, 10, 20} {
		base.AddLong(record.Sample{N: 50, Values: values{"ns/op": v}})
		head.AddLong(record.Sample{N: 50, Values: values{"ns/op": v + float64(i)}})
	}
	p, _, _ := newPoint(base, head, "ns/op", false)
	assert.Equal(t, []float64{20, 22}, []float64{p.base, p.head})
	assert.Zero(t, p.d, "the difference is of what was measured in turns")
	assert.True(t, p.long)
	head.LongN = 51
	p, _, _ = newPoint(base, head, "ns/op", false)
	assert.False(t, p.long, "figures are exact only at equal numbers of iterations")
}

func TestZeroFigures(t *testing.T) {
	for _, test := range []struct{ base, head, want float64 }{{0, 0, 0}, {0, 1, math.Inf(1)}, {1, 0, math.Inf(-1)}} {
		p, ok, err := newPoint(arm(BaseArm, test.base), arm(HeadArm, test.head), "ns/op", false)
		assert.NoError(t, err)
		assert.True(t, ok)
		assert.Equal(t, test.want, p.d)
	}
	p, _, _ := newPoint(arm(BaseArm, 0, 1), arm(HeadArm, 1, 0), "ns/op", false)
	assert.Zero(t, p.d, "a cycle each way: the processes' own figures are the same")
	_, ok, _ := newPoint(arm(BaseArm, 1), arm(HeadArm), "ns/op", false)
	assert.False(t, ok)
	_, _, err := newPoint(arm(BaseArm, -1), arm(HeadArm, 2), "ns/op", false)
	assert.ErrorContains(t, err, "-1 ns/op has no ratio")
}

func TestDirections(t *testing.T) {
	for unit, more := range map[string]bool{"MB/s": true, "req/sec": true, "rows/second": true, "ns/op": false, "B/op": false, "score": false} {
		assert.Equal(t, more, higher(unit, nil), unit)
	}
	k := Package{Config: []string{"goos: linux", "Unit score better=higher", "Unit MB/s assume=exact better=lower", "Unit x"}}
	assert.True(t, higher("score", k.better()))
	assert.False(t, higher("MB/s", k.better()), "a Unit line overrides")
}
