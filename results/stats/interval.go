// Package stats has the estimates and intervals that verdicts rest on, one
// file a method, with its source.
//
// The unit is the round: d[i] is what round i measured, mostly the logarithm of
// the ratio of two arms, in the order of the rounds. Cycles within a round make
// its figure precise; they are not independent and are never counted. A value
// may be infinite (the logarithm of a ratio to 0), but not NaN. No function
// changes its argument.
//
// A series that is looked at after every round needs a [Bet]. A plan whose
// number of rounds is fixed before the first one may use a [SignedRank], which
// decides with fewer. Both suppose that a difference is as likely to lie a given
// distance above the truth as below it. Where arms start, and take turns, in an
// order that is drawn, this is exact for arms that do not differ; where they do,
// it is an assumption about the spread.
package stats

import "math"

// An Interval is an estimate with the bounds between which the truth is held
// to lie, both included. A bound is infinite where too little was measured.
type Interval struct {
	Estimate, Lo, Hi float64
	N                int // rounds it rests on
}

// Bounded reports whether the interval has both its bounds.
func (i Interval) Bounded() bool { return i.Lo > math.Inf(-1) && i.Hi < math.Inf(1) }

// Excludes reports whether x lies outside of the interval. This, asked about 0,
// is what decides that two arms differ.
func (i Interval) Excludes(x float64) bool { return x < i.Lo || x > i.Hi }

// Inside reports whether the whole interval lies between −margin and margin.
func (i Interval) Inside(margin float64) bool { return -margin < i.Lo && i.Hi < margin }

// A Method makes an interval of a series of rounds. Each of its ends errs with
// at most the probability that the method allows.
type Method interface {
	Interval(d []float64) Interval
	// LeastRounds returns the number of rounds below which no series whatever
	// gives a bound.
	LeastRounds() int
}

// nothing is the interval of n rounds that say nothing.
func nothing(n int) Interval { return Interval{math.NaN(), math.Inf(-1), math.Inf(1), n} }
