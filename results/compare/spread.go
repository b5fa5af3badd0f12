package compare

import "math"

// c4 is by how much the standard deviation of n normal figures falls short of
// the truth on average.
func c4(n int) float64 {
	a, _ := math.Lgamma(float64(n) / 2)
	b, _ := math.Lgamma(float64(n-1) / 2)
	return math.Sqrt(2/float64(n-1)) * math.Exp(a-b)
}

// fewSD is the standard deviation of few figures, corrected for their number.
// It is NaN for fewer than 2, and infinite if one of them is.
func fewSD(d []float64) float64 {
	if len(d) < 2 {
		return math.NaN()
	}
	mean, sum := 0.0, 0.0
	for _, x := range d {
		if math.IsInf(x, 0) {
			return math.Inf(1)
		}
		mean += x / float64(len(d))
	}
	for _, x := range d {
		sum += (x - mean) * (x - mean)
	}
	return math.Sqrt(sum/float64(len(d)-1)) / c4(len(d))
}
