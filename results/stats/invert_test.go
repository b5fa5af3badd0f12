package stats

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVerdictAndIntervalAreOne(t *testing.T) {
	r := random(10)
	excluded, not := 0, 0
	for _, z := range noises {
		for range 150 {
			n := 1 + r.IntN(40)
			d := z.series(r, n, 0.5*r.NormFloat64(), 0.5)
			if r.IntN(2) == 0 { // with ties and zeros
				for i, x := range d {
					d[i] = math.Round(4*x) / 4
				}
			}
			for _, alpha := range []float64{0.05, 0.025, 0.001} {
				got := Bet{alpha}.Interval(d)
				require.Equal(t, Evidence(d, 0) >= 1/alpha, got.Lo > 0, "%s %v %v", z.name, got, d)
				require.Equal(t, Evidence(negated(d), 0) >= 1/alpha, got.Hi < 0, "%s %v %v", z.name, got, d)
				require.Equal(t, TwoSided(d, 0) >= 1/(2*alpha), got.Excludes(0), "%s %v %v", z.name, got, d)
				require.True(t, got.Lo <= got.Estimate && got.Estimate <= got.Hi, "%v", got)
				if got.Excludes(0) {
					excluded++
				} else {
					not++
				}
			}
		}
	}
	assert.Greater(t, excluded, 300)
	assert.Greater(t, not, 300)
}

func TestIntervalHoldsWhatIsNotRejected(t *testing.T) {
	const alpha = 0.05
	r := random(11)
	for _, z := range noises {
		for range 20 {
			d := z.series(r, 8+r.IntN(30), 0, 1)
			got := Bet{alpha}.Interval(d)
			require.True(t, got.Bounded())
			nearby := 1e-9 * newBook(d).spread
			assert.Less(t, newBook(d).wins(got.Lo), 1/alpha, "its end is in it")
			assert.Less(t, newBook(negated(d)).wins(-got.Hi), 1/alpha, "its end is in it")
			assert.GreaterOrEqual(t, newBook(d).wins(got.Lo-nearby), 1/alpha, "no more is in it")
			assert.GreaterOrEqual(t, newBook(negated(d)).wins(-got.Hi-nearby), 1/alpha, "no more is in it")
		}
	}
}

// E need not fall as θ rises. What the search may miss is a dip between the
// points that it looks up; this looks up many times as many.
func TestSearchMissesNoDipsThatMatter(t *testing.T) {
	const alpha = 0.05
	r := random(12)
	missed, all := 0, 0
	for _, z := range noises {
		for range 100 {
			d := z.series(r, 8+r.IntN(22), 0, 1)
			b := newBook(d)
			lo := Bet{alpha}.Interval(d).Lo
			all++
			from := slices.Min(d) - b.spread
			for i := range 1000 {
				if theta := from + (lo-from)*float64(i)/1000; b.wins(theta) < 1/alpha {
					missed++
					break
				}
			}
		}
	}
	t.Logf("a dip was missed in %d of %d", missed, all)
	assert.LessOrEqual(t, missed, all/100)
}

func TestIntervalNeedsRounds(t *testing.T) {
	b := Bet{0.025}
	require.Equal(t, 7, b.LeastRounds())
	d := []float64{1, 1.1, 0.9, 1, 1.2, 0.8, 1}
	assert.False(t, b.Interval(d[:6]).Bounded())
	assert.Equal(t, 1.0, b.Interval(d[:6]).Estimate)
	none := b.Interval(nil)
	assert.True(t, math.IsNaN(none.Estimate))
	assert.False(t, none.Bounded())
	assert.False(t, none.Excludes(0))
	assert.Equal(t, Interval{1, 1, 1, 7}, b.Interval(slices.Repeat([]float64{1}, 7)), "what is equal in all rounds is known")
	assert.Equal(t, Interval{0, 0, 0, 7}, b.Interval(make([]float64, 7)))
}

func TestIntervalIsOfTheSameUnitAndZero(t *testing.T) {
	r := random(13)
	d := normal.series(r, 25, 0, 1)
	got := Bet{0.025}.Interval(d)
	moved := make([]float64, len(d))
	for i, x := range d {
		moved[i] = 8*x - 3
	}
	want := Bet{0.025}.Interval(moved)
	assert.InDelta(t, want.Lo, 8*got.Lo-3, 1e-6)
	assert.InDelta(t, want.Hi, 8*got.Hi-3, 1e-6)
	turned := Bet{0.025}.Interval(negated(d))
	assert.Equal(t, Interval{-got.Estimate, -got.Hi, -got.Lo, got.N}, turned)
}

func TestIntervalOfWhatIsInfinite(t *testing.T) {
	inf := math.Inf(1)
	b := Bet{0.025}
	assert.Equal(t, Interval{inf, inf, inf, 9}, b.Interval(slices.Repeat([]float64{inf}, 9)), "from 0 to some")
	assert.Equal(t, Interval{-inf, -inf, -inf, 9}, b.Interval(slices.Repeat([]float64{-inf}, 9)))
	got := b.Interval([]float64{1, inf, 1.1, 0.9, -inf, 1, 1.2, 1, 0.8, 1, 1.1, 1, 0.9, 1, 1})
	assert.True(t, got.Bounded(), "%v", got)
	assert.Less(t, got.Lo, 1.0)
	assert.Greater(t, got.Lo, 0.0)
}

func TestIntervalLeavesItsArgument(t *testing.T) {
	d := []float64{3, 1, 2, 5, 4, 9, 7, 8}
	for _, m := range []Method{Bet{0.05}, SignedRank{0.05}} {
		m.Interval(d)
		assert.Equal(t, []float64{3, 1, 2, 5, 4, 9, 7, 8}, d)
	}
}

func BenchmarkInterval(b *testing.B) {
	for name, m := range map[string]Method{"bet": Bet{0.025}, "signedrank": SignedRank{0.025}} {
		for _, n := range []int{10, 30, 300} {
			b.Run(name+"/n="+map[int]string{10: "10", 30: "30", 300: "300"}[n], func(b *testing.B) {
				d := normal.series(random(1), n, 0.05, 0.04)
				for b.Loop() {
					m.Interval(d)
				}
			})
		}
	}
}
