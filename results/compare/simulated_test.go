package compare

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/results/stats"
)

// The error rates and the power of a comparison as it is used: rounds go through
// the judging that says which of them are measured. With -v these tests print
// what STATISTICS.md has; -runs 10 makes it more precise:
//
//	go test -v -run Simulated ./results/compare -runs 10
var more = flag.Int("runs", 1, "simulate so many times as much")

func runs(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n * *more
}

// A simulation is comparisons of m benchmarks, of which some became slower.
type simulation struct {
	m, slower int
	by        float64 // how much slower: 0.05
	sd        float64 // of the rounds' log ratios
	layout    float64 // sd of what a layout adds, 0: nothing
	layouts   []int
	rounds    int
}

// An outcome is what came of simulated comparisons.
type outcome struct {
	found, of    int // slower ones, called slower
	same, null   int // unchanged ones, called the same
	false, gates int // comparisons that called an unchanged one slower or faster
	rounds       int // that all of them took
}

func (o outcome) percents() (found, same, wrong float64) {
	p := func(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }
	return p(o.found, o.of), p(o.same, o.null), p(o.false, o.gates)
}

func (o *outcome) add(s simulation, verdicts []Verdict) {
	wrong := false
	for i, v := range verdicts {
		if i < s.slower {
			if o.of++; v == Slower {
				o.found++
			}
			continue
		}
		if o.null++; v == Same {
			o.same++
		}
		wrong = wrong || v == Slower || v == Faster
	}
	if o.gates++; wrong {
		o.false++
	}
}

// draw is the log ratio of a benchmark in a round.
func (s simulation) draw(rng *rand.Rand, i int, effects map[[2]int]float64, layout int) float64 {
	x := s.sd * rng.NormFloat64()
	if i < s.slower {
		x += math.Log1p(s.by)
	}
	if s.layout > 0 {
		at := [2]int{i, layout}
		if _, ok := effects[at]; !ok {
			effects[at] = s.layout * rng.NormFloat64()
		}
		x += effects[at]
	}
	return x
}

// asUsed makes comparisons as they are made.
func (s simulation) asUsed(times int, seed uint64) (o outcome) {
	rng := rand.New(rand.NewPCG(seed, seed))
	p := plan()
	p.Metrics, p.Rounds, p.Layouts = []string{"ns/op"}, s.rounds, s.layouts
	for i := range s.m {
		p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: fmt.Sprint("Benchmark", i)})
	}
	for range times {
		j := NewJudging(p)
		effects := map[[2]int]float64{}
		for n := 1; n <= s.rounds; n++ {
			for i, b := range p.Benchmarks {
				done, _, layout, _ := j.Next(p.Block(b))
				if done {
					continue
				}
				r := round(n, b.Name, values{"ns/op": 1e6}, values{"ns/op": 1e6 * math.Exp(s.draw(rng, i, effects, layout))})
				r.Layout = layout
				j.Add(r)
				o.rounds++
			}
		}
		var verdicts []Verdict
		for _, b := range j.Report().Results {
			verdicts = append(verdicts, b.Verdict())
		}
		o.add(s, verdicts)
	}
	return o
}

// asBefore makes comparisons as version 1 did: four rounds screened all, and the
// sign mixture judged what looked different by fresh rounds.
func (s simulation) asBefore(times int, seed uint64) (o outcome) {
	const screen = 4
	rng := rand.New(rand.NewPCG(seed, seed))
	limit := math.Log(1.05)
	for range times {
		verdicts := make([]Verdict, s.m)
		var suspects []int
		for i := range s.m {
			var d []float64
			for range screen {
				d = append(d, s.draw(rng, i, nil, 0))
			}
			o.rounds += screen
			if math.Abs(stats.Median(d)) >= limit/2 {
				suspects = append(suspects, i)
			}
		}
		for _, i := range suspects {
			var d []float64
			for range s.rounds - screen {
				d = append(d, s.draw(rng, i, nil, 0))
				o.rounds++
				switch in := results.TwoSided(0.05, len(suspects)).Interval(d); {
				case in.Inside(limit):
					verdicts[i] = Same
				case in.Lo > 0 && in.Estimate >= slowerShare*limit:
					verdicts[i] = Slower
				case in.Hi < 0 && in.Estimate <= -slowerShare*limit:
					verdicts[i] = Faster
				}
				if verdicts[i] != "" {
					break
				}
			}
		}
		o.add(s, verdicts)
	}
	return o
}

func TestSimulatedComparisonsOfIdenticalBuildsAreRarelyWrong(t *testing.T) {
	for seed, s := range []simulation{
		{m: 20, sd: 0.025, rounds: 30},
		{m: 20, sd: 0.08, rounds: 30},
		{m: 1, sd: 0.08, rounds: 30},
		{m: 20, sd: 0.04, rounds: 30, layouts: []int{1, 2, 3, 4, 5, 6, 7, 8}},
	} {
		o := s.asUsed(runs(120), 300+uint64(seed))
		_, same, wrong := o.percents()
		t.Logf("%d identical, sd %g %%, up to %d rounds, %d layouts: any slower or faster in %.1f %%, the same %.0f %%", s.m, 100*s.sd, s.rounds, len(s.layouts), wrong, same)
		assert.LessOrEqual(t, wrong, 5.0)
	}
}

func TestSimulatedComparisonsFindWhatMatters(t *testing.T) {
	for seed, c := range []struct {
		simulation
		find float64 // %
	}{
		{simulation{m: 20, slower: 10, by: 0.05, sd: 0.025, rounds: 16}, 90},
		{simulation{m: 20, slower: 10, by: 0.05, sd: 0.025, rounds: 24, layouts: []int{1, 2, 3, 4, 5, 6, 7, 8}}, 85},
		{simulation{m: 20, slower: 10, by: 0.10, sd: 0.04, rounds: 16}, 95},
	} {
		o := c.asUsed(runs(60), 310+uint64(seed))
		found, same, wrong := o.percents()
		t.Logf("%d of %d slower by %g %%, sd %g %%, up to %d rounds, %d layouts: found %.0f %%, the others the same %.0f %%, any of them slower or faster in %.1f %%",
			c.slower, c.m, 100*c.by, 100*c.sd, c.rounds, len(c.layouts), found, same, wrong)
		assert.GreaterOrEqual(t, found, c.find)
		assert.LessOrEqual(t, wrong, 5.0)
	}
}

// Where each build's code lies by chance makes benchmarks differ that do not: in
// one layout those are differences like any other.
func TestSimulatedLayoutsAreNotTakenForDifferences(t *testing.T) {
	s := simulation{m: 20, sd: 0.01, layout: 0.04, rounds: 40}
	one := s.asUsed(runs(50), 320)
	s.layouts = []int{1, 2, 3, 4, 5, 6, 7, 8}
	many := s.asUsed(runs(50), 320)
	_, _, wrong := one.percents()
	_, _, again := many.percents()
	t.Logf("20 benchmarks that a layout moves by 4 %%: any called slower or faster in %.0f %% by one layout, in %.0f %% by eight", wrong, again)
	assert.Greater(t, wrong, 90.0)
	assert.Less(t, again, wrong)
}

func TestSimulatedOldAndNew(t *testing.T) {
	for seed, s := range []simulation{
		{m: 20, sd: 0.025, rounds: 16},
		{m: 20, slower: 10, by: 0.05, sd: 0.01, rounds: 16},
		{m: 20, slower: 10, by: 0.05, sd: 0.025, rounds: 16},
		{m: 20, slower: 10, by: 0.05, sd: 0.025, rounds: 28},
		{m: 20, slower: 10, by: 0.05, sd: 0.04, rounds: 28},
		{m: 20, slower: 10, by: 0.10, sd: 0.04, rounds: 28},
	} {
		n := runs(40)
		before, now := s.asBefore(n, 330+uint64(seed)), s.asUsed(n, 330+uint64(seed))
		f0, s0, w0 := before.percents()
		f1, s1, w1 := now.percents()
		each := func(o outcome) float64 { return float64(o.rounds) / float64(o.gates*s.m) }
		t.Logf("| %d of %d by %g %% | %g %% | %d | %.0f / %.0f %% | %.0f / %.0f %% | %.1f / %.1f %% | %.1f / %.1f |",
			s.slower, s.m, 100*s.by, 100*s.sd, s.rounds, f0, f1, s0, s1, w0, w1, each(before), each(now))
		assert.LessOrEqual(t, w1, 5.0)
		// A change of just the threshold is called the same in up to 5 %, where "same"
		// is looked for; before, it was looked for in few.
		assert.GreaterOrEqual(t, f1, f0-5, "%+v", s)
		assert.Greater(t, s1, s0, "%+v", s)
	}
}

// Rounds that a machine has recorded may be anything but normal: the coin makes
// noise of them.
func TestSimulatedModesAndOutliersAreRarelyWrong(t *testing.T) {
	rng := rand.New(rand.NewPCG(340, 340))
	p := plan()
	p.Kind, p.Same, p.Metrics, p.Rounds = AA, true, []string{"ns/op"}, 20
	var all []record.Round
	for i := range 20 {
		name := fmt.Sprint("Benchmark", i)
		p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: name})
		for n := 1; n <= 20; n++ {
			x := 0.01 * rng.NormFloat64()
			switch i % 4 {
			case 0: // two modes
				x += 0.2 * float64(rng.IntN(2))
			case 1: // an outlier
				if rng.IntN(10) == 0 {
					x += 3
				}
			case 2: // skewed
				x += 0.1 * rng.ExpFloat64()
			}
			all = append(all, round(n, name, values{"ns/op": 1e6}, values{"ns/op": 1e6 * math.Exp(x)}))
		}
	}
	n := runs(2000)
	g := Judge(p, all).Resample(n, 341)
	wrong := 100 * float64(g.Slower) / float64(n)
	t.Logf("20 benchmarks with modes, outliers and skews, signs drawn: slower in %.1f %% of comparisons", wrong)
	assert.LessOrEqual(t, wrong, 5.0)
}
