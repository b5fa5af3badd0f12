package results

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exactEvidence is E(n,k) as its definition has it: 2ⁿ⁺¹ · Beta(k+1, n−k+1) ·
// P(Bin(n+1, ½) ≤ k), where Beta(k+1, n−k+1) is 1 / ((n+1) · binomial(n,k)).
func exactEvidence(n, k int) *big.Rat {
	beta := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Mul(big.NewInt(int64(n+1)), new(big.Int).Binomial(int64(n), int64(k))))
	atMost := new(big.Int)
	for i := 0; i <= k; i++ {
		atMost.Add(atMost, new(big.Int).Binomial(int64(n+1), int64(i)))
	}
	power := new(big.Int).Lsh(big.NewInt(1), uint(n+1))
	e := new(big.Rat).Mul(new(big.Rat).SetInt(power), beta)
	return e.Mul(e, new(big.Rat).SetFrac(atMost, power))
}

func TestEvidenceIsItsFormula(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 7, 20, 63, 200, 500} {
		for k := 0; k <= n; k += 1 + n/50 {
			// The numbers go over a float64: the logarithm is taken of 53 bits and the exponent.
			f := new(big.Float).SetRat(exactEvidence(n, k))
			mantissa := new(big.Float)
			exponent := f.MantExp(mantissa)
			m, _ := mantissa.Float64()
			want := math.Log(m) + float64(exponent)*math.Ln2
			require.InDelta(t, want, logEvidence(n, k), 1e-9*max(1, math.Abs(want)), "n=%d k=%d", n, k)
		}
	}
}

func TestEvidenceOfAllRoundsOnOneSide(t *testing.T) {
	for n := 1; n < 50; n++ {
		want := (math.Exp2(float64(n+1)) - 1) / float64(n+1)
		assert.InEpsilon(t, want, math.Exp(logEvidence(n, n)), 1e-9, "n=%d", n)
	}
}

func TestEvidenceOfTenThousandRounds(t *testing.T) {
	const n = 10_000
	assert.InDelta(t, (n+1)*math.Ln2-math.Log(n+1), logEvidence(n, n), 1e-6)
	last := math.Inf(-1)
	for k := 0; k <= n; k += 500 {
		e := logEvidence(n, k)
		require.False(t, math.IsNaN(e) || math.IsInf(e, 0), "k=%d", k)
		require.Greater(t, e, last, "more rounds above are more evidence: k=%d", k)
		last = e
	}
}

func TestIntervalHoldsWhatIsNotRejected(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	s := TwoSided(0.05, 3)
	for n := 1; n <= 40; n++ {
		d := make([]float64, n)
		for i := range d {
			d[i] = math.Round(4*r.NormFloat64()) / 4 // with ties
		}
		got := s.Interval(d)
		for theta := -4.0; theta <= 4; theta += 0.125 {
			above, below := 0, 0
			for _, x := range d {
				if x > theta {
					above++
				}
				if x < theta {
					below++
				}
			}
			rejected := s.rejects(n, above) || s.rejects(n, below)
			assert.Equal(t, !rejected, got.Lo <= theta && theta <= got.Hi, "n=%d θ=%v %v", n, theta, got)
		}
	}
}

func TestIntervalNeedsRounds(t *testing.T) {
	s := TwoSided(0.05, 1)
	require.Equal(t, 8, s.LeastRounds(), "(2⁹−1)/9 is the first to reach 2/0.05")
	d := []float64{1, 2, 3, 4, 5, 6, 7}
	assert.False(t, s.Interval(d).Bounded())
	got := s.Interval(append(d, 100))
	assert.Equal(t, Interval{Estimate: 4.5, Lo: 1, Hi: 100, N: 8}, got)

	none := s.Interval(nil)
	assert.True(t, math.IsNaN(none.Estimate))
	assert.False(t, none.Bounded())
}

func TestIntervalLeavesItsArgument(t *testing.T) {
	d := []float64{3, 1, 2}
	TwoSided(0.05, 1).Interval(d)
	assert.Equal(t, []float64{3, 1, 2}, d)
}

func TestTiesRejectNothing(t *testing.T) {
	s := Sequence{0.05}
	assert.Zero(t, s.Interval(make([]float64, 1000)).Lo, "no difference is not a difference")
	half := append(slices.Repeat([]float64{0}, 50), slices.Repeat([]float64{1}, 50)...)
	assert.LessOrEqual(t, s.Interval(half).Lo, 0.0)
}

// Where the median is θ, whether a difference lies above it is a fair coin,
// whatever else its distribution is. So the coin is the general case.
func TestLookingAfterEachRoundKeepsItsError(t *testing.T) {
	const (
		runs   = 4000
		rounds = 400
		alpha  = 0.05
	)
	s := TwoSided(alpha, 1)
	need := make([]int, rounds+1)
	for n := range need {
		need[n] = s.need(n)
	}
	r := rand.New(rand.NewPCG(2, 2))
	alarms := 0
	for range runs {
		above := 0
		for n := 1; n <= rounds; n++ {
			above += int(r.Uint64() & 1)
			if max(above, n-above) >= need[n] {
				alarms++
				break
			}
		}
	}
	rate := float64(alarms) / runs
	assert.LessOrEqual(t, rate, alpha)
	assert.Greater(t, rate, 0.01, "a test that never alarms is not one")
}

func TestLookingFindsWhatIsThere(t *testing.T) {
	s := TwoSided(0.05, 1)
	r := rand.New(rand.NewPCG(3, 3))
	found := 0
	for range 200 {
		var d []float64
		for range 60 {
			d = append(d, 0.02+0.02*r.NormFloat64())
		}
		if i := s.Interval(d); i.Lo > 0 {
			found++
			assert.InDelta(t, 0.02, i.Estimate, 0.015)
		}
	}
	assert.Greater(t, found, 190)
}

func TestMedian(t *testing.T) {
	assert.Equal(t, 2.0, median([]float64{3, 1, 2}))
	assert.Equal(t, 2.5, median([]float64{4, 3, 1, 2}))
	assert.Equal(t, math.Inf(1), median([]float64{math.Inf(1), math.Inf(1)}))
	assert.True(t, math.IsNaN(median(nil)))
}
