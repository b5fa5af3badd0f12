package compare

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The references are those of R's binom.test; the first is the example of its
// manual page (Mendel's 682 of 925).
func TestClopperPearsonAgainstR(t *testing.T) {
	for _, test := range []struct {
		k, n   int
		lo, hi float64
	}{
		{682, 925, 0.7076683, 0.7654066},
		{7, 20, 0.1539092, 0.5921885},
		{0, 10, 0, 0.3084971},
		{10, 10, 0.6915029, 1},
	} {
		lo, hi := ClopperPearson(test.k, test.n, 0.05)
		assert.InDelta(t, test.lo, lo, 1e-7, "%d of %d", test.k, test.n)
		assert.InDelta(t, test.hi, hi, 1e-7, "%d of %d", test.k, test.n)
	}
}

// At its bounds, what was seen or more, or less, has half of the error.
func TestClopperPearsonInvertsTheBinomial(t *testing.T) {
	atMost := func(k, n int, p float64) float64 {
		sum := 0.0
		for i := 0; i <= k; i++ {
			a, _ := math.Lgamma(float64(n + 1))
			b, _ := math.Lgamma(float64(i + 1))
			c, _ := math.Lgamma(float64(n - i + 1))
			sum += math.Exp(a - b - c + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
		}
		return sum
	}
	for _, n := range []int{5, 72, 214, 2000} {
		for _, k := range []int{1, 2, n / 3, n - 1} {
			lo, hi := ClopperPearson(k, n, 0.05)
			assert.InDelta(t, 0.025, 1-atMost(k-1, n, lo), 1e-8, "%d of %d", k, n)
			assert.InDelta(t, 0.025, atMost(k, n, hi), 1e-8, "%d of %d", k, n)
		}
	}
}

func TestClopperPearsonOfNothing(t *testing.T) {
	for _, kn := range [][2]int{{0, 0}, {1, 0}, {-1, 5}, {6, 5}} {
		lo, hi := ClopperPearson(kn[0], kn[1], 0.05)
		assert.Equal(t, [2]float64{0, 1}, [2]float64{lo, hi})
	}
}
