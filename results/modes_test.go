package results

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTwoModesAreFound(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var values []float64
	for i := range 20 {
		v := 2e3 * math.Exp(0.05*r.NormFloat64())
		if i%4 == 0 {
			v *= 20
		}
		values = append(values, v)
	}
	m := twoModes(values)
	require.NotNil(t, m)
	assert.InEpsilon(t, 2e3, m.Low, 0.1)
	assert.InEpsilon(t, 4e4, m.High, 0.1)
	assert.Equal(t, 0.75, m.Share)
	assert.Equal(t, 20, m.N)
}

func TestNoTwoModes(t *testing.T) {
	one := []float64{100, 101, 99, 100, 102, 98, 100, 101, 99, 100, 100, 103}
	outliers := []float64{100, 101, 99, 100, 102, 98, 100, 101, 99, 100, 500, 510}
	for name, values := range map[string][]float64{
		"one mode":                     one,
		"2 of 12 are too few":          outliers,
		"too few processes":            {1, 1, 1, 1, 9, 9, 9, 9, 9},
		"no spread":                    {5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5},
		"less than 5 % apart":          {100, 100, 100, 100, 100, 100, 104, 104, 104, 104, 104, 104},
		"a wide spread over the gap":   {1, 2, 3, 4, 5, 6, 12, 13, 15, 18, 20, 22},
		"zero, which has no logarithm": {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1},
		"none":                         nil,
	} {
		assert.Nil(t, twoModes(values), name)
	}
}

func TestOneModeSeldomLooksLikeTwo(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for name, draw := range map[string]func() float64{
		"normal":      func() float64 { return math.Exp(0.1 * r.NormFloat64()) },
		"exponential": func() float64 { return 1 + r.ExpFloat64() },
		"heavy tail":  func() float64 { return 1 / r.Float64() },
	} {
		found := 0
		for range 2000 {
			values := make([]float64, 12)
			for i := range values {
				values[i] = draw()
			}
			if twoModes(values) != nil {
				found++
			}
		}
		assert.Less(t, found, 40, "%s: of 2000", name)
	}
}
