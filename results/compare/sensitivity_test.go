package compare

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// alone is the gate of a benchmark that is compared alone.
func alone(rounds int, again float64) gate {
	return gate{rule: newRule(plan()), rounds: rounds, need: 40, again: again}
}

// What catches says is tried by whole comparisons with a true change, judged by
// the evidence and not by coins.
func TestWhatIsCaughtIsCaught(t *testing.T) {
	for _, layouts := range []float64{0, 20} {
		for _, sd := range []float64{0.005, 0.02, 0.06} {
			g := alone(24, layouts)
			rng := rand.New(rand.NewPCG(7, 7))
			var d []float64
			for range 200 {
				d = append(d, sd*rng.NormFloat64())
			}
			least := g.catches(d, 0)
			found := func(change float64) float64 {
				n := 0
				const runs = 300
				for range runs {
					p := plan("BenchmarkA")
					p.Metrics = []string{"ns/op"}
					if layouts > 0 {
						p.Layouts = []int{1, 2, 3}
					}
					j := NewJudging(p)
					for i := range g.rounds {
						done, _, layout, _ := j.Next(p.Block(p.Benchmarks[0]))
						if done {
							break
						}
						r := round(i+1, "BenchmarkA", values{"ns/op": 1000}, values{"ns/op": 1000 * change * math.Exp(sd*rng.NormFloat64())})
						r.Layout = layout
						j.Add(r)
					}
					if j.Report().Regressed() {
						n++
					}
				}
				return float64(n) / runs
			}
			at, less := found(1+least), found(1+least*2/3)
			t.Logf("layouts %v, sd %v: catches %+.1f %%, found %.3f, a third less %.3f", layouts > 0, sd, 100*least, at, less)
			assert.InDelta(t, power, at, 0.15, "sd %v", sd)
			assert.Less(t, less, power-0.1, "sd %v", sd)
		}
	}
}

func TestWhatNoRoundCanCatch(t *testing.T) {
	assert.True(t, math.IsInf(alone(6, 0).catches(repeat(0.01, 20), 0), 1), "7 rounds are the least that say anything")
	assert.True(t, math.IsNaN(alone(24, 0).catches(nil, math.NaN())))
	assert.InDelta(t, 0.05, alone(24, 0).catches(make([]float64, 20), 0), 1e-9, "without any spread, the threshold itself")
	assert.True(t, math.IsInf(alone(24, 0).catches([]float64{math.Inf(1), 0}, 0), 1))
}

func TestSensitivityLine(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	p := plan("BenchmarkQuiet", "BenchmarkLoud", "BenchmarkOther")
	var all []record.Round
	for n := 1; n <= 3; n++ {
		for i, sd := range []float64{0.002, 0.2, 0.002} {
			all = append(all, round(n, p.Benchmarks[i].Name, values{"ns/op": 1000}, values{"ns/op": 1000 * math.Exp(sd*rng.NormFloat64())}))
		}
	}
	s := Judge(p, all).Sensitivity()
	assert.Equal(t, 2, s.Caught)
	assert.Equal(t, 3, s.Of)
	assert.Equal(t, "BenchmarkLoud", s.Weakest.Benchmark)
	assert.Regexp(t, `would have caught \+5 % in ns/op on 2 of 3; weakest: example.com/x BenchmarkLoud, \+\d`, s.Says())
	assert.Equal(t, s, Judge(p, all).Sensitivity(), "the same files give the same figures")
	assert.Contains(t, Judge(p, nil).Sensitivity().Says(), "unknown")

	p.Status = results.OutOfTime
	s = Judge(p, all).Sensitivity()
	assert.Zero(t, s.Caught, "there was no time for more than 3 rounds")
	assert.Contains(t, s.Says(), "in which nothing could be")
}

func TestOneQuietByLuckIsNotHeldSensitive(t *testing.T) {
	g := alone(24, 0)
	lucky := []float64{0.0001, 0.0002, 0.0003}
	assert.Greater(t, g.catches(lucky, 0.1), g.catches(lucky, 0)+0.03)
}

// A report of 100 benchmarks is to take less than 2 s; what is asserted holds on
// a loaded machine too.
func TestSensitivityTakesLittleTime(t *testing.T) {
	p, all := noise(100, 20, 0.05, 24)
	p.Kind, p.Layouts = Gate, []int{1, 2, 3}
	r := Judge(p, all)
	began := time.Now()
	assert.Equal(t, 100, r.Sensitivity().Of)
	t.Log(time.Since(began))
	assert.Less(t, time.Since(began), 30*time.Second)
}

func TestSpreads(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	require.InDelta(t, 0.886227, c4(3), 1e-6, "the table of control charts")
	require.InDelta(t, 0.939986, c4(5), 1e-6)
	sum := 0.0
	for range 20_000 {
		sum += fewSD([]float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}) / 20_000
	}
	assert.InDelta(t, 1, sum, 0.02)
	assert.True(t, math.IsNaN(fewSD([]float64{1})))
	assert.True(t, math.IsInf(fewSD([]float64{1, math.Inf(-1)}), 1))
}

func BenchmarkSensitivity(b *testing.B) {
	p, all := noise(100, 20, 0.05, 24)
	p.Kind = Gate
	r := Judge(p, all)
	for b.Loop() {
		r.Sensitivity()
	}
}
