package results

import (
	"math"
	"slices"
)

// A reduction makes one figure of a process's slices.
type reduction func([]float64) float64

// reductions says how the slices of a process become one figure.
//
// What costs time can only be disturbed upwards, so the least of the slices is
// nearest to what the work costs; for the same reason tasks/s is the greatest.
// (Measured here: the minimum of 3 slices of 20 ms had half the spread of one
// of 60 ms.) A peak is the peak over all slices. All the rest, percentiles,
// switches and shares among it, is disturbed both ways and takes the median.
var reductions = map[string]reduction{
	"ns/op":      slices.Min[[]float64],
	"cpu-ns/op":  slices.Min[[]float64],
	"user-ns/op": slices.Min[[]float64],
	"sys-ns/op":  slices.Min[[]float64],

	"tasks/s": slices.Max[[]float64],

	"lost/op": slices.Max[[]float64], // once is enough

	"peak-rss-B":  slices.Max[[]float64],
	"footprint-B": slices.Max[[]float64],
	"threads":     slices.Max[[]float64],
}

// Reduce makes one figure a unit of a process's slices, in the order they were
// measured. The first slice, which has the warming up in it, is left out where
// there is another.
func Reduce(measured []map[string]float64) map[string]float64 {
	if len(measured) > 1 {
		measured = measured[1:]
	}
	byUnit := map[string][]float64{}
	for _, values := range measured {
		for unit, v := range values {
			byUnit[unit] = append(byUnit[unit], v)
		}
	}
	reduced := map[string]float64{}
	for unit, values := range byUnit {
		how := reductions[unit]
		if how == nil {
			how = median
		}
		reduced[unit] = how(values)
	}
	return reduced
}

// Sound reports whether v can be a measured figure: none is negative.
func Sound(v float64) bool { return v >= 0 && !math.IsInf(v, 1) }
