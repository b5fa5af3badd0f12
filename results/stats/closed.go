package stats

import (
	"cmp"
	"slices"
)

// Closed reports which of the hypotheses with the e-values e are rejected, so
// that any of those rejected is true with a probability of at most alpha,
// however they depend on each other.
//
// It is the closed arithmetic mean: a mean of e-values is an e-value, and a
// hypothesis is rejected where the mean of every set of e-values that has its
// own in it reaches 1/alpha (Vovk & Wang 2021, Ann. Statist. 49:1736). Each
// e-value may have been stopped at a time of its own. A rejection stands,
// whatever the others come to later, since the mean of those that are true is
// a martingale too.
func Closed(e []float64, alpha float64) []bool {
	rejected := make([]bool, len(e))
	for i, need := range needed(e, alpha) {
		rejected[i] = e[i] >= need
	}
	return rejected
}

// ClosedAlpha returns, for each of the two-sided e-values e of series, the Alpha
// with which the interval of its Bet excludes 0 exactly where Closed rejects.
// Each such interval errs on each side with a probability of at most alpha/2.
// That none of them does is not promised, only that none of those that exclude 0
// does so wrongly.
func ClosedAlpha(e []float64, alpha float64) []float64 {
	a := needed(e, alpha)
	for i, need := range a {
		a[i] = 1 / (2 * need)
	}
	return a
}

// needed returns what each e-value must reach. Of the sets, the one of all that
// fall short of 1/alpha asks most: it must make up for what each of them lacks.
func needed(e []float64, alpha float64) []float64 {
	lacks := func(x float64) float64 { return max(1/alpha-x, 0) }
	all := 0.0
	for _, x := range e {
		all += lacks(x)
	}
	need := make([]float64, len(e))
	for i, x := range e {
		need[i] = 1/alpha + (all - lacks(x))
	}
	return need
}

// ClosedMean returns the e-values adjusted for being tested together: the least
// mean of any set that each is in. Closed rejects where it reaches 1/alpha.
func ClosedMean(e []float64) []float64 {
	order := make([]int, len(e))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(e[a], e[b]) })
	adjusted := make([]float64, len(e))
	// The least mean is that with the k smallest, as long as the next one is
	// below the mean. As e[i] grows, so does k.
	k, sum := 0, 0.0
	for at, i := range order {
		mean := func() float64 { return (e[i] + sum) / float64(k+1) }
		for k < at && e[order[k]] < mean() {
			sum += e[order[k]]
			k++
		}
		adjusted[i] = mean()
	}
	return adjusted
}
