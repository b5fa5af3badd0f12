package compare

import (
	"cmp"
	"math"
	"slices"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/stats"
)

// A Sensitivity says what the comparison would have caught.
type Sensitivity struct {
	Metric    string
	Threshold float64 // the change asked for, a share
	Caught    int     // benchmarks in which it would have been caught
	Of        int     // benchmarks of which that is known
	Weakest   Key     // in which most is needed
	Smallest  float64 // that is caught there, a share; infinite where nothing is
}

// weakest is how many of the least sensitive benchmarks are looked at closely.
const weakest = 8

// Sensitivity says what the comparison would have caught with a probability of
// 0.8, by ns/op or, without it, the first metric: in the plan's rounds or, where
// the time was over before, in as many as others had that were open.
func (r *Report) Sensitivity() Sensitivity {
	metric := timeUnit
	if !slices.Contains(r.Plan.Metrics, metric) && len(r.Plan.Metrics) > 0 {
		metric = r.Plan.Metrics[0]
	}
	type weak struct {
		key    Key
		gate   gate
		d      []float64
		found  float64
		spread float64
	}
	s := Sensitivity{Metric: metric, Threshold: r.Plan.Threshold}
	floor := r.commonSpread(metric)
	usual := r.usualRounds(metric)
	var all []weak
	for i := range r.Results {
		b := &r.Results[i]
		c, of := b.by(metric)
		if of == nil || !b.measured() {
			continue
		}
		w := weak{key: b.Key(), gate: r.gateOf(of), d: differences(of.points)}
		switch {
		case r.Plan.Status == results.Complete:
		case c.Verdict == Undecided:
			w.gate.rounds = b.Rounds
		default:
			w.gate.rounds = min(w.gate.rounds, max(b.Rounds, usual))
		}
		noise := w.gate.noise(w.d, floor)
		if noise == nil {
			continue
		}
		w.found, w.spread = w.gate.finds(w.gate.rule.limit, noise), max(stats.RobustSD(w.d), floor)
		s.Of++
		if w.found >= power {
			s.Caught++
		}
		all = append(all, w)
	}
	slices.SortStableFunc(all, func(a, b weak) int {
		return cmp.Or(cmp.Compare(a.found, b.found), cmp.Compare(b.spread, a.spread))
	})
	for i, w := range all[:min(len(all), weakest)] {
		if least := w.gate.catches(w.d, floor); i == 0 || least > s.Smallest {
			s.Weakest, s.Smallest = w.key, least
		}
	}
	return s
}

// usualRounds is the median of the rounds of those that are open.
func (r *Report) usualRounds(metric string) int {
	var rounds []float64
	for i := range r.Results {
		if c, _ := r.Results[i].by(metric); c != nil && c.Verdict == Undecided {
			rounds = append(rounds, float64(r.Results[i].Rounds))
		}
	}
	if len(rounds) == 0 {
		return math.MaxInt
	}
	return int(stats.Median(rounds))
}
