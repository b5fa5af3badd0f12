package compare

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/concbench/concbench/results/stats"
)

const (
	power       = 0.8  // the share of comparisons that is to find a difference for it to count as caught
	simulations = 100  // comparisons tried for each change
	manyRounds  = 8    // from which on recorded differences stand for themselves
	catchSeed   = 2718 // fixed: the same files give the same figures
	mostChange  = 6    // logarithm of the greatest change that is tried: 400 times as much
)

// A gate is what one benchmark must pass to be slower: in simulations, where
// what the others have won is held to be what it was.
type gate struct {
	rule   rule
	rounds int     // at most
	need   float64 // evidence on one side
	again  float64 // evidence in link layouts; 0: there are none
}

// gateOf is what a comparison of the report had to pass. Nil stands for one that
// an A/A check speaks of: of as many figures as vary in it, and of the rounds that
// it resamples.
func (r *Report) gateOf(s *series) gate {
	j := r.judging
	g := gate{rule: j.rule, rounds: resampledRounds}
	if s == nil {
		g.need = 2 * float64(max(r.Family, 1)) / j.rule.alpha
		return g
	}
	g.rounds = r.Plan.Rounds
	g.need = 2 * (1/j.rule.alpha + j.all - j.lacks(s.first.won(0)))
	if len(r.Plan.Layouts) > 0 {
		g.again = 1/j.rule.alpha + j.fresh
		if s.suspect != 0 {
			g.again -= j.lacks(s.fresh.won(s.suspect))
		}
	}
	return g
}

// noise draws the rounds of simulated comparisons in which nothing differs, from
// recorded differences. The spread of few is a rough figure, and what was quiet
// by luck must not pass for sensitive: it is taken as the greater of their own
// standard deviation and floor, and to be normal. From 8 rounds on, the recorded
// differences are drawn from. It is nil where nothing is known.
func (g gate) noise(d []float64, floor float64) [][]float64 {
	rng := rand.New(rand.NewPCG(catchSeed, uint64(len(d))))
	var draw func() float64
	if len(d) >= manyRounds {
		centre := stats.Median(d)
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
			return nil
		}
		draw = func() float64 {
			x := rng.NormFloat64()
			if math.IsInf(sd, 1) {
				return math.Copysign(sd, x)
			}
			return sd * x
		}
	}
	all := make([][]float64, simulations)
	for i := range all {
		all[i] = make([]float64, g.rounds)
		for n := range all[i] {
			all[i][n] = draw()
		}
	}
	return all
}

// finds returns the share of simulated comparisons that call a log change slower.
func (g gate) finds(change float64, noise [][]float64) float64 {
	first, fresh := newTrial(g.rule), newTrial(g.rule)
	found := 0
	for _, rounds := range noise {
		if g.passes(change, rounds, &first, &fresh) {
			found++
		}
	}
	return float64(found) / float64(len(noise))
}

func (g gate) passes(change float64, noise []float64, first, fresh *trial) bool {
	first.reset()
	fresh.reset()
	of, need := first, g.need
	for _, x := range noise {
		of.look(change + x)
		switch {
		case of.maybeSame():
			return false
		case of.beyond(g.rule) <= 0 || of.won(1) < need:
		case of == first && g.again > 0:
			of, need = fresh, g.again
		default:
			return true
		}
	}
	return false
}

// catches returns the smallest change, as a share, that is called slower with a
// probability of power. It is NaN where nothing can be told, and infinite where
// the rounds catch nothing at all.
func (g gate) catches(d []float64, floor float64) float64 {
	noise := g.noise(d, floor)
	if noise == nil {
		return math.NaN()
	}
	least, enough := 0.0, g.rule.limit
	for g.finds(enough, noise) < power {
		if least = enough; enough >= mostChange {
			return math.Inf(1)
		}
		enough *= 2
	}
	for range 8 {
		if mid := (least + enough) / 2; g.finds(mid, noise) < power {
			least = mid
		} else {
			enough = mid
		}
	}
	return math.Expm1(enough)
}

// commonSpread is the median of the benchmarks' standard deviations.
func (r *Report) commonSpread(metric string) float64 {
	var all []float64
	for i := range r.Results {
		if _, s := r.Results[i].by(metric); s != nil {
			if sd := fewSD(differences(s.points)); !math.IsNaN(sd) {
				all = append(all, sd)
			}
		}
	}
	if len(all) == 0 {
		return 0
	}
	return stats.Median(all)
}

// by returns the comparison by a metric and what was measured of it, nil if
// there is none.
func (b *Result) by(metric string) (*Comparison, *series) {
	at := slices.IndexFunc(b.Comparisons, func(c Comparison) bool { return c.Metric == metric })
	if at < 0 {
		return nil, nil
	}
	return &b.Comparisons[at], b.series[at]
}
