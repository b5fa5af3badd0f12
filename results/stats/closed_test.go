package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func randomE(r *rand.Rand, m int) []float64 {
	e := make([]float64, m)
	for i := range e {
		e[i] = math.Exp(3 * r.NormFloat64())
		if r.IntN(5) == 0 {
			e[i] = math.Round(e[i]) // with ties and zeros
		}
	}
	return e
}

// leastMean looks at every set that i is in.
func leastMean(e []float64, i int) float64 {
	least := math.Inf(1)
	for set := range 1 << len(e) {
		if set>>i&1 == 0 {
			continue
		}
		sum, n := 0.0, 0
		for j, x := range e {
			if set>>j&1 == 1 {
				sum += x
				n++
			}
		}
		least = min(least, sum/float64(n))
	}
	return least
}

func TestClosedMeanLooksAtEverySet(t *testing.T) {
	r := random(30)
	rejections := 0
	for m := range 9 {
		for range 100 {
			e := randomE(r, m)
			before := slices.Clone(e)
			adjusted, rejected := ClosedMean(e), Closed(e, 0.05)
			require.Equal(t, before, e)
			for i := range e {
				least := leastMean(e, i)
				require.InDelta(t, least, adjusted[i], 1e-9*(1+least), "%v", e)
				require.Equal(t, least >= 20, rejected[i], "%v", e)
				if rejected[i] {
					rejections++
				}
			}
		}
	}
	assert.Greater(t, rejections, 100)
}

func TestClosedRejectsMoreThanBonferroni(t *testing.T) {
	r := random(31)
	for range 200 {
		e := randomE(r, 1+r.IntN(30))
		for i, rejected := range Closed(e, 0.05) {
			if e[i] >= 20*float64(len(e)) {
				require.True(t, rejected, "%v", e)
			}
			if e[i] < 20 {
				require.False(t, rejected, "%v", e)
			}
		}
	}
}

func TestMoreEvidenceForOneRejectsNoneLess(t *testing.T) {
	r := random(32)
	for range 200 {
		e := randomE(r, 1+r.IntN(10))
		before := ClosedMean(e)
		e[r.IntN(len(e))] *= 2
		for i, after := range ClosedMean(e) {
			require.GreaterOrEqual(t, after, before[i]*(1-1e-12))
		}
	}
}

func TestClosedOfOneAndOfInfiniteEvidence(t *testing.T) {
	assert.Equal(t, []bool{true}, Closed([]float64{20}, 0.05))
	assert.Equal(t, []bool{false}, Closed([]float64{19.9}, 0.05))
	assert.Empty(t, ClosedMean(nil))
	inf := math.Inf(1)
	assert.Equal(t, []float64{inf, 1, inf}, ClosedMean([]float64{inf, 1, inf}))
	assert.Equal(t, []bool{true, false, true}, Closed([]float64{inf, 1, inf}, 0.05))
}

func TestIntervalsThatAreShownAreThoseThatDecided(t *testing.T) {
	r := random(33)
	rejections := 0
	for range 100 {
		m := 1 + r.IntN(12)
		series, e := make([][]float64, m), make([]float64, m)
		for i := range series {
			series[i] = normal.series(r, 14, float64(r.IntN(2)), 0.7)
			e[i] = TwoSided(series[i], 0)
		}
		alphas := ClosedAlpha(e, 0.05)
		for i, rejected := range Closed(e, 0.05) {
			require.LessOrEqual(t, alphas[i], 0.025)
			require.Equal(t, rejected, Bet{alphas[i]}.Interval(series[i]).Excludes(0), "%v", e)
			if rejected {
				rejections++
			}
		}
	}
	assert.Greater(t, rejections, 100)
}
