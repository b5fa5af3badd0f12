package stats

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rankSum is the sum of the ranks, by size, of those of d that are above 0.
func rankSum(d []float64) (sum int) {
	order := slices.SortedFunc(slices.Values(d), func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
	for i, x := range order {
		if x > 0 {
			sum += i + 1
		}
	}
	return sum
}

func TestSignedRankIsExact(t *testing.T) {
	r := random(20)
	for n := 1; n <= 10; n++ {
		d := normal.series(r, n, 0.3, 1)
		atLeast, signed := 0, make([]float64, n)
		for signs := range 1 << n {
			for i, x := range d {
				signed[i] = math.Abs(x) * float64(signs>>i&1*2-1)
			}
			if rankSum(signed) >= rankSum(d) {
				atLeast++
			}
		}
		assert.InDelta(t, float64(atLeast)/float64(int(1)<<n), SignedRankP(d, 0), 1e-12, "n=%d", n)
	}
}

// From the published tables of the test: with n rounds, the greatest smaller
// rank sum that is significant one-sidedly at 0.05, 0.025, 0.01 and 0.005.
func TestSignedRankAgreesWithItsTables(t *testing.T) {
	for n, critical := range map[int][4]int{
		8: {5, 3, 1, 0}, 10: {10, 8, 5, 3}, 15: {30, 25, 19, 15}, 20: {60, 52, 43, 37}, 30: {151, 137, 120, 109}, 50: {466, 434, 397, 373},
	} {
		atMost := rankSums(n)
		for i, alpha := range []float64{0.05, 0.025, 0.01, 0.005} {
			assert.LessOrEqual(t, atMost[critical[i]], alpha, "n=%d", n)
			assert.Greater(t, atMost[critical[i]+1], alpha, "n=%d", n)
		}
	}
}

func TestTiesAndZerosRejectNoMoreThanTheyMay(t *testing.T) {
	const n = 9
	for _, sizes := range [][]float64{{1, 1, 1, 1, 1, 1, 1, 1, 1}, {0, 0, 1, 1, 2, 2, 3, 3, 4}, {0, 0, 0, 0, 0, 1, 2, 3, 4}, {0, 0, 1, 2, 3, 4, 5, 6, 7}} {
		for _, alpha := range []float64{0.2, 0.05, 0.01} {
			rejected, signed := 0, make([]float64, n)
			for signs := range 1 << n {
				for i, x := range sizes {
					signed[i] = x * float64(signs>>i&1*2-1)
				}
				if SignedRankP(signed, 0) <= alpha {
					rejected++
				}
			}
			assert.LessOrEqual(t, float64(rejected), alpha*(1<<n), "%v", sizes)
		}
	}
	assert.Equal(t, 1.0, SignedRankP(make([]float64, n), 0))
}

func TestSignedRankAndItsIntervalAreOne(t *testing.T) {
	r := random(21)
	excluded := 0
	for _, z := range noises {
		for range 200 {
			d := z.series(r, 1+r.IntN(30), 0.7*r.NormFloat64(), 1)
			if r.IntN(2) == 0 {
				for i, x := range d {
					d[i] = math.Round(2*x) / 2
				}
			}
			for _, alpha := range []float64{0.05, 0.005} {
				got := SignedRank{alpha}.Interval(d)
				require.True(t, got.Lo <= got.Estimate && got.Estimate <= got.Hi, "%v", got)
				for _, theta := range []float64{-1, -0.25, 0, 0.1, 2} {
					require.Equal(t, SignedRankP(d, theta) <= alpha, got.Lo > theta, "θ=%v %v %v", theta, got, d)
					require.Equal(t, SignedRankP(negated(d), -theta) <= alpha, got.Hi < theta, "θ=%v %v %v", theta, got, d)
				}
				if got.Excludes(0) {
					excluded++
				}
			}
		}
	}
	assert.Greater(t, excluded, 200)
}

func TestSignedRankOfFiveRounds(t *testing.T) {
	// Walsh averages: 1 1.5 2 2 2.5 2.5 3 3 3.5 4 5.5 6 6.5 7 10.
	got := SignedRank{0.05}.Interval([]float64{10, 3, 1, 4, 2})
	assert.Equal(t, Interval{3, 1, 10, 5}, got, "(½)⁵ is under 0.05: only the ends")
	assert.False(t, SignedRank{0.025}.Interval([]float64{10, 3, 1, 4, 2}).Bounded())
}

func TestSignedRankNeedsRounds(t *testing.T) {
	for alpha, want := range map[float64]int{0.5: 1, 0.05: 5, 0.025: 6, 0.0125: 7, 0.001: 10} {
		s := SignedRank{alpha}
		require.Equal(t, want, s.LeastRounds(), "%v", alpha)
		d := slices.Repeat([]float64{1}, want)
		assert.True(t, s.Interval(d).Excludes(0))
		assert.False(t, s.Interval(d[1:]).Excludes(0))
	}
	assert.False(t, SignedRank{0.05}.Interval(nil).Bounded())
}

func TestSignedRankOfWhatIsInfinite(t *testing.T) {
	inf := math.Inf(1)
	assert.Equal(t, Interval{inf, inf, inf, 6}, SignedRank{0.05}.Interval(slices.Repeat([]float64{inf}, 6)))
	got := SignedRank{0.05}.Interval([]float64{inf, 1, 2, 1, 2, 1, 2, 1, 2, -inf})
	assert.True(t, got.Bounded(), "%v", got)
	assert.True(t, got.Excludes(0), "%v", got)
}
