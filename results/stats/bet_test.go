package stats

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plainWins is E as its definition has it.
func plainWins(d []float64, theta float64) float64 {
	e := 0.0
	for _, c := range []float64{0.5, 1, 2, 4} {
		won := 1.0
		var sizes []float64
		for _, v := range d {
			x := v - theta
			sizes = append(sizes, math.Abs(x))
			if x != 0 {
				won *= 1 + math.Copysign(min(0.98, math.Tanh(c*math.Abs(x)/Median(sizes))), x)
			}
		}
		e += won / 4
	}
	return e
}

func TestWinsAreTheirFormula(t *testing.T) {
	r := random(1)
	for _, z := range noises {
		for n := range 40 {
			d := z.series(r, n, 0.5, 1)
			for _, theta := range []float64{-3, 0, 0.5, 2} {
				require.InEpsilon(t, plainWins(d, theta), newBook(d).wins(theta), 1e-9, "%s %v", z.name, d)
			}
		}
	}
}

// Whatever the sizes are: over all their signs, each equally likely, the bet
// wins nothing. So it wins nothing whatever the distribution is, if symmetric.
func TestNoBetWinsOnFairCoins(t *testing.T) {
	const n = 10
	r := random(2)
	for _, z := range noises {
		sizes := z.series(r, n, 0, 1)
		sizes[3] = 0
		sizes[5], sizes[6] = sizes[4], sizes[4]
		all, evidence := 0.0, 0.0
		d := make([]float64, n)
		for signs := range 1 << n {
			for i := range d {
				d[i] = sizes[i] * float64(signs>>i&1*2-1)
			}
			all += newBook(d).wins(0)
			evidence += TwoSided(d, 0)
		}
		assert.InDelta(t, 1, all/(1<<n), 1e-9, z.name)
		assert.LessOrEqual(t, evidence/(1<<n), 1.0, z.name)
		assert.Greater(t, evidence/(1<<n), 0.3, "evidence that is thrown away: %s", z.name)
	}
}

func TestEvidenceFallsAsThetaRises(t *testing.T) {
	r := random(3)
	for _, z := range noises {
		for n := 1; n <= 30; n++ {
			d := z.series(r, n, 1, 1)
			last := math.Inf(1)
			for theta := -5.0; theta < 5; theta += 0.25 {
				e := Evidence(d, theta)
				// Not by a hair: each theta is itself looked up, and not those between.
				require.LessOrEqual(t, e, max(last*1.05, 1), "%s n=%d θ=%v", z.name, n, theta)
				last = min(last, e)
			}
		}
	}
}

func TestEvidenceOfNothing(t *testing.T) {
	assert.Equal(t, 1.0, Evidence(nil, 0))
	assert.Equal(t, 1.0, Evidence(make([]float64, 100), 0), "no difference is not a difference")
	assert.LessOrEqual(t, Evidence([]float64{-1, 0, 1}, 0), 1.0)
	assert.LessOrEqual(t, Evidence([]float64{1000, 900, 800, -1e-9, -1e-9, -1e-9, -1e-9}, 0), 1.0, "the median is not above 0")
}

func TestEqualDifferencesAreTheMostEvidence(t *testing.T) {
	r := random(4)
	for n := 1; n < 30; n++ {
		most := Evidence(slices.Repeat([]float64{0.3}, n), 0)
		assert.InEpsilon(t, equal(n), most, 1e-9)
		for _, z := range noises {
			d := z.series(r, n, 0, 1)
			for i, x := range d {
				d[i] = math.Abs(x)
			}
			assert.LessOrEqual(t, Evidence(d, 0), most*(1+1e-9))
		}
	}
}

func TestEvidenceIsOfTheSameUnitAndZero(t *testing.T) {
	r := random(5)
	d := laplace.series(r, 20, 1, 1)
	milli, moved := make([]float64, len(d)), make([]float64, len(d))
	for i, x := range d {
		milli[i], moved[i] = x/1024, x+4
	}
	assert.InEpsilon(t, Evidence(d, 0.25), Evidence(milli, 0.25/1024), 1e-6)
	assert.InEpsilon(t, Evidence(d, 0.25), Evidence(moved, 4.25), 1e-6)
}

func TestEvidenceOfWhatIsInfinite(t *testing.T) {
	inf := math.Inf(1)
	all := slices.Repeat([]float64{inf}, 12)
	assert.InEpsilon(t, equal(12), Evidence(all, 0), 1e-9, "from 0 allocations to some")
	assert.LessOrEqual(t, Evidence(negated(all), 0), 1.0)
	some := []float64{1, inf, 1.1, 0.9, inf, 1, 1.2, 1, 0.8, 1, 1.1, 1}
	assert.Greater(t, Evidence(some, 0), 100.0)
	assert.LessOrEqual(t, Evidence(some, 0), equal(12))
}

func TestRoundsInWhichSomethingCanBeDecided(t *testing.T) {
	// log₂(2m/α) and about two.
	for m, want := range map[int]int{1: 7, 2: 8, 5: 9, 20: 11, 100: 14, 1000: 17} {
		assert.Equal(t, want, LeastRounds(m, 0.05), "m=%d", m)
	}
	for _, alpha := range []float64{0.5, 0.05, 0.025, 0.001, 1e-6} {
		n := Bet{alpha}.LeastRounds()
		assert.GreaterOrEqual(t, Evidence(slices.Repeat([]float64{1}, n), 0), 1/alpha)
		if n > 1 {
			assert.Less(t, Evidence(slices.Repeat([]float64{1}, n-1), 0), 1/alpha)
		}
	}
}
