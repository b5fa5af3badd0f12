package compare

import (
	"math"
	"slices"

	"github.com/concbench/concbench/results/stats"
)

// A rule is what decides, apart from the evidence that is needed.
type rule struct {
	limit float64 // of d: log(1+threshold)
	line  float64 // of an estimate, from which on a difference is reported
	alpha float64 // of any false slower or faster
}

const (
	// slowerShare of the threshold is where an estimate must lie for slower and
	// faster. The estimate of a true change of just the threshold is below it
	// half of the time, so that a line at the threshold would miss half of them.
	slowerShare = 0.75

	// sameAlpha is the error of "same" at each margin, of one comparison. At most
	// one of both margins can err.
	sameAlpha = 0.05
)

func newRule(p *Plan) rule {
	limit := math.Log1p(p.Threshold)
	return rule{limit, slowerShare * limit, p.Alpha}
}

// A trial is a series of rounds that is judged: the unit is the round.
type trial struct {
	d      []float64 // in the order of the rounds
	sorted []float64

	low, zero, high stats.Coin // at −limit, 0 and limit

	known float64 // evidence after so many rounds
	after int
}

func newTrial(r rule) trial {
	return trial{low: stats.NewCoin(-r.limit), zero: stats.NewCoin(0), high: stats.NewCoin(r.limit)}
}

// add takes a round in.
func (t *trial) add(d float64) {
	t.d = append(t.d, d)
	t.look(d)
}

// look takes a round in of which only the coins and the median are wanted.
func (t *trial) look(d float64) {
	at, _ := slices.BinarySearch(t.sorted, d)
	t.sorted = slices.Insert(t.sorted, at, d)
	t.low.Toss(d)
	t.zero.Toss(d)
	t.high.Toss(d)
}

// reset takes all rounds back, and keeps the memory.
func (t *trial) reset() {
	t.d, t.sorted, t.known, t.after = t.d[:0], t.sorted[:0], 0, 0
	t.low.Reset()
	t.zero.Reset()
	t.high.Reset()
}

func (t *trial) clone() trial {
	n := *t
	n.d, n.sorted = slices.Clone(t.d), slices.Clone(t.sorted)
	n.low, n.zero, n.high = t.low.Clone(), t.zero.Clone(), t.high.Clone()
	return n
}

func (t *trial) estimate() float64 { return stats.SortedMedian(t.sorted) }

// maybeSame says whether the coins at both margins allow of "same".
func (t *trial) maybeSame() bool {
	return t.low.Above() >= 1/sameAlpha && t.high.Below() >= 1/sameAlpha
}

// same says whether the interval lies within the threshold on both sides.
func (t *trial) same(r rule) bool {
	return t.maybeSame() && stats.Bet{Alpha: sameAlpha}.Interval(t.d).Inside(r.limit)
}

// beyond is 1 or −1 where the estimate is so far above 0, or below, that a
// difference would be reported, else 0.
func (t *trial) beyond(r rule) int {
	switch m := t.estimate(); {
	case m >= r.line:
		return 1
	case m <= -r.line:
		return -1
	}
	return 0
}

// won is what the coin says at most of the evidence towards a side, 1 or −1; 0
// stands for a look at both.
func (t *trial) won(side int) float64 {
	switch {
	case side > 0:
		return t.zero.Above()
	case side < 0:
		return t.zero.Below()
	}
	return max(t.zero.Above(), t.zero.Below()) / 2
}

// evidence is the e-value against "there is no difference", towards the side on
// which the median lies: half of it, for a look at both sides.
func (t *trial) evidence() float64 {
	if t.after == 0 || t.after != len(t.d) {
		t.known, t.after = t.towards(int(math.Copysign(1, t.estimate())))/2, len(t.d)
	}
	return t.known
}

// towards is the e-value against "the truth is not above 0", or not below it
// where side is −1.
func (t *trial) towards(side int) float64 {
	switch {
	case len(t.d) == 0:
		return 1
	case side > 0:
		return stats.Evidence(t.d, 0)
	}
	negated := make([]float64, len(t.d))
	for i, x := range t.d {
		negated[i] = -x
	}
	return stats.Evidence(negated, 0)
}
