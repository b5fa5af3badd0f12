package results

import (
	"maps"
	"math"
	"slices"

	"github.com/concbench/concbench/results/record"
)

// familyError is the probability, for each row and metric, with which a model
// that is in truth the best may be missing from the possible best.
const familyError = 0.05

// A contender is a model that was measured in a row.
type contender struct {
	figures map[int]float64     // by round
	turns   map[int]*record.Arm // by round, where arms took turns
	unit    string              // of turns
	median  float64
	safe    bool // cannot be excluded: it may be better than was measured
}

// A set is the confidence set of the best among contenders, who are told by
// their index.
type set struct {
	possible  []bool
	reference int        // the possible best with the lowest median
	against   []int      // whom each is compared with
	ratio     []Interval // to that one, in logarithms
	behind    []float64  // upper bound of the ratio to any possible best, in logarithms
	rounds    int        // that the most often measured pair shares
	need      int        // rounds that can exclude any
}

// best finds the possible best among contenders: those whom no other one
// beats. B is beaten by A where the interval of d = log(B/A), over the rounds that
// measured both, lies above 0 at an error of familyError/(k−1) for k contenders:
// the truly best one then stays with a probability of 1−familyError.
//
// The same method gives the interval of the ratio that is shown, so that a
// ratio's interval lies above 1 exactly where it excludes. That a model is within
// a margin of the best is an answer of its own, at an error of familyError a
// comparison; in runs of version 1 it shares the row's. A model that is beaten by
// another, but not by the reference, is compared with the one that beats it most
// clearly.
//
// Note: medians of paired differences can run in a circle, each beating the
// next. Where nobody would be left, nobody is excluded.
func best(how method, in []contender) set {
	k := len(in)
	s := set{possible: make([]bool, k), reference: -1, against: make([]int, k), ratio: make([]Interval, k), behind: make([]float64, k)}
	by, side := how.at(familyError/float64(max(k-1, 1))), how.at(familyError)
	if how.shared {
		side = by
	}
	s.need = by.LeastRounds()
	beater := make([]int, k)
	ratios := make([][]Interval, k)
	for b := range in {
		beater[b], ratios[b] = -1, make([]Interval, k)
		for a := range in {
			ratios[b][a] = by.Interval(in[b].over(in[a]))
			if a == b {
				continue
			}
			s.rounds = max(s.rounds, ratios[b][a].N)
			if lo := ratios[b][a].Lo; !in[b].safe && lo > 0 && (beater[b] < 0 || lo > ratios[b][beater[b]].Lo) {
				beater[b] = a
			}
		}
	}
	circle := !slices.Contains(beater, -1)
	for i := range in {
		s.possible[i] = beater[i] < 0 || circle
		if s.possible[i] && (s.reference < 0 || in[i].median < in[s.reference].median) {
			s.reference = i
		}
	}
	for i := range in {
		s.against[i] = s.reference
		if !s.possible[i] && ratios[i][s.reference].Lo <= 0 {
			s.against[i] = beater[i]
		}
		s.ratio[i] = ratios[i][s.against[i]]
		for p := range in {
			if s.possible[p] && p != i {
				s.behind[i] = max(s.behind[i], side.Interval(in[i].over(in[p])).Hi)
			}
		}
	}
	return s
}

// over returns log(b/a) of the rounds that are in both, in their order. Where
// both took turns it is the median over the cycles of a round: its typical error
// is two thirds of that of the ratio of two medians.
func (b contender) over(a contender) []float64 {
	var d []float64
	for _, round := range slices.Sorted(maps.Keys(b.figures)) {
		y, both := a.figures[round]
		if !both {
			continue
		}
		if p, q := b.turns[round], a.turns[round]; p != nil && q != nil {
			if r := p.LogRatio(q, b.unit); !math.IsNaN(r) {
				d = append(d, r)
				continue
			}
		}
		d = append(d, logRatio(b.figures[round], y))
	}
	return d
}

func logRatio(x, y float64) float64 {
	if x == y { // both may be 0
		return 0
	}
	return math.Log(x / y)
}

// logRatios returns log(b/a) of the rounds that are in both, in their order.
func logRatios(b, a map[int]float64) []float64 {
	return contender{figures: b}.over(contender{figures: a})
}

// exp returns the interval of the ratio, given that of its logarithm.
func exp(i Interval) Interval {
	return Interval{Estimate: math.Exp(i.Estimate), Lo: math.Exp(i.Lo), Hi: math.Exp(i.Hi), N: i.N}
}
