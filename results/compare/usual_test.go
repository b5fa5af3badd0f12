package compare

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The example of R's manual page of wilcox.test (Hollander & Wolfe 1973, p. 69)
// has a one-sided p of 0.1272.
func TestUsualIsTheUTest(t *testing.T) {
	x := []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}
	y := []float64{1.15, 0.88, 0.90, 0.74, 1.21}
	differs, p := Usual(x, y)
	assert.False(t, differs)
	assert.InDelta(t, 2*0.1272, p, 1e-4)
	assert.Equal(t, 0.80, x[0], "the arguments stay as they are")

	differs, p = Usual([]float64{1, 2, 3, 4, 5}, []float64{6, 7, 8, 9, 10})
	assert.True(t, differs)
	assert.InDelta(t, 2.0/252, p, 1e-9, "2 of the 252 ways to divide ten")

	differs, _ = Usual(nil, x)
	assert.False(t, differs)
}
