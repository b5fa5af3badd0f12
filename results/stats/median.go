package stats

import (
	"math"
	"slices"
)

// Median returns the median of values, NaN if there are none.
func Median(values []float64) float64 { return SortedMedian(slices.Sorted(slices.Values(values))) }

// SortedMedian returns the median of sorted values, NaN if there are none.
func SortedMedian(values []float64) float64 {
	n := len(values)
	switch {
	case n == 0:
		return math.NaN()
	case n%2 == 1 || values[n/2-1] == values[n/2]: // equal ones may be infinite
		return values[n/2]
	}
	return values[n/2-1]/2 + values[n/2]/2
}

// RobustSD returns the spread of values: 1.4826 times the median distance from
// their median. For a normal distribution that is the standard deviation; a
// few outliers do not move it (Hampel 1974, J. Amer. Statist. Assoc. 69:383).
// It is NaN if there are no values.
func RobustSD(values []float64) float64 {
	centre := Median(values)
	away := make([]float64, len(values))
	for i, v := range values {
		if v != centre { // equal ones may be infinite
			away[i] = math.Abs(v - centre)
		}
	}
	return 1.4826 * Median(away)
}
