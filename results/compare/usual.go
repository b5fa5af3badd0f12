package compare

import (
	"slices"

	"golang.org/x/perf/benchmath"
)

// usualAlpha is the error that benchstat allows each comparison.
const usualAlpha = 0.05

// Usual compares two sides as is usual, and as benchstat does: unpaired, by the
// U test (Mann & Whitney 1947, Ann. Math. Statist. 18:50) at 0.05, uncorrected.
// It takes every figure for independent of the others, which those of one
// process are not. The arguments are left as they are.
func Usual(base, head []float64) (differs bool, p float64) {
	if len(base) == 0 || len(head) == 0 {
		return false, 1
	}
	// NewSample sorts what it is given.
	a := benchmath.NewSample(slices.Clone(base), &benchmath.DefaultThresholds)
	b := benchmath.NewSample(slices.Clone(head), &benchmath.DefaultThresholds)
	p = benchmath.AssumeNothing.Compare(a, b).P
	return p < usualAlpha, p
}
