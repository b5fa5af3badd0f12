package compare

import (
	"math/rand/v2"
)

// resampledRounds are those of a resampled comparison, at most.
const resampledRounds = 30

// A Resampled says what whole comparisons would have said of recorded A/A rounds.
type Resampled struct {
	Runs       int
	Slower     int // runs in which any benchmark was slower, or worse: they cry wolf
	Faster     int // runs in which any was faster
	Benchmarks int // in each run
}

// Resample makes as many whole comparisons as wanted of an A/A check's rounds,
// each with rounds drawn anew and looked at after each; what is decided gets no
// more. Base and head are one build, so that a coin may exchange them: it does,
// for each benchmark in each round drawn.
//
// The evidence is what the coins say, which is never less than what a comparison
// judges by. A constant figure is exact and cannot differ.
func (r *Report) Resample(times int, seed uint64) Resampled {
	var from []recorded
	for i := range r.Results {
		if of := r.Results[i].recorded(r.judging.rule); len(of.rounds) > 0 {
			from = append(from, of)
		}
	}
	res := Resampled{Runs: times, Benchmarks: len(from)}
	for run := range times {
		slower, faster := once(from, r.judging.rule, rand.New(rand.NewPCG(seed, uint64(run))))
		if slower {
			res.Slower++
		}
		if faster {
			res.Faster++
		}
	}
	return res
}

// recorded is what the rounds of one benchmark measured of the metrics that vary.
type recorded struct {
	rounds [][]float64 // d, as the metrics
	trials []trial     // as the metrics
	done   []bool
}

// recorded returns the rounds that have every metric of the benchmark.
func (b *Result) recorded(rule rule) recorded {
	var of recorded
	if !b.measured() {
		return of
	}
	n := -1
	for _, s := range b.series {
		if !s.varies {
			continue
		}
		if of.trials = append(of.trials, newTrial(rule)); n < 0 || len(s.points) < n {
			n = len(s.points)
		}
	}
	for round := range max(n, 0) {
		var at []float64
		for _, s := range b.series {
			if s.varies {
				at = append(at, s.points[round].d)
			}
		}
		of.rounds = append(of.rounds, at)
	}
	of.done = make([]bool, len(of.trials))
	return of
}

// once makes one comparison.
func once(from []recorded, rule rule, rng *rand.Rand) (slower, faster bool) {
	open := 0
	for i := range from {
		for m := range from[i].trials {
			from[i].trials[m].reset()
			from[i].done[m] = false
			open++
		}
	}
	for n := 0; open > 0 && n < resampledRounds; n++ {
		round := rng.IntN(longest(from)) // one that was loud was so for all
		calls := false
		for i := range from {
			of := &from[i]
			d := of.rounds[round%len(of.rounds)] // one that has fewer begins again
			flip := rng.Uint64()&1 == 0
			for m := range d {
				if of.done[m] {
					continue
				}
				t, x := &of.trials[m], d[m]
				if flip {
					x = -x
				}
				if t.look(x); t.maybeSame() {
					of.done[m] = true
					open--
				}
				calls = calls || t.won(0) >= 1/rule.alpha
			}
		}
		if !calls {
			continue
		}
		lack := func(t *trial) float64 { return max(1/rule.alpha-t.won(0), 0) }
		all := 1 / rule.alpha
		for i := range from {
			for m := range from[i].trials {
				all += lack(&from[i].trials[m])
			}
		}
		for i := range from {
			for m := range from[i].trials {
				t := &from[i].trials[m]
				if side := t.beyond(rule); !from[i].done[m] && side != 0 && t.won(0) >= all-lack(t) {
					slower, faster = slower || side > 0, faster || side < 0
					from[i].done[m] = true
					open--
				}
			}
		}
	}
	return slower, faster
}

// longest is how many rounds the most often measured has.
func longest(from []recorded) int {
	n := 1
	for _, of := range from {
		n = max(n, len(of.rounds))
	}
	return n
}
