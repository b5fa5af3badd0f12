package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A coin may be looked at instead of the evidence where it says too little.
func TestACoinNeverSaysLessThanTheEvidence(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 31))
	as, of := 0, 0
	for _, at := range []float64{0, 0.05, -0.05} {
		for range 100 {
			c := NewCoin(at)
			var d, negated []float64
			centre := 0.1 * rng.NormFloat64()
			for range 25 {
				x := centre + 0.05*rng.NormFloat64()
				switch rng.IntN(20) {
				case 0:
					x = at
				case 1:
					x = math.Inf(1)
				}
				c.Toss(x)
				d, negated = append(d, x), append(negated, -x)
				above, below := Evidence(d, at), Evidence(negated, -at)
				assert.GreaterOrEqual(t, c.Above(), above*(1-1e-12))
				assert.GreaterOrEqual(t, c.Below(), below*(1-1e-12))
				if above >= 20 {
					of++
					if c.Above() <= above*(1+1e-9) {
						as++
					}
				}
			}
		}
	}
	assert.Greater(t, of, 200)
	assert.Greater(t, as, of*8/10, "mostly it says the same")
}

func TestACoinStartsAnew(t *testing.T) {
	c := NewCoin(0.1)
	used := NewCoin(0.1)
	for _, x := range []float64{1, -3, 0.1, 7} {
		used.Toss(x)
	}
	used.Reset()
	copied := c.Clone()
	for _, x := range []float64{0.3, 0.1, -0.2} {
		c.Toss(x)
		used.Toss(x)
	}
	assert.Equal(t, [2]float64{c.Above(), c.Below()}, [2]float64{used.Above(), used.Below()})
	assert.Equal(t, 1.0, copied.Above(), "a copy goes its own way")
}
