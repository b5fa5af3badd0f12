package compare

import (
	"math"
	"math/rand/v2"

	"github.com/concbench/concbench/results"
)

const (
	// slowerShare of the threshold is where an estimate must lie for slower and
	// faster. The estimate of a true change of just the threshold is below it
	// half of the time, so that a line at the threshold would miss half of them.
	slowerShare = 0.75

	// steppedShare of the error allowed is kept for figures that were constant
	// while screening and are not any more.
	steppedShare = 0.1
)

// A gate is what decides: for the plan of a comparison and, after screening,
// for its candidates.
type gate struct {
	screen, confirm int
	threshold       float64
	limit           float64 // of d: log(1+threshold)
	alpha           float64

	suspects, stepped *bounds
	known             map[results.Sequence]*bounds
	scratch           []float64
	rng               *rand.Rand // of resampling
}

func newGate(p *Plan) *gate {
	g := &gate{screen: p.Screen, confirm: p.Confirm, threshold: p.Threshold, limit: math.Log1p(p.Threshold), alpha: p.Alpha, known: map[results.Sequence]*bounds{}}
	if p.Kind == AA && g.confirm == 0 {
		g.screen, g.confirm = DefaultScreen, DefaultConfirm
	}
	g.family(0, 0)
	return g
}

// Rounds of the gate for which an A/A check without rounds of its own speaks.
const (
	DefaultScreen  = 4
	DefaultConfirm = 24
)

// family divides the error allowed among the candidates. Their number is fixed
// when screening has ended, and the rounds they are judged by are fresh.
func (g *gate) family(suspects, stepped int) {
	alpha := g.alpha
	if stepped > 0 {
		g.stepped = g.bounds(results.TwoSided(alpha*steppedShare, stepped))
		alpha *= 1 - steppedShare
	}
	g.suspects = g.bounds(results.TwoSided(alpha, max(suspects, 1)))
}

func (g *gate) bounds(s results.Sequence) *bounds {
	if g.known[s] == nil {
		g.known[s] = &bounds{sequence: s}
	}
	return g.known[s]
}

// bounds is a sequence that remembers what each number of rounds needs.
type bounds struct {
	sequence results.Sequence
	needs    []int
}

func (b *bounds) need(n int) int {
	for len(b.needs) <= n {
		b.needs = append(b.needs, b.sequence.Need(len(b.needs)))
	}
	return b.needs[n]
}

// interval is the sequence's interval of sorted differences.
func (b *bounds) interval(sorted []float64) results.Interval {
	n := len(sorted)
	i := results.Interval{Estimate: results.SortedMedian(sorted), Lo: math.Inf(-1), Hi: math.Inf(1), N: n}
	if need := b.need(n); need <= n {
		i.Lo, i.Hi = sorted[n-need], sorted[need-1]
	}
	return i
}

// decide judges a candidate by its fresh rounds.
func (g *gate) decide(s *series, st standing) (Verdict, results.Interval) {
	b := g.suspects
	if st == stepped {
		if agree(s.screen[0], s.fresh) {
			d := s.screen[0].d
			i := results.Interval{Estimate: d, Lo: d, Hi: d, N: len(s.fresh)}
			switch {
			case len(s.fresh) < exactRounds:
				return Undecided, i
			case d > 0:
				return Slower, i
			}
			return Faster, i
		}
		b = g.stepped
	}
	i := b.interval(s.sorted)
	return g.verdict(i), i
}

// verdict judges an interval. One that lies within the threshold comes first: a
// difference that is shown to be less than what matters is not reported.
func (g *gate) verdict(i results.Interval) Verdict {
	line := slowerShare * g.limit
	switch {
	case i.Lo > -g.limit && i.Hi < g.limit:
		return Same
	case i.Lo > 0 && i.Estimate >= line:
		return Slower
	case i.Hi < 0 && i.Estimate <= -line:
		return Faster
	}
	return Undecided
}
