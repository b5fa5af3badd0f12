package compare

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What catches says is tried by whole gates with a true change.
func TestWhatIsCaughtIsCaught(t *testing.T) {
	for _, sd := range []float64{0.005, 0.02, 0.06} {
		g := newGate(plan())
		rng := rand.New(rand.NewPCG(7, 7))
		var d []float64
		for range 200 {
			d = append(d, sd*rng.NormFloat64())
		}
		least := g.catches(d, 0)
		found := func(change float64) float64 {
			n := 0
			const runs = 1000
			for range runs {
				var s series
				for range g.screen {
					s.screen = append(s.screen, newPoint(1000, 1000*change*math.Exp(sd*rng.NormFloat64()), false))
				}
				st := g.screened(&s)
				v := Undecided
				for i := 0; st.candidate() && i < g.confirm && !v.decided(); i++ {
					s.add(newPoint(1000, 1000*change*math.Exp(sd*rng.NormFloat64()), false))
					v, _ = g.decide(&s, st)
				}
				if v == Slower {
					n++
				}
			}
			return float64(n) / runs
		}
		t.Logf("sd %v: catches %+.1f %%, found %.3f, a third less %.3f", sd, 100*least, found(1+least), found(1+least*2/3))
		assert.InDelta(t, power, found(1+least), 0.12, "sd %v", sd)
		assert.Less(t, found(1+least*2/3), power-0.1, "sd %v", sd)
	}
}

func TestWhatNoRoundCanCatch(t *testing.T) {
	p := plan()
	p.Confirm = 7
	g := newGate(p)
	assert.True(t, math.IsInf(g.catches(repeat(0.01, 20), 0), 1), "8 rounds are the least that say anything")
	assert.True(t, math.IsNaN(newGate(plan()).catches(nil, math.NaN())))
	assert.InDelta(t, 0.05, newGate(plan()).catches(make([]float64, 20), 0), 1e-9, "without any spread, the threshold itself")
}

func TestSensitivityLine(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	p := plan("BenchmarkQuiet", "BenchmarkLoud", "BenchmarkOther")
	var all []Sample
	for round := 1; round <= 3; round++ {
		for i, sd := range []float64{0.002, 0.2, 0.002} {
			all = append(all, sample(round, p.Benchmarks[i].Name, values{"ns/op": 1000}, values{"ns/op": 1000 * math.Exp(sd*rng.NormFloat64())}))
		}
	}
	s := Judge(p, all).Sensitivity()
	assert.Equal(t, 2, s.Caught)
	assert.Equal(t, 3, s.Of)
	assert.Equal(t, "BenchmarkLoud", s.Weakest.Benchmark)
	assert.Contains(t, s.Says(), "would have caught +5 % in ns/op on 2 of 3; weakest: example.com/x BenchmarkLoud, in which nothing could be", "it was not confirmed yet")
	assert.Equal(t, s, Judge(p, all).Sensitivity(), "the same files give the same figures")
	assert.Contains(t, Judge(p, nil).Sensitivity().Says(), "unknown")
}

func TestOneQuietByLuckIsNotHeldSensitive(t *testing.T) {
	g := newGate(plan())
	lucky := []float64{0.0001, 0.0002, 0.0003}
	assert.Greater(t, g.catches(lucky, 0.1), g.catches(lucky, 0)+0.03)
}

func TestSpreads(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	var d []float64
	for range 20_000 {
		d = append(d, 3+2*rng.NormFloat64())
	}
	assert.InDelta(t, 2, robustSD(d), 0.05)
	d[0], d[1] = math.Inf(1), 1e12
	assert.InDelta(t, 2, robustSD(d), 0.05, "outliers do not move it")
	assert.True(t, math.IsNaN(robustSD(nil)))
	assert.Zero(t, robustSD([]float64{math.Inf(1), math.Inf(1), math.Inf(1)}))

	require.InDelta(t, 0.886227, c4(3), 1e-6, "the table of control charts")
	require.InDelta(t, 0.939986, c4(5), 1e-6)
	sum := 0.0
	for range 20_000 {
		sum += fewSD([]float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}) / 20_000
	}
	assert.InDelta(t, 1, sum, 0.02)
}
