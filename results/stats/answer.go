package stats

import "sort"

// An Answer says how two arms compare.
type Answer int

const (
	Open      Answer = iota // it cannot be told yet
	Different               // they differ
	Same                    // if they differ, then by less than the margin
)

func (a Answer) String() string {
	switch a {
	case Different:
		return "different"
	case Same:
		return "the same"
	}
	return "open"
}

// A Question is what is asked of the rounds of two arms.
type Question struct {
	// Margin is the difference below which nobody cares, as d has it: in
	// logarithms, if d is.
	Margin float64
	// Different makes the interval that must exclude 0 for arms to differ. Of
	// several comparisons, its error is that of one among them.
	Different Method
	// Same makes the interval that must lie within the margin for arms to be the
	// same: two one-sided tests, each at its error, of which at most one can be
	// wrong (Schuirmann 1987, J. Pharmacokin. Biopharm. 15:657). That error is
	// one comparison's own.
	Same Method
}

// A Verdict is an answer with the intervals that it was read from.
type Verdict struct {
	Answer          Answer
	Different, Same Interval
}

// Judge answers the question. What lies within the margin is the same, even if
// it is known to differ by what little it does.
func (q Question) Judge(d []float64) Verdict {
	v := Verdict{Different: q.Different.Interval(d), Same: q.Same.Interval(d)}
	switch {
	case v.Same.Inside(q.Margin):
		v.Answer = Same
	case v.Different.Excludes(0):
		v.Answer = Different
	}
	return v
}

// mostRounds is as far as Needs looks ahead.
const mostRounds = 300

// Needs returns an estimate of the number of rounds, those of d included, after
// which the question is answered, if further rounds fall as those of d did: they
// are repeated in turn. It returns 0 if that takes more than 300 rounds, or d is
// empty. Of few rounds it is a rough guess, and rather too low: that they agree
// may be luck.
func (q Question) Needs(d []float64) int {
	n := len(d)
	if q.Judge(d).Answer != Open {
		return n
	}
	if n == 0 || n >= mostRounds {
		return 0
	}
	series := make([]float64, mostRounds)
	for i := range series {
		series[i] = d[i%n]
	}
	open := func(n int) bool { return q.Judge(series[:n]).Answer == Open }
	// Go up in steps of a quarter, and then look between the last two. An answer
	// may open again for a few rounds; this finds some n at which it is given.
	last, next := n, max(n+1, min(q.Different.LeastRounds(), q.Same.LeastRounds()))
	for open(min(next, mostRounds)) {
		if next >= mostRounds {
			return 0
		}
		last, next = next, next+next/4+1
	}
	return last + 1 + sort.Search(min(next, mostRounds)-last-1, func(i int) bool { return !open(last + 1 + i) })
}
