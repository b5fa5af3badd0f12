package stats

import (
	"math"
	"math/rand/v2"
)

// A noise is a symmetric distribution. Whatever is drawn is drawn from a fixed
// seed, so that no test fails by chance.
type noise struct {
	name string
	draw func(r *rand.Rand) float64
}

var (
	normal  = noise{"normal", (*rand.Rand).NormFloat64}
	laplace = noise{"Laplace", func(r *rand.Rand) float64 { return coin(r) * r.ExpFloat64() / math.Sqrt2 }}
	cauchy  = noise{"Cauchy", func(r *rand.Rand) float64 { return r.NormFloat64() / r.NormFloat64() }}
	modes   = noise{"two modes", func(r *rand.Rand) float64 { return coin(r) + 0.2*r.NormFloat64() }}
	mixed   = noise{"one in ten tenfold", func(r *rand.Rand) float64 {
		x := r.NormFloat64()
		if r.IntN(10) == 0 {
			return 10 * x
		}
		return x
	}}
	// What identical arms give whose own figures are far from symmetric.
	skewedArms = noise{"two skewed arms", func(r *rand.Rand) float64 {
		return (math.Pow(r.ExpFloat64(), 3) - math.Pow(r.ExpFloat64(), 3)) / 10
	}}
	noises = []noise{normal, laplace, cauchy, modes, mixed, skewedArms}
)

func coin(r *rand.Rand) float64 { return float64(2*r.IntN(2) - 1) }

// series draws n differences about centre.
func (z noise) series(r *rand.Rand, n int, centre, spread float64) []float64 {
	d := make([]float64, n)
	for i := range d {
		d[i] = centre + spread*z.draw(r)
	}
	return d
}

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed)) }
