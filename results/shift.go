package results

import (
	"math"
	"slices"
)

// Shift returns how much greater b is than a, as a difference: the median of
// all differences of one of b and one of a (Hodges & Lehmann 1963, Ann. Math.
// Statist. 34:598), with the interval of the shifts that the two-sided exact
// Mann–Whitney test at error alpha does not reject, which ends at two of these
// differences (Moses; Hollander & Wolfe 1999, Nonparametric Statistical
// Methods, 4.3). With equal figures among a and b the interval errs on the wide
// side. The bounds are infinite where there are too few figures for any
// interval.
func Shift(a, b []float64, alpha float64) Interval {
	d := make([]float64, 0, len(a)*len(b))
	for _, y := range b {
		for _, x := range a {
			if x == y { // both may be infinite: logarithms of 0
				d = append(d, 0)
			} else {
				d = append(d, y-x)
			}
		}
	}
	i := Interval{Estimate: math.NaN(), Lo: math.Inf(-1), Hi: math.Inf(1), N: min(len(a), len(b))}
	if len(d) == 0 {
		return i
	}
	slices.Sort(d)
	i.Estimate = SortedMedian(d)
	if reject := rejectedU(len(a), len(b), alpha/2); reject > 0 {
		i.Lo, i.Hi = d[reject-1], d[len(d)-reject]
	}
	return i
}

// exactLimit is the greatest sample of which the distribution of U is computed.
const exactLimit = 100

// rejectedU returns how many of the values that Mann and Whitney's U can take,
// from 0 upwards, have together a probability of at most alpha where both
// samples, of n and m without equal figures, come from one distribution.
//
// From exactLimit on, it takes the normal approximation with its correction for
// continuity, as the sums of alternating terms lose their digits.
func rejectedU(n, m int, alpha float64) int {
	if max(n, m) > exactLimit {
		mean, sd := float64(n*m)/2, math.Sqrt(float64(n*m)*float64(n+m+1)/12)
		z := math.Sqrt2 * math.Erfinv(1-2*alpha)
		return max(0, int(math.Floor(mean-0.5-z*sd))+1)
	}
	p := distributionU(n, m)
	sum := 0.0
	for u := range p {
		if sum += p[u]; sum > alpha {
			return u
		}
	}
	return len(p)
}

// distributionU returns the probability of each U from 0 to nm. The number of
// orders with a given U has the generating function of the Gaussian binomial
// coefficient, the product over i from 1 to n of (1−q^(m+i)) / (1−q^i) (Andrews
// 1976, The Theory of Partitions, 3.2). Each factor's coefficients are divided
// by (m+i)/i on the way, which keeps their sum at 1.
func distributionU(n, m int) []float64 {
	p := make([]float64, n*m+1)
	p[0] = 1
	for i := 1; i <= n; i++ {
		for u := len(p) - 1; u >= m+i; u-- {
			p[u] -= p[u-m-i]
		}
		for u := i; u < len(p); u++ {
			p[u] += p[u-i]
		}
		for u := range p {
			p[u] *= float64(i) / float64(m+i)
		}
	}
	return p
}
