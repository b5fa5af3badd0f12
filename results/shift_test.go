package results

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The figures are what R's wilcox.test(treated, untreated, conf.int = TRUE)
// prints of these samples (Cross Validated, "None of the values in my data are
// within the confidence interval"): difference in location -83.5, 95 percent
// confidence interval -807 to 198.
func TestShiftAgreesWithR(t *testing.T) {
	treated := []float64{323, 421, 578, 300, 256, 640, 912, 370}
	untreated := []float64{2388, 210, 380, 345, 1130, 260, 665, 1157}
	i := Shift(untreated, treated, 0.05)
	assert.Equal(t, Interval{Estimate: -83.5, Lo: -807, Hi: 198, N: 8}, i)
	assert.Equal(t, Interval{Estimate: 83.5, Lo: -198, Hi: 807, N: 8}, Shift(treated, untreated, 0.05), "the other way round")
}

// Critical values of U, two-sided at 0.05 (Mann & Whitney's, as Milton 1964,
// J. Am. Stat. Assoc. 59:925, tables them): the greatest U that is rejected.
func TestCriticalValuesOfU(t *testing.T) {
	for _, tc := range []struct{ n, m, critical int }{
		{4, 4, 0}, {5, 5, 2}, {8, 8, 13}, {10, 10, 23}, {5, 10, 8}, {12, 12, 37}, {20, 20, 127}, {7, 20, 34},
	} {
		assert.Equal(t, tc.critical+1, rejectedU(tc.n, tc.m, 0.025), "%d and %d", tc.n, tc.m)
		assert.Equal(t, tc.critical+1, rejectedU(tc.m, tc.n, 0.025), "%d and %d", tc.m, tc.n)
	}
	assert.Zero(t, rejectedU(3, 3, 0.025), "three a side reject nothing")
}

func TestManyRoundsTakeTheNormalApproximation(t *testing.T) {
	assert.InDelta(t, rejectedU(100, 100, 1e-4), rejectedU(100, 101, 1e-4)-36, 20)
	assert.InDelta(t, 17735, rejectedU(200, 200, 0.025), 3)
}

func TestDistributionOfU(t *testing.T) {
	assert.InDeltaSlice(t, []float64{1. / 6, 1. / 6, 2. / 6, 1. / 6, 1. / 6}, distributionU(2, 2), 1e-15)
	for _, n := range [][2]int{{1, 1}, {3, 7}, {30, 30}, {60, 40}, {100, 100}} {
		p := distributionU(n[0], n[1])
		sum, mean := 0.0, 0.0
		for u := range p {
			assert.GreaterOrEqual(t, p[u], -1e-12)
			assert.InDelta(t, p[len(p)-1-u], p[u], 1e-9, "symmetric")
			sum += p[u]
			mean += float64(u) * p[u]
		}
		assert.InDelta(t, 1, sum, 1e-9)
		assert.InDelta(t, float64(n[0]*n[1])/2, mean, 1e-6)
	}
}

func TestShiftOfTooFew(t *testing.T) {
	i := Shift([]float64{1, 2, 3}, []float64{2, 3, 4}, 0.05)
	assert.Equal(t, 1.0, i.Estimate)
	assert.False(t, i.Bounded())
	assert.True(t, math.IsNaN(Shift(nil, []float64{1}, 0.05).Estimate))
}
