package compare

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/concbench/concbench/results"
)

const (
	power       = 0.8  // the share of gates that is to find a difference for it to count as caught
	simulations = 400  // gates tried for each figure
	manyRounds  = 8    // from which on recorded differences stand for themselves
	catchSeed   = 2718 // fixed: the same files give the same figures
)

// A Sensitivity says what the comparison would have caught.
type Sensitivity struct {
	Metric    string
	Threshold float64 // the change asked for, a share
	Caught    int     // benchmarks in which it would have been caught
	Of        int     // benchmarks that could be told
	Weakest   Key     // in which most is needed
	Smallest  float64 // that is caught there, a share; infinite where nothing is
}

// Sensitivity says what the comparison would have caught in the plan's rounds
// with a probability of 0.8, by ns/op or, without it, the first metric. Where
// there was no time for what a benchmark needed, nothing would have been.
//
// The spread of a benchmark that has few rounds is a rough figure, and one that
// was quiet by luck must not pass for sensitive: it is taken as the greater of
// its own standard deviation and the median of all benchmarks', and to be
// normal. From 8 rounds on, the recorded differences are drawn from.
func (r *Report) Sensitivity() Sensitivity {
	metric := timeUnit
	if !slices.Contains(r.Plan.Metrics, metric) && len(r.Plan.Metrics) > 0 {
		metric = r.Plan.Metrics[0]
	}
	s := Sensitivity{Metric: metric, Threshold: r.Plan.Threshold}
	floor := r.commonSpread(metric)
	more := *r.gate // for what was no candidate, and would have been one more
	more.family(r.suspects+1, r.Family-r.suspects)
	for i := range r.Results {
		b := &r.Results[i]
		c, ps := b.by(metric)
		if ps == nil || !b.measured() {
			continue
		}
		g := &more
		if c.Candidate {
			g = r.gate
		}
		least := g.catches(differences(ps.all()), floor)
		if c.Verdict == Undecided && b.Confirmed < r.Plan.Confirm {
			least = math.Inf(1) // it was not measured to the end
		}
		if math.IsNaN(least) {
			continue
		}
		s.Of++
		if least <= s.Threshold*(1+1e-9) {
			s.Caught++
		}
		if s.Of == 1 || least > s.Smallest {
			s.Weakest, s.Smallest = b.Key(), least
		}
	}
	return s
}

// commonSpread is the median of the benchmarks' standard deviations.
func (r *Report) commonSpread(metric string) float64 {
	var all []float64
	for i := range r.Results {
		if _, ps := r.Results[i].by(metric); ps != nil {
			if sd := fewSD(differences(ps.all())); !math.IsNaN(sd) {
				all = append(all, sd)
			}
		}
	}
	if len(all) == 0 {
		return 0
	}
	return median(all)
}

// by returns the comparison by a metric and what was measured of it, nil if
// there is none.
func (b *Result) by(metric string) (*Comparison, *series) {
	for i := range b.Comparisons {
		if b.Comparisons[i].Metric == metric {
			return &b.Comparisons[i], &b.points[i]
		}
	}
	return nil, nil
}

// catches returns the smallest change, as a share, that the gate calls slower
// with a probability of power, from the recorded differences d; floor is what
// the spread is taken for at least where there are few. It is NaN where nothing
// can be told, and infinite where the gate's rounds catch nothing at all.
func (g *gate) catches(d []float64, floor float64) float64 {
	rng := rand.New(rand.NewPCG(catchSeed, uint64(len(d))))
	var draw func() float64
	if len(d) >= manyRounds {
		centre := median(slices.Clone(d))
		draw = func() float64 {
			x := d[rng.IntN(len(d))]
			if x == centre {
				return 0 // infinite ones too
			}
			return x - centre
		}
	} else {
		sd := max(fewSD(d), floor)
		if math.IsNaN(sd) {
			return math.NaN()
		}
		if math.IsInf(sd, 1) {
			return sd
		}
		draw = func() float64 { return sd * rng.NormFloat64() }
	}
	least := make([]float64, simulations)
	for i := range least {
		least[i] = g.least(draw)
	}
	slices.Sort(least)
	return math.Expm1(least[int(math.Ceil(power*simulations))-1])
}

// least returns the smallest log change that one simulated gate, which is
// looked at after each round, screens in and calls slower. A change c moves the
// whole interval by c, so that each condition of gate.verdict can be solved for
// it: the interval is above 0, the estimate is over the line, and no look so far
// found it within the threshold, where measuring would have ended.
func (g *gate) least(draw func() float64) float64 {
	var s series
	for range g.screen {
		s.add(point{d: draw()})
	}
	enters := math.Inf(-1)
	if g.screen > 0 {
		enters = g.limit/2 - results.SortedMedian(s.sorted)
	}
	s.reset()
	found, within := math.Inf(1), math.Inf(-1)
	for range g.confirm {
		s.add(point{d: draw()})
		i := g.suspects.interval(s.sorted)
		if !i.Bounded() {
			continue
		}
		within = max(within, g.limit-i.Hi)
		found = min(found, max(-i.Lo, slowerShare*g.limit-i.Estimate, within))
	}
	return max(enters, found)
}
