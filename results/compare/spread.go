package compare

import (
	"math"
	"slices"
)

// normalMAD is what makes the median absolute deviation of normal figures their
// standard deviation.
const normalMAD = 1.4826

// robustSD is a standard deviation that outliers do not move: 1.4826 times the
// median distance from the median. It is NaN where there is nothing.
func robustSD(d []float64) float64 {
	d = slices.Clone(d)
	m := median(d)
	for i, x := range d {
		if x == m {
			d[i] = 0 // infinite ones too
		} else {
			d[i] = math.Abs(x - m)
		}
	}
	return normalMAD * median(d)
}

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
