package results

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// sweepFindings carries out a test that is over sweeps. Their few rounds give no
// interval: evidence points somewhere where every round does.
func (d *Data) sweepFindings(t Test) []finding {
	var found []finding
	for _, s := range d.Series() {
		about := slices.ContainsFunc(t.Jobs, func(p string) bool { return MatchesJob(p, s.jobs[0]) })
		if !about || s.foreign || t.Says == Slope && (!s.bySlope() || s.Metric.Unit != t.Unit) {
			continue
		}
		if s.told && t.Says == Farther { // by another metric of the same sweep
			continue
		}
		for _, of := range t.Of {
			a, ok := s.line(of)
			switch {
			case !ok:
			case t.Says == Turns:
				found = append(found, s.turns(a))
			default:
				for _, than := range t.Than {
					if b, ok := s.line(than); ok && t.Says == Slope {
						found = append(found, s.slopes(a, b)...)
					} else if ok {
						found = append(found, s.farther(a, b))
					}
				}
			}
		}
	}
	return found
}

func (s Series) line(model string) (Line, bool) {
	at := slices.IndexFunc(s.Lines, func(l Line) bool { return l.Model.Name == model })
	if at < 0 {
		return Line{}, false
	}
	return s.Lines[at], true
}

func settled(where, what, text string, side Side) finding {
	return finding{where: where, what: what, text: text, swept: true, side: func(int) Side { return side }}
}

// slopes compares what a task adds.
func (s Series) slopes(a, b Line) []finding {
	x, okA := s.slope(a)
	y, okB := s.slope(b)
	if !okA || !okB {
		return nil
	}
	side := Neither
	switch {
	case min(x.N, y.N) < sweepRounds:
	case x.Hi*(1+margin) < y.Lo:
		side = For
	case x.Lo*(1+margin) > y.Hi:
		side = Against
	}
	text := fmt.Sprintf("%s a task and %s", s.Metric.Format(x.Estimate), s.Metric.Format(y.Estimate))
	return []finding{settled(s.Title(), a.Model.Name+" and "+b.Model.Name, text, side)}
}

// farther compares the last points that two models carry: that have a figure,
// one within the limit where there is a limit.
func (s Series) farther(a, b Line) finding {
	end := func(l Line) int { return s.end(l.Values) }
	name := func(at int) string {
		if at < 0 {
			return "none"
		}
		return s.Points[at]
	}
	side := Against
	switch x, y := end(a), end(b); {
	case s.unknown(a, x) || s.unknown(b, y) || !s.agreed(a, b):
		side = Neither
	case x > y:
		side = For
	case x == y && (x == len(s.Points)-1 || s.machine(a, x) && s.machine(b, y)):
		side = Neither // the sweep, or the machine, ends before they do
	}
	return settled(s.Title(), a.Model.Name+" and "+b.Model.Name, fmt.Sprintf("up to %s and %s", name(end(a)), name(end(b))), side)
}

// agreed says that there are enough rounds, and that which of two lines goes
// farther, or neither, comes out of each as it does of the medians.
func (s Series) agreed(a, b Line) bool {
	if s.Rounds < sweepRounds {
		return false
	}
	ahead := func(x, y []float64) int { return cmp.Compare(s.end(x), s.end(y)) }
	for round := range s.inRounds() {
		if ahead(a.inRound(round), b.inRound(round)) != ahead(a.Values, b.Values) {
			return false
		}
	}
	return true
}

// inRounds returns the rounds in which any point has a figure.
func (s Series) inRounds() map[int]bool {
	rounds := map[int]bool{}
	for _, l := range s.Lines {
		for _, point := range l.rounds {
			for round := range point {
				rounds[round] = true
			}
		}
	}
	return rounds
}

// inRound returns the line's figures of one round, NaN where there is none.
func (l Line) inRound(round int) []float64 {
	values := make([]float64, len(l.rounds))
	for i, point := range l.rounds {
		values[i] = math.NaN()
		if v, ok := point[round]; ok {
			values[i] = v
		}
	}
	return values
}

// end is the last point that a line carries: the last with a figure, or, where
// there is a limit, the last before it is first left; -1: none.
func (s Series) end(values []float64) int {
	if s.Limit > 0 {
		return upto(values, s.Limit)
	}
	return last(values)
}

// sweepRounds is how many rounds of a sweep have to agree.
const sweepRounds = 3

// unknown says that it is not known how a line would go on behind a point: the
// next was not measured, or the origin was the limit there.
func (s Series) unknown(l Line, end int) bool {
	next := end + 1
	return next < len(s.Points) && (l.Why[next] == notMeasured || l.limited[next])
}

// machine says that a line ends behind a point since the machine allows no more.
func (s Series) machine(l Line, end int) bool {
	next := end + 1
	return next < len(s.Points) && strings.HasPrefix(l.Why[next], "limit: ")
}

// turns says whether the line is worse in the end than at its best, in every
// round.
func (s Series) turns(l Line) finding {
	best, last := l.first(), l.last()
	for i, v := range l.Values {
		if v < l.Values[best] {
			best = i
		}
	}
	worse, rounds := 0, 0
	for round, v := range l.rounds[last] {
		if low, ok := l.rounds[best][round]; ok {
			rounds++
			if v > (1+margin)*low {
				worse++
			}
		}
	}
	side := Neither
	switch {
	case rounds < sweepRounds || last < len(s.Points)-1:
	case worse == rounds:
		side = For
	case worse == 0:
		side = Against
	}
	return settled(s.Title(), l.Model.Name, s.knee(l), side)
}
