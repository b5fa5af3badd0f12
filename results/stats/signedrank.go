package stats

import (
	"math"
	"slices"
	"sort"
)

// A SignedRank gives intervals for a number of rounds that was fixed before the
// first of them: who looks twice must use a [Bet]. They are those of the exact
// signed rank test (Wilcoxon 1945, Biometrics Bull. 1:80), which finds smaller
// differences in as many rounds.
//
// A mean of two differences, or of one with itself, is a Walsh average, and the
// number of those above θ is the sum of the ranks of the differences above θ
// (Tukey 1949, Memorandum 17, Princeton). So the estimate is the median of the
// Walsh averages, and the bounds are the k-th least and the k-th greatest
// (Hodges & Lehmann 1963, Ann. Math. Statist. 34:598). Walsh averages that equal
// θ, from ties and zeros, count for neither side, which makes the intervals
// wider, never narrower.
type SignedRank struct {
	// Alpha is the error allowed on each side of the interval.
	Alpha float64
}

// Interval returns the Hodges–Lehmann estimate of d and its bounds. It excludes
// θ from below exactly where SignedRankP(d, θ) ≤ Alpha.
func (s SignedRank) Interval(d []float64) Interval {
	i := nothing(len(d))
	if len(d) == 0 {
		return i
	}
	w, unknown := walsh(d)
	i.Estimate = SortedMedian(w)
	atMost := rankSums(len(d))
	k := sort.Search(len(atMost), func(t int) bool { return atMost[t] > s.Alpha })
	if k > unknown {
		i.Lo, i.Hi = w[k-unknown-1], w[len(w)-(k-unknown)]
	}
	return i
}

// LeastRounds returns the smallest number of rounds that can reject anything,
// all of them on one side: log₂(1/Alpha), rounded up.
func (s SignedRank) LeastRounds() int {
	n := 1
	for p := 0.5; p > s.Alpha; p /= 2 {
		n++
	}
	return n
}

// SignedRankP returns the exact probability with which differences that are
// symmetric about theta, or about less, lie as much above theta as d does.
func SignedRankP(d []float64, theta float64) float64 {
	w, unknown := walsh(d)
	above := len(w) - sort.Search(len(w), func(i int) bool { return w[i] > theta })
	return rankSums(len(d))[len(w)+unknown-above]
}

// walsh returns the Walsh averages of d, sorted, and how many more there are
// that are not known: those of two differences that are infinite on both sides.
func walsh(d []float64) (w []float64, unknown int) {
	for i, x := range d {
		for _, y := range d[:i+1] {
			if mean := x/2 + y/2; math.IsNaN(mean) {
				unknown++
			} else {
				w = append(w, mean)
			}
		}
	}
	slices.Sort(w)
	return w, unknown
}

// rankSums returns, for each t from 0 to n(n+1)/2, the probability that the
// ranks 1 to n, each taken or left by a fair coin, add up to at most t. It takes
// n³/6 steps: 7 ms for 300 rounds.
func rankSums(n int) []float64 {
	p := make([]float64, n*(n+1)/2+1)
	p[0] = 1
	for rank := 1; rank <= n; rank++ {
		for t := rank * (rank + 1) / 2; t >= rank; t-- {
			p[t] = p[t]/2 + p[t-rank]/2
		}
		for t := range rank {
			p[t] /= 2
		}
	}
	for t := 1; t < len(p); t++ {
		p[t] = min(p[t]+p[t-1], 1)
	}
	return p
}
