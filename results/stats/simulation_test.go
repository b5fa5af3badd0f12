package stats

import (
	"flag"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The error rates and the power of the methods as they are used. With -v these
// tests print what STATISTICS.md has; -runs 10 makes it more precise:
//
//	go test -v -run Simulated ./results/stats -runs 10
var times = flag.Int("runs", 1, "simulate so many times as much")

// simulations returns n, or as many as there is time for.
func simulations(n int) int {
	if testing.Short() {
		return n / 4
	}
	return n * *times
}

// atMost asserts that what happened n times in so many runs does not do so more
// often than in most percent of them: not so often that chance, of which there is
// the less the more runs there are, would not explain it.
func atMost(t *testing.T, most float64, n, runs int, what ...any) {
	t.Helper()
	p := most / 100
	assert.LessOrEqual(t, float64(n), p*float64(runs)+3*math.Sqrt(p*(1-p)*float64(runs)), what...)
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(of) }

// reaches reports whether the evidence of d against 0, from one of both sides,
// is at least enough. What is won at 0 bounds it, and is quick to see.
func reaches(d []float64, enough float64) bool {
	for _, d := range [][]float64{d, negated(d)} {
		if (&book{d: d}).wins(0) >= enough && Evidence(d, 0) >= enough {
			return true
		}
	}
	return false
}

// inside is Bet{alpha}.Interval(d).Inside(margin), quick where it is not.
func inside(d []float64, margin, alpha float64) bool {
	for _, d := range [][]float64{d, negated(d)} {
		if (&book{d: d}).wins(-margin) < 1/alpha {
			return false
		}
	}
	return Bet{alpha}.Interval(d).Inside(margin)
}

// alarms returns in how many of so many series of 30 rounds, looked at after
// each, a difference is seen at 0.05.
func alarms(runs int, next func(d []float64) float64) (n int) {
	for range runs {
		var d []float64
		for len(d) < 30 {
			if d = append(d, next(d)); reaches(d, 2/0.05) {
				n++
				break
			}
		}
	}
	return n
}

func TestSimulatedLooksAfterEachRoundKeepTheirError(t *testing.T) {
	runs := simulations(1500)
	for seed, z := range noises {
		r := random(100 + uint64(seed))
		n := alarms(runs, func([]float64) float64 { return z.draw(r) })
		t.Logf("identical arms, 30 looks at 0.05, %s: %.1f %% called different", z.name, percent(n, runs))
		atMost(t, 5, n, runs, z.name)
		assert.Greater(t, percent(n, runs), 0.5, "a test that never alarms is not one: %s", z.name)
	}
}

// Symmetry is all that is needed: rounds may spread as they like, and depend on
// what came before.
func TestSimulatedRoundsThatDependOnEarlierOnesKeepTheirError(t *testing.T) {
	runs := simulations(1500)
	for seed, c := range []struct {
		name string
		size func(d []float64) float64
	}{
		{"ever louder", func(d []float64) float64 { return math.Exp2(float64(len(d))) }},
		{"ever quieter", func(d []float64) float64 { return math.Exp2(-float64(len(d))) }},
		{"tenfold after a round that is up", func(d []float64) float64 { return 1 + 9*max(last(d), 0) }},
		{"a little more after a round that is up", func(d []float64) float64 { return 1 + 1e-3*last(d) }},
	} {
		r := random(110 + uint64(seed))
		n := alarms(runs, func(d []float64) float64 { return coin(r) * c.size(d) })
		t.Logf("identical arms, 30 looks at 0.05, %s: %.1f %% called different", c.name, percent(n, runs))
		atMost(t, 5, n, runs, c.name)
	}
}

// last is 1 or −1 as the last of d is up or down, 0 if there is none.
func last(d []float64) float64 {
	if len(d) == 0 {
		return 0
	}
	return math.Copysign(1, d[len(d)-1])
}

// What is a fair coin for identical arms is an assumption for those that differ:
// this is what a skew does to it.
func TestSimulatedSkew(t *testing.T) {
	runs := simulations(1500)
	for _, c := range []struct {
		name string
		draw func(r *rand.Rand) float64 // with median 0
		most float64                    // % called different
	}{
		{"log-normal, sd 0.25 of the log", func(r *rand.Rand) float64 { return math.Exp(0.25*r.NormFloat64()) - 1 }, 5},
		{"log-normal, sd 0.5 of the log", func(r *rand.Rand) float64 { return math.Exp(0.5*r.NormFloat64()) - 1 }, 10},
		{"exponential", func(r *rand.Rand) float64 { return r.ExpFloat64() - math.Ln2 }, 25},
	} {
		r := random(120)
		n := alarms(runs, func([]float64) float64 { return c.draw(r) })
		fixed := 0
		for range runs {
			d := noise{draw: c.draw}.series(r, 10, 0, 1)
			if (SignedRank{0.025}).Interval(d).Excludes(0) {
				fixed++
			}
		}
		t.Logf("median 0 but skewed, %s: bet %.1f %% over 30 looks, signed rank %.1f %% at 10", c.name, percent(n, runs), percent(fixed, runs))
		atMost(t, c.most, n, runs, c.name)
	}
}

func TestSimulatedPowerOfTheBet(t *testing.T) {
	const m, alpha = 20, 0.05
	margin := math.Log(1.05)
	for _, c := range []struct {
		sd         float64    // %
		by13, by21 [2]float64 // % found different, and the same
	}{{2, [2]float64{97, 100}, [2]float64{100, 100}}, {2.5, [2]float64{84, 100}, [2]float64{100, 100}}, {4, [2]float64{32, 76}, [2]float64{77, 98}}, {8, [2]float64{3, 3}, [2]float64{10, 11}}} {
		runs := simulations(800)
		r := random(130)
		var by13, by21 [2]int
		for range runs {
			d := normal.series(r, 21, margin, c.sd/100)
			equal := normal.series(r, 21, 0, c.sd/100)
			for i, found := range []func(n int) bool{
				func(n int) bool { return reaches(d[:n], 2*m/alpha) },
				func(n int) bool { return inside(equal[:n], margin, alpha) },
			} {
				n := 1
				for n <= 21 && !found(n) {
					n++
				}
				by13[i] += count(n <= 13)
				by21[i] += count(n <= 21)
			}
		}
		t.Logf("sd %g %%, by 13 / 21 rounds: +5 %% among %d (Bonferroni) found in %.0f / %.0f %%; what is equal called the same within 5 %% in %.0f / %.0f %%", c.sd, m,
			percent(by13[0], runs), percent(by21[0], runs), percent(by13[1], runs), percent(by21[1], runs))
		for i := range by13 {
			assert.InDelta(t, c.by13[i], percent(by13[i], runs), 6, "sd %g", c.sd)
			assert.InDelta(t, c.by21[i], percent(by21[i], runs), 6, "sd %g", c.sd)
		}
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestSimulatedEvidenceThatFallsCostsNoPower(t *testing.T) {
	const m, alpha = 20, 0.05
	for seed, z := range noises {
		runs := simulations(300)
		r := random(135 + uint64(seed))
		won, evidence := 0, 0
		for range runs {
			d := z.series(r, 14, math.Log(1.05), 0.035)
			if (&book{d: d}).wins(0) >= 2*m/alpha {
				won++
				evidence += count(Evidence(d, 0) >= 2*m/alpha)
			}
		}
		t.Logf("+5 %% among %d at 14 rounds, sd 3.5 %%, %s: E finds %.1f %%, the least E of any θ up to 0 %.1f %%", m, z.name, percent(won, runs), percent(evidence, runs))
		assert.GreaterOrEqual(t, percent(evidence, runs), percent(won, runs)-1, z.name)
	}
}

func TestSimulatedFixedPlans(t *testing.T) {
	const n, k = 10, 5
	runs := simulations(1500)
	for _, c := range []struct{ sd, worse, same float64 }{{1, 100, 100}, {2, 100, 100}, {4, 100, 92}, {8, 79, 14}} {
		r := random(140)
		worse, same, bet := 0, 0, 0
		for range runs {
			d := normal.series(r, n, math.Log(1.1), c.sd/100)
			if (SignedRank{0.05 / (k - 1)}).Interval(d).Lo > 0 {
				worse++
			}
			if (Bet{0.05 / (k - 1)}).Interval(d).Lo > 0 {
				bet++
			}
			if (SignedRank{0.05}).Interval(normal.series(r, n, 0, c.sd/100)).Inside(math.Log(1.05)) {
				same++
			}
		}
		t.Logf("%d rounds, sd %g %%: +10 %% among %d models found by signed rank in %.0f %%, by a bet in %.0f %%; the same within 5 %% by signed rank in %.0f %%", n, c.sd, k, percent(worse, runs), percent(bet, runs), percent(same, runs))
		assert.InDelta(t, c.worse, percent(worse, runs), 4, "sd %g", c.sd)
		assert.InDelta(t, c.same, percent(same, runs), 6, "sd %g", c.sd)
	}
}

func TestSimulatedSameIsRarelyWrong(t *testing.T) {
	const alpha = 0.05
	margin := math.Log(1.05)
	runs := simulations(1000)
	for seed, z := range []noise{normal, laplace, modes} {
		for _, sd := range []float64{0.01, 0.02, 0.04} {
			r := random(150 + uint64(seed))
			bet, fixed := 0, 0
			for range runs {
				d := z.series(r, 30, margin*coin(r), sd)
				if (SignedRank{alpha}).Interval(d[:10]).Inside(margin) {
					fixed++
				}
				for n := 1; n <= len(d); n++ {
					if inside(d[:n], margin, alpha) {
						bet++
						break
					}
				}
			}
			t.Logf("truly 5 %%, %s, sd %g %%: called the same within 5 %% by a bet in %.1f %% over 30 looks, by signed rank in %.1f %% at 10 rounds", z.name, 100*sd, percent(bet, runs), percent(fixed, runs))
			atMost(t, 5, bet, runs, "%s %g", z.name, sd)
			atMost(t, 5, fixed, runs, "%s %g", z.name, sd)
		}
	}
}

// A family is 20 benchmarks that are looked at after each of 13 rounds. One that
// is called different gets no more rounds.
func TestSimulatedFamilies(t *testing.T) {
	const m, rounds, alpha = 20, 13, 0.05
	runs := simulations(150)
	for seed, c := range []struct {
		slower int     // of them, +5 %
		sd     float64 // %
		find   float64 // % of those slower, at least
	}{{10, 2.5, 85}, {0, 2.5, 0}} {
		r := random(160 + uint64(seed))
		found, families := 0, 0
		for range runs {
			series, e, called := make([][]float64, m), make([]float64, m), make([]bool, m)
			for n := 1; n <= rounds; n++ {
				for i := range m {
					if called[i] {
						continue
					}
					x := c.sd / 100 * normal.draw(r)
					if i < c.slower {
						x += math.Log(1.05)
					}
					series[i] = append(series[i], x)
					if n >= LeastRounds(1, alpha) {
						e[i] = TwoSided(series[i], 0)
					}
				}
				for i, different := range Closed(e, alpha) {
					called[i] = called[i] || different
				}
			}
			for _, different := range called[:c.slower] {
				found += count(different)
			}
			families += count(slices.Contains(called[c.slower:], true))
		}
		found = found * 100 / max(c.slower*runs, 1)
		t.Logf("%d benchmarks, %d of them +5 %%, sd %g %%, %d rounds, closed mean: finds %d %%; any false in %.1f %%", m, c.slower, c.sd, rounds, found, percent(families, runs))
		assert.GreaterOrEqual(t, float64(found), c.find)
		atMost(t, 5, families, runs)
	}
}
