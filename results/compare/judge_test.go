package compare

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
)

func TestVerdicts(t *testing.T) {
	for _, test := range []struct {
		what   string
		ratios []float64
		want   Verdict
	}{
		{"no sign while screening", repeat(1.01, 3), Clear},
		{"slower in every round", repeat(1.1, 13), Slower},
		{"faster in every round", repeat(0.9, 13), Faster},
		{"an estimate of ¾ of the threshold, not shown to be under it", append(repeat(1.04, 3), append(repeat(1.04, 10), 1.07, 1.08)...), Slower},
		{"shown to be under the threshold", repeat(1.04, 13), Same},
		{"looked different, and is not", append(repeat(1.1, 3), repeat(1, 12)...), Same},
		{"too few rounds", repeat(1.1, 8), Undecided},
		{"screening is not finished", repeat(1.1, 2), Undecided},
		{"both ways", append(repeat(1.1, 3), 0.9, 1.1, 0.9, 1.1, 0.9, 1.1, 0.9, 1.1, 0.9, 1.1), Undecided},
	} {
		r := Judge(plan("BenchmarkA"), times("BenchmarkA", test.ratios...))
		c := only(t, r, "BenchmarkA")
		assert.Equal(t, test.want, c.Verdict, "%s: %v", test.what, c.D)
	}
}

func TestOnlyFreshRoundsAreJudged(t *testing.T) {
	r := Judge(plan("BenchmarkA"), times("BenchmarkA", append(repeat(2, 3), repeat(1.1, 10)...)...))
	c := only(t, r, "BenchmarkA")
	assert.Equal(t, 10, c.D.N)
	assert.InDelta(t, 1.1, c.Ratio.Estimate, 0.001)
	assert.InDelta(t, 1.1, c.Ratio.Hi, 0.001, "rounds of 2× were for screening")
	assert.InDelta(t, 1100, c.Head, 1)
}

func TestIntervalIsTheSequences(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	p := plan("BenchmarkA", "BenchmarkB")
	var ratios []float64
	for range 27 {
		ratios = append(ratios, math.Exp(0.1+0.05*rng.NormFloat64()))
	}
	r := Judge(p, append(times("BenchmarkA", ratios...), times("BenchmarkB", ratios[:3]...)...))
	require.Equal(t, 2, r.Family)
	var d []float64
	for _, x := range ratios[3:] {
		d = append(d, math.Log(1000*x/1000))
	}
	want := results.TwoSided(0.05, 2).Interval(d)
	got := only(t, r, "BenchmarkA").D
	assert.InDelta(t, want.Estimate, got.Estimate, 1e-12)
	assert.InDelta(t, want.Lo, got.Lo, 1e-12)
	assert.InDelta(t, want.Hi, got.Hi, 1e-12)
}

func TestMoreIsBetter(t *testing.T) {
	p := plan("BenchmarkA")
	p.Metrics = []string{"MB/s"}
	var faster []Sample
	for round := 1; round <= 13; round++ {
		faster = append(faster, sample(round, "BenchmarkA", values{"MB/s": 100 + float64(round)}, values{"MB/s": 120 + float64(round)}))
	}
	c := only(t, Judge(p, faster), "BenchmarkA")
	assert.Equal(t, Faster, c.Verdict)
	assert.Greater(t, c.Ratio.Lo, 1.0, "the ratio stays as the figures are")
	assert.Negative(t, c.D.Hi)
	assert.LessOrEqual(t, c.Ratio.Lo, c.Ratio.Estimate)
	assert.LessOrEqual(t, c.Ratio.Estimate, c.Ratio.Hi)

	for i := range faster {
		faster[i].Better = map[string]string{"MB/s": "lower"}
	}
	assert.Equal(t, Slower, only(t, Judge(p, faster), "BenchmarkA").Verdict, "a Unit line overrides")
	assert.True(t, higher("score", map[string]string{"score": "higher"}))
	assert.False(t, higher("ns/op"))
}

func TestAttempts(t *testing.T) {
	at := func(attempt int, disturbed bool, ratio float64) Sample {
		s := sample(1, "BenchmarkA", values{"ns/op": 1000}, values{"ns/op": 1000 * ratio})
		s.Pair.Attempt, s.Pair.Disturbed = attempt, disturbed
		return s
	}
	for _, test := range []struct {
		what string
		give []Sample
		want float64
	}{
		{"the last that was not disturbed", []Sample{at(0, true, 1), at(1, false, 2), at(2, true, 3)}, 2},
		{"else the last", []Sample{at(0, true, 1), at(1, true, 2)}, 2},
		{"in whatever order they come", []Sample{at(2, true, 3), at(1, false, 2), at(0, true, 1)}, 2},
	} {
		got := chosen(test.give)[Key{pkgPath, "BenchmarkA"}][1]
		assert.Equal(t, 1000*test.want, got.Head["ns/op"], test.what)
	}
	assert.Equal(t, 1, Judge(plan("BenchmarkA"), []Sample{at(0, true, 1)}).Results[0].Disturbed)
}

func TestFailedIsNotJudged(t *testing.T) {
	all := times("BenchmarkA", repeat(1.2, 13)...)
	all[6].Pair.Failed, all[6].Pair.Log = "head: b.Fatal", "logs/a.txt"
	r := Judge(plan("BenchmarkA"), all)
	assert.Equal(t, Failed, r.Results[0].Verdict())
	assert.Contains(t, r.Results[0].Failure, "round 7, head: b.Fatal")
	assert.Equal(t, "logs/a.txt", r.Results[0].Log)
	assert.False(t, r.Regressed())
	assert.Equal(t, 1, r.Family, "what was allowed to others does not change by it")
	assert.Empty(t, r.Open())
	all[6].Pair.Round = 1
	assert.Zero(t, Judge(plan("BenchmarkA"), all).Family, "it never was a candidate")
}

func TestAFailureCountsInAnyAttempt(t *testing.T) {
	again := sample(1, "BenchmarkA", values{"ns/op": 1000}, values{"ns/op": 1000})
	again.Pair.Attempt = 1
	first := Sample{Pair: again.Pair}
	first.Pair.Attempt, first.Pair.Disturbed, first.Pair.Failed = 0, true, "head: b.Fatal"
	assert.Equal(t, Failed, Judge(plan("BenchmarkA"), []Sample{first, again}).Results[0].Verdict())
}

func TestAMetricOfOneSideIsUndecided(t *testing.T) {
	p := plan("BenchmarkA")
	p.Metrics = []string{"ns/op", "rows"}
	var all []Sample
	for round := 1; round <= 3; round++ {
		all = append(all, sample(round, "BenchmarkA", values{"ns/op": 1000, "rows": 3}, values{"ns/op": 1000}))
	}
	r := Judge(p, all)
	assert.Equal(t, []string{"rows"}, r.Results[0].OneSided)
	assert.Equal(t, 1, r.Undecided())
	assert.Equal(t, 0, r.ExitCode(false))
	assert.Equal(t, 3, r.ExitCode(true))
}

func TestFamilyIsFixedByScreening(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkB", "BenchmarkC")
	screen := slices.Concat(times("BenchmarkA", repeat(1.1, 3)...), times("BenchmarkB", repeat(1.1, 3)...), times("BenchmarkC", repeat(1, 3)...))
	r := Judge(p, screen)
	assert.Equal(t, 2, r.Family)
	want := []Key{{pkgPath, "BenchmarkA"}, {pkgPath, "BenchmarkB"}}
	assert.Equal(t, want, r.Candidates())
	assert.Equal(t, want, r.Open())

	more := append(screen, times("BenchmarkA", repeat(1.1, 13)...)[3:]...)
	r = Judge(p, more)
	assert.Equal(t, 2, r.Family, "what is decided stays in it")
	assert.Equal(t, want, r.Candidates())
	assert.Equal(t, want[1:], r.Open())
	assert.Equal(t, 10, r.Of(want[0]).Confirmed)
	assert.Equal(t, 3, r.Of(want[0]).Screened)
}

func TestNoRoundsAreAskedForBeyondThePlan(t *testing.T) {
	p := plan("BenchmarkA")
	both := repeat(1.1, 3)
	for i := range p.Confirm {
		both = append(both, []float64{1.1, 0.92}[i%2])
	}
	assert.NotEmpty(t, Judge(p, times("BenchmarkA", both[:len(both)-1]...)).Open())
	r := Judge(p, times("BenchmarkA", both...))
	assert.Empty(t, r.Open())
	assert.Equal(t, Undecided, r.Results[0].Verdict())
}

func TestJudgeIsPure(t *testing.T) {
	p := plan("BenchmarkA")
	all := times("BenchmarkA", repeat(1.1, 13)...)
	shuffled := slices.Clone(all)
	rand.New(rand.NewPCG(5, 5)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	assert.Equal(t, Judge(p, all).Results, Judge(p, shuffled).Results)
}

// A true change of just the threshold: what a line at ¾ of it finds, and what a
// line at the threshold would.
func TestALineAtTheThresholdFindsHalf(t *testing.T) {
	const runs = 1000
	p := plan("BenchmarkA")
	found := map[float64]int{}
	for _, line := range []float64{slowerShare, 1} {
		rng := rand.New(rand.NewPCG(6, 6))
		for range runs {
			g := newGate(p)
			g.family(1, 0)
			var s series
			for range p.Confirm {
				s.add(point{d: math.Log(1.05) + 0.02*rng.NormFloat64()})
				v, i := g.decide(&s, suspect)
				if v == Slower && i.Estimate >= line*g.limit {
					found[line]++
					break
				}
				if v == Same {
					break
				}
			}
		}
	}
	t.Logf("sd 2 %%, +5 %%, 24 rounds: found %d with ¾, %d with 1, of %d", found[slowerShare], found[1], runs)
	assert.GreaterOrEqual(t, found[slowerShare], runs*95/100)

	// Looked at once, as a fixed number of rounds is.
	rng := rand.New(rand.NewPCG(6, 6))
	at := map[float64]int{}
	for range runs {
		g := newGate(p)
		var s series
		for range p.Confirm {
			s.add(point{d: math.Log(1.05) + 0.02*rng.NormFloat64()})
		}
		i := g.suspects.interval(s.sorted)
		for _, line := range []float64{slowerShare, 1} {
			if i.Lo > 0 && i.Estimate >= line*g.limit {
				at[line]++
			}
		}
	}
	t.Logf("looked at once after 24 rounds: %d with ¾, %d with 1", at[slowerShare], at[1])
	assert.GreaterOrEqual(t, at[slowerShare], runs*95/100)
	assert.InDelta(t, runs/2, at[1], runs/10)
}

func TestRoundsThatItWouldTake(t *testing.T) {
	p := plan("BenchmarkA")
	for n := 0; n < 8; n++ {
		c := only(t, Judge(p, times("BenchmarkA", repeat(1.1, 3+n)...)), "BenchmarkA")
		require.Equal(t, Undecided, c.Verdict)
		if n == 7 { // 3 of 3 are no reason to suppose that all will be
			assert.InDelta(t, 10, c.Needs, 4, "after %d rounds", n)
		}
		assert.Greater(t, c.Needs, n)
	}
	both := append(repeat(1.1, 3), 0.9, 1.1, 0.9, 1.1, 0.9, 1.1, 0.9, 1.1)
	assert.Zero(t, only(t, Judge(p, times("BenchmarkA", both...)), "BenchmarkA").Needs)
}

func TestBenchmarksWithoutFigures(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkB")
	all := []Sample{
		sample(1, "BenchmarkA", values{"own": 1}, values{"own": 2}),
		sample(1, "BenchmarkB", values{"ns/op": -1}, values{"ns/op": 2}),
	}
	r := Judge(p, all)
	assert.Equal(t, Unmeasured, r.Results[0].Verdict())
	assert.Contains(t, r.Results[1].Note, "-1 ns/op")
	assert.Zero(t, r.Measured())
	assert.Equal(t, 3, r.ExitCode(false))
}

func BenchmarkJudge(b *testing.B) {
	p, all := noise(200, 27, 0.02, 1)
	p.Kind, p.Screen, p.Confirm = Gate, 3, 24
	for b.Loop() {
		Judge(p, all)
	}
}
