package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMedian(t *testing.T) {
	assert.Equal(t, 2.0, Median([]float64{3, 1, 2}))
	assert.Equal(t, 2.5, Median([]float64{4, 3, 1, 2}))
	assert.Equal(t, math.Inf(1), Median([]float64{math.Inf(1), math.Inf(1)}))
	assert.Equal(t, math.MaxFloat64, Median([]float64{math.MaxFloat64, math.MaxFloat64 / 1.5, math.MaxFloat64}))
	assert.True(t, math.IsNaN(Median(nil)))
}

func TestSpreadOfANormalDistributionIsItsStandardDeviation(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	values := make([]float64, 20_000)
	for i := range values {
		values[i] = 7 + 3*r.NormFloat64()
	}
	assert.InDelta(t, 3, RobustSD(values), 0.1)
}

func TestOutliersDoNotMoveTheSpread(t *testing.T) {
	assert.InDelta(t, 1.4826, RobustSD([]float64{1, 2, 3, 4, 5}), 1e-12)
	assert.InDelta(t, 1.4826, RobustSD([]float64{1, 2, 3, 4, math.Inf(1)}), 1e-12)
	assert.Zero(t, RobustSD([]float64{5}))
	assert.Zero(t, RobustSD([]float64{math.Inf(1), math.Inf(1), 2}))
	assert.True(t, math.IsNaN(RobustSD(nil)))
}
