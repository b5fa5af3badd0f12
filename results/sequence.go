package results

import (
	"math"
	"slices"
	"sort"

	"github.com/concbench/concbench/results/stats"
)

// A Sequence is a confidence sequence for the median of differences that come
// in one a round. Its intervals hold at every round at once: one may look after
// each, stop, resume or extend, as one likes. It needs no symmetry, and an
// outlier weighs no more than any other round.
//
// It inverts the one-sided sign mixture. Let k of n differences lie above θ.
// Were the median not above θ, k would be at most binomial with p = ½; mixing
// the likelihood ratio over all p above ½ gives
//
//	E(n,k) = 2ⁿ⁺¹ · Beta(k+1, n−k+1) · P(Bin(n+1, ½) ≤ k),
//
// which is then a supermartingale that starts at 1, and by Ville's inequality
// reaches 1/α ever with a probability of at most α. So θ is rejected where
// E ≥ 1/α (Robbins 1970, Ann. Math. Statist. 41:1397; Howard & Ramdas 2022,
// Bernoulli 28:1704).
//
// Verdict and interval are one object: d is held to be above θ exactly where
// the interval's lower end is.
type Sequence struct {
	// Alpha is the error allowed on each side of the interval.
	Alpha float64
}

// TwoSided returns the sequence whose m intervals hold together with
// probability 1−alpha (Bonferroni).
func TwoSided(alpha float64, m int) Sequence { return Sequence{alpha / 2 / float64(m)} }

// An Interval is an estimate with its bounds.
type Interval = stats.Interval

// A method is how the rounds of a run are judged.
type method struct {
	// at makes intervals, given the error allowed on each side.
	at func(alpha float64) stats.Method

	// shared says that what lies within a margin of the best is shown with the
	// intervals that all models of a row share an error in. Else the error is one
	// comparison's own: see [stats.Question].
	shared bool
}

// The methods of runs of version 1, of those that are looked at after every
// round, and of those whose rounds were fixed before.
var (
	mixture = method{at: func(alpha float64) stats.Method { return Sequence{alpha} }, shared: true}
	bet     = method{at: func(alpha float64) stats.Method { return stats.Bet{Alpha: alpha} }}
	ranks   = method{at: func(alpha float64) stats.Method { return stats.SignedRank{Alpha: alpha} }}
)

// method is how the run's rounds are judged: one that stopped where it was
// decided was looked at after every round, which a bet allows; one whose rounds
// were fixed before is looked at once.
func (r *Run) method() method {
	switch {
	case r.Version < 2:
		return mixture
	case r.Anytime:
		return bet
	}
	return ranks
}

// own is the interval of one quantity by itself, with 95 %.
func (m method) own(d []float64) Interval { return m.at(familyError / 2).Interval(d) }

// Interval returns the median of d and its interval after len(d) rounds. The
// order of d does not matter, and d is left as it is.
func (s Sequence) Interval(d []float64) Interval {
	i := Interval{Estimate: math.NaN(), Lo: math.Inf(-1), Hi: math.Inf(1), N: len(d)}
	if len(d) == 0 {
		return i
	}
	d = slices.Sorted(slices.Values(d))
	i.Estimate = SortedMedian(d)
	// θ is rejected from below where at least need differences are greater,
	// which is where θ is less than the need-th greatest. A difference equal to
	// θ counts for neither side.
	if need := s.need(len(d)); need <= len(d) {
		i.Lo, i.Hi = d[len(d)-need], d[need-1]
	}
	return i
}

// LeastRounds returns the smallest number of rounds that can reject anything:
// all of them on one side.
func (s Sequence) LeastRounds() int {
	n := 1
	for !s.rejects(n, n) {
		n++
	}
	return n
}

// need returns the smallest k that rejects after n rounds, or n+1 if none does.
func (s Sequence) need(n int) int {
	return sort.Search(n+1, func(k int) bool { return s.rejects(n, k) })
}

func (s Sequence) rejects(n, k int) bool { return logEvidence(n, k) >= -math.Log(s.Alpha) }

// logEvidence returns ln E(n,k). Written out, E is the sum over i from 0 to k
// of k!(n−k)! / (i!(n+1−i)!), summed here in logarithms from i = k downwards.
func logEvidence(n, k int) float64 {
	term := -math.Log(float64(n + 1 - k))
	top, sum := term, 1.0 // the sum is e^top · sum
	for i := k; i > 0; i-- {
		term += math.Log(float64(i) / float64(n+2-i))
		if term > top {
			top, sum = term, sum*math.Exp(top-term)+1
		} else {
			sum += math.Exp(term - top)
		}
	}
	return top + math.Log(sum)
}

// median returns the median of values, NaN if there are none.
func median(values []float64) float64 { return SortedMedian(slices.Sorted(slices.Values(values))) }

// SortedMedian returns the median of sorted values, NaN if there are none.
func SortedMedian(values []float64) float64 {
	n := len(values)
	switch {
	case n == 0:
		return math.NaN()
	case n%2 == 1 || values[n/2-1] == values[n/2]: // equal ones may be infinite
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}
