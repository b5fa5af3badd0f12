package compare

import (
	"math/rand/v2"
	"slices"
)

// A Resampled says what whole gates would have said of recorded A/A rounds.
type Resampled struct {
	Runs       int
	Slower     int // runs in which any benchmark was slower, or worse: they cry wolf
	Faster     int // runs in which any was faster
	Candidates int // median over the runs
	Benchmarks int // in each run
}

// Resample makes as many whole gates as asked of an A/A check's rounds, each
// with the plan's screening and confirming rounds drawn anew, and looked at
// after each. Base and head are one build, so that a coin may exchange them: it
// does, for each round drawn.
func (r *Report) Resample(times int, seed uint64) Resampled {
	var from []recorded
	for i := range r.Results {
		if of := r.Results[i].recorded(); len(of.rounds) > 0 {
			from = append(from, of)
		}
	}
	res := Resampled{Runs: times, Benchmarks: len(from)}
	g := *r.gate
	var candidates []float64
	for run := range times {
		g.rng = newRand(seed, run)
		slower, faster, n := g.once(from)
		if slower {
			res.Slower++
		}
		if faster {
			res.Faster++
		}
		candidates = append(candidates, float64(n))
	}
	if times > 0 {
		res.Candidates = int(median(candidates))
	}
	return res
}

func newRand(seed uint64, run int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(run))) }

// recorded is what the rounds of one benchmark measured: a point a metric.
type recorded struct {
	rounds [][]point
	drawn  []series // as its metrics
	stands []standing
}

// recorded returns the rounds that have every metric of the benchmark.
func (b *Result) recorded() recorded {
	var of recorded
	if !b.measured() {
		return of
	}
	n := len(b.points[0].all())
	for _, s := range b.points {
		n = min(n, len(s.screen)+len(s.fresh))
	}
	for round := range n {
		var at []point
		for _, s := range b.points {
			at = append(at, s.all()[round])
		}
		of.rounds = append(of.rounds, at)
	}
	of.drawn, of.stands = make([]series, len(b.points)), make([]standing, len(b.points))
	return of
}

// once makes one gate.
func (g *gate) once(from []recorded) (slower, faster bool, candidates int) {
	// A round that was loud was so for all.
	rounds := make([]int, g.screen+g.confirm)
	for i := range rounds {
		rounds[i] = g.rng.IntN(longest(from))
	}
	suspects, steps := 0, 0
	for i := range from {
		of := &from[i]
		for m := range of.drawn {
			of.drawn[m].reset()
		}
		for _, round := range rounds[:g.screen] {
			g.draw(of, round, func(s *series, p point) { s.screen = append(s.screen, p) })
		}
		for m := range of.drawn {
			of.stands[m] = g.screened(&of.drawn[m])
			switch of.stands[m] {
			case suspect:
				suspects++
			case stepped:
				steps++
			}
		}
	}
	g.family(suspects, steps)
	for i := range from {
		of := &from[i]
		if !slices.ContainsFunc(of.stands, standing.candidate) {
			continue
		}
		for n, open := 0, true; open && n < g.confirm; n++ {
			g.draw(of, rounds[g.screen+n], (*series).add)
			open = false
			for m := range of.drawn {
				if of.stands[m].candidate() {
					v, _ := g.decide(&of.drawn[m], of.stands[m])
					open = open || !v.decided()
				}
			}
		}
		for m := range of.drawn {
			if of.stands[m].candidate() {
				v, _ := g.decide(&of.drawn[m], of.stands[m])
				slower, faster = slower || v == Slower, faster || v == Faster
			}
		}
	}
	return slower, faster, suspects + steps
}

// longest is how many rounds the most often measured has.
func longest(from []recorded) int {
	n := 1
	for _, of := range from {
		n = max(n, len(of.rounds))
	}
	return n
}

// draw takes one round in, its sides exchanged by a coin. A benchmark that has
// fewer rounds than others begins again.
func (g *gate) draw(of *recorded, number int, take func(*series, point)) {
	round := of.rounds[number%len(of.rounds)]
	flip := g.rng.Uint64()&1 == 0
	for m, p := range round {
		if flip {
			p = p.flipped()
		}
		take(&of.drawn[m], p)
	}
}
