package compare

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/results/stats"
)

func TestVerdicts(t *testing.T) {
	for _, test := range []struct {
		what   string
		ratios []float64
		want   Verdict
	}{
		{"no difference", repeat(1.01, 7), Same},
		{"slower in every round", repeat(1.1, 8), Slower},
		{"faster in every round", repeat(0.9, 8), Faster},
		{"an estimate of ¾ of the threshold, not shown to be under it", []float64{1.041, 1.07, 1.042, 1.08, 1.041, 1.07, 1.042, 1.041, 1.043, 1.041}, Slower},
		{"shown to be under the threshold", repeat(1.04, 8), Same},
		{"too few rounds", repeat(1.1, 5), Undecided},
		{"too few rounds for the same", repeat(1, 4), Undecided},
		{"both ways", []float64{0.9, 1.1, 0.9, 1.1, 0.9, 1.1, 0.9, 1.1, 0.9, 1.1, 0.9}, Undecided},
	} {
		r := Judge(plan("BenchmarkA"), times("BenchmarkA", test.ratios...))
		c := only(t, r, "BenchmarkA")
		assert.Equal(t, test.want, c.Verdict, "%s: %v", test.what, c.D)
	}
}

func TestWhatIsPrintedIsWhatDecided(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	p := plan("BenchmarkA", "BenchmarkB")
	var all []record.Round
	j := NewJudging(p)
	for n := 1; n <= 30; n++ {
		for i, change := range []float64{0.08, 0} {
			ratio := math.Exp(change + 0.03*rng.NormFloat64())
			r := round(n, p.Benchmarks[i].Name, values{"ns/op": 1000}, values{"ns/op": 1000 * ratio})
			all = append(all, r)
			j.Add(r)
			for _, b := range j.Report().Results {
				for _, c := range b.Comparisons {
					switch c.Verdict {
					case Slower:
						assert.Positive(t, c.D.Lo)
						assert.GreaterOrEqual(t, c.D.Estimate, slowerShare*math.Log(1.05))
					case Same:
						assert.True(t, c.D.Inside(math.Log(1.05)))
					default:
						assert.False(t, c.D.Lo > 0 && c.D.Estimate >= slowerShare*math.Log(1.05), "%v is slower", c.D)
						assert.False(t, c.D.Inside(math.Log(1.05)), "%v is the same", c.D)
					}
				}
			}
		}
	}
	r := Judge(p, all)
	require.Equal(t, []Verdict{Slower, Same}, []Verdict{r.Results[0].Verdict(), r.Results[1].Verdict()})
	of := j.of[slot{p.Benchmarks[0].Key(), false}].series[0]
	c := r.Results[0].Comparisons[0]
	assert.Equal(t, stats.Bet{Alpha: of.level}.Interval(of.first.d), c.D)
	assert.Less(t, of.level, 0.025, "two comparisons divide the error")
	assert.GreaterOrEqual(t, of.level, 0.05/4*0.9, "but no more than two do")
	assert.Less(t, c.D.N, 30, "of the rounds until it was decided")
	assert.Equal(t, 30, r.Results[0].Rounds)
}

// A rejection stands, whatever others come to later.
func TestWhatIsDecidedStaysSo(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkB")
	p.Alpha = 0.05
	j := NewJudging(p)
	up := times("BenchmarkB", repeat(1.2, 7)...)
	for _, r := range up {
		j.Add(r) // what it has won is lent to the other
	}
	require.Equal(t, Undecided, only(t, j.Report(), "BenchmarkB").Verdict)
	for _, r := range times("BenchmarkA", repeat(1.3, 8)...) {
		j.Add(r)
	}
	require.Equal(t, Slower, only(t, j.Report(), "BenchmarkA").Verdict)
	require.Equal(t, Slower, only(t, j.Report(), "BenchmarkB").Verdict)
	before := only(t, j.Report(), "BenchmarkA")
	for i, ratio := range []float64{0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5} {
		j.Add(round(8+i, "BenchmarkB", values{"ns/op": 1000}, values{"ns/op": 1000 * ratio}))
	}
	assert.Equal(t, before, only(t, j.Report(), "BenchmarkA"))
	assert.Equal(t, Slower, only(t, j.Report(), "BenchmarkB").Verdict, "it was decided by the rounds before")
}

func TestMoreIsBetter(t *testing.T) {
	p := plan("BenchmarkA")
	p.Metrics = []string{"MB/s"}
	var faster []record.Round
	for n := 1; n <= 13; n++ {
		faster = append(faster, round(n, "BenchmarkA", values{"MB/s": 100 + float64(n)}, values{"MB/s": 120 + float64(n)}))
	}
	c := only(t, Judge(p, faster), "BenchmarkA")
	assert.Equal(t, Faster, c.Verdict)
	assert.Greater(t, c.Ratio.Lo, 1.0, "the ratio stays as the figures are")
	assert.Negative(t, c.D.Hi)
	assert.LessOrEqual(t, c.Ratio.Lo, c.Ratio.Estimate)
	assert.LessOrEqual(t, c.Ratio.Estimate, c.Ratio.Hi)

	p.Packages[0].Config = []string{"Unit MB/s better=lower"}
	assert.Equal(t, Slower, only(t, Judge(p, faster), "BenchmarkA").Verdict, "a Unit line overrides")
}

func TestAttempts(t *testing.T) {
	at := func(attempt int, disturbed bool, ratio float64) record.Round {
		r := round(1, "BenchmarkA", values{"ns/op": 1000}, values{"ns/op": 1000 * ratio})
		r.Attempt = attempt
		if disturbed {
			r.Steal = 0.5
		}
		return r
	}
	for _, test := range []struct {
		what string
		give []record.Round
		want float64
	}{
		{"the last that was not disturbed", []record.Round{at(0, true, 1), at(1, false, 2), at(2, true, 3)}, 2},
		{"else the last", []record.Round{at(0, true, 1), at(1, true, 2)}, 2},
	} {
		r := Judge(plan("BenchmarkA"), test.give)
		assert.Equal(t, 1000*test.want, only(t, r, "BenchmarkA").Head, test.what)
		assert.Equal(t, 1, r.Results[0].Rounds)
	}
	assert.Equal(t, 1, Judge(plan("BenchmarkA"), []record.Round{at(0, true, 1)}).Results[0].Disturbed)
}

// An attempt that was looked at and does not count in the end decides nothing.
func TestWhatADisturbedAttemptDecidedIsDecidedAnew(t *testing.T) {
	p := plan("BenchmarkA")
	all := times("BenchmarkA", repeat(1.1, 7)...)
	j := NewJudging(p)
	for _, r := range all[:6] {
		j.Add(r)
	}
	disturbed := all[6]
	disturbed.Steal = 0.5
	j.Add(disturbed)
	require.Equal(t, Slower, only(t, j.Report(), "BenchmarkA").Verdict)
	again := round(7, "BenchmarkA", values{"ns/op": 1000}, values{"ns/op": 800})
	again.Attempt = 1
	j.Add(again)
	assert.Equal(t, Undecided, only(t, j.Report(), "BenchmarkA").Verdict)
	assert.Equal(t, 7, j.Report().Results[0].Rounds)
	assert.Equal(t, j.Report().Results[0].Comparisons, Judge(p, append(all[:6:6], disturbed, again)).Results[0].Comparisons)
}

func TestFailedIsNotJudged(t *testing.T) {
	all := times("BenchmarkA", repeat(1.2, 13)...)
	all[6] = fails(7, "BenchmarkA", "b.Fatal", "logs/a.txt")
	r := Judge(plan("BenchmarkA"), all)
	assert.Equal(t, Failed, r.Results[0].Verdict())
	assert.Equal(t, "in round 7, head: b.Fatal", r.Results[0].Failure)
	assert.Equal(t, "logs/a.txt", r.Results[0].Log)
	assert.False(t, r.Regressed())
	assert.Equal(t, 1, r.Family, "what was allowed to others does not change by it")
	j := NewJudging(plan("BenchmarkA"))
	for _, x := range all[:7] {
		j.Add(x)
	}
	done, _, _, _ := j.Next(all[0].Block)
	assert.True(t, done)
}

func TestAFailureCountsInAnyAttempt(t *testing.T) {
	first := fails(1, "BenchmarkA", "b.Fatal", "")
	first.Steal = 0.5
	again := round(1, "BenchmarkA", values{"ns/op": 1000}, values{"ns/op": 1000})
	again.Attempt = 1
	assert.Equal(t, Failed, Judge(plan("BenchmarkA"), []record.Round{first, again}).Results[0].Verdict())
}

func TestWhatSkipsItselfIsNoFailure(t *testing.T) {
	r := round(2, "BenchmarkA", values{"ns/op": 1000}, nil)
	r.Arms[1] = record.Arm{Name: HeadArm, NotRun: "no network"}
	report := Judge(plan("BenchmarkA"), append(times("BenchmarkA", 1), r))
	assert.Equal(t, Skipped, report.Results[0].State)
	assert.Equal(t, "head: no network", report.Results[0].Why)
	assert.Empty(t, report.Results[0].OneSided)
	assert.Zero(t, report.Measured())
}

func TestAMetricOfOneSideIsOpen(t *testing.T) {
	p := plan("BenchmarkA")
	p.Metrics = []string{"ns/op", "rows"}
	var all []record.Round
	for n, ratio := range repeat(1, 8) {
		all = append(all, round(n+1, "BenchmarkA", values{"ns/op": 1000, "rows": 3}, values{"ns/op": 1000 * ratio}))
	}
	r := Judge(p, all)
	assert.Equal(t, []string{"rows"}, r.Results[0].OneSided)
	assert.Equal(t, 1, r.Undecided())
	assert.Equal(t, 0, r.ExitCode(false))
	assert.Equal(t, 3, r.ExitCode(true))
	j := NewJudging(p)
	for _, x := range all {
		j.Add(x)
	}
	done, _, _, _ := j.Next(all[0].Block)
	assert.True(t, done, "no round tells more of it")
}

func TestTheFamilyIsOfAllComparisons(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkB", "BenchmarkC", "BenchmarkD")
	p.Benchmarks[3].State = Changed
	assert.Equal(t, 3, Judge(p, nil).Family, "ns/op of each; allocations are expected not to vary")
	all := append(times("BenchmarkA", repeat(1.5, 12)...), times("BenchmarkB", repeat(1, 8)...)...)
	r := Judge(p, all)
	assert.Equal(t, []Verdict{Slower, Same, Unmeasured}, []Verdict{r.Results[0].Verdict(), r.Results[1].Verdict(), r.Results[2].Verdict()})
	assert.Equal(t, 3, r.Family, "what is decided stays in it")
	for n := range 3 {
		all = append(all, round(n+1, "BenchmarkC", values{"ns/op": 1000 + float64(n), "B/op": 64 + float64(n)}, values{"ns/op": 1000, "B/op": 64}))
	}
	assert.Equal(t, 4, Judge(p, all).Family, "these allocations vary")
}

func TestJudgeLooksAsWasLookedWhileMeasuring(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkB")
	rng := rand.New(rand.NewPCG(5, 5))
	var all []record.Round
	for n := 1; n <= 12; n++ {
		for _, b := range p.Benchmarks {
			all = append(all, round(n, b.Name, values{"ns/op": 1000}, values{"ns/op": 1000 * math.Exp(0.05+0.05*rng.NormFloat64())}))
		}
	}
	j := NewJudging(p)
	for _, r := range all {
		j.Add(r)
		j.Next(r.Block)
		j.Report()
	}
	for i, b := range Judge(p, all).Results {
		assert.Equal(t, j.Report().Results[i].Comparisons, b.Comparisons)
	}
	// Rounds of different benchmarks may come in any order where all are clear.
	clear := slices.Concat(times("BenchmarkA", repeat(1.1, 13)...), times("BenchmarkB", repeat(1, 13)...))
	turned := slices.Concat(clear[13:], clear[:13])
	assert.Equal(t, Judge(p, clear).Results[1].Comparisons, Judge(p, turned).Results[1].Comparisons)
	assert.Equal(t, Judge(p, clear).With(Slower)[0].Key(), Judge(p, turned).With(Slower)[0].Key())
}

func TestRoundsOfBothWaysAreNeverPooled(t *testing.T) {
	turns, after := times("BenchmarkA", repeat(1, 5)...), times("BenchmarkA", repeat(1.2, 8)...)
	for i := range after {
		after[i].Round, after[i].Serial = 6+i, "head failed beside the others"
	}
	r := Judge(plan("BenchmarkA"), append(turns, after...))
	b := r.Results[0]
	assert.Equal(t, 8, b.Rounds)
	assert.Equal(t, "head failed beside the others", b.Serial)
	assert.Equal(t, Slower, b.Verdict())
	terminal, markdown := written(t, r)
	for _, text := range []string{terminal, markdown} {
		assert.Contains(t, text, "Measured one after the other: head failed beside the others (1)")
		assert.Contains(t, text, "; measured one after the other")
	}
	assert.Equal(t, b.Serial, r.Document().Benchmarks[0].Serial)
}

// A true change of just the threshold: what a line at ¾ of it finds, and what a
// line at the threshold would.
func TestALineAtTheThresholdFindsHalf(t *testing.T) {
	const runs, rounds = 1000, 24
	r := newRule(plan("BenchmarkA"))
	level := stats.Bet{Alpha: 0.025}
	found := map[float64]int{}
	for _, line := range []float64{slowerShare, 1} {
		rng := rand.New(rand.NewPCG(6, 6))
		for range runs {
			of := newTrial(r)
			for range rounds {
				of.add(math.Log(1.05) + 0.02*rng.NormFloat64())
				if of.same(r) {
					break
				}
				if of.won(1) >= 40 && of.towards(1) >= 40 && of.estimate() >= line*r.limit {
					found[line]++
					break
				}
			}
		}
	}
	t.Logf("sd 2 %%, +5 %%, up to %d rounds: found %d with ¾, %d with 1, of %d", rounds, found[slowerShare], found[1], runs)
	assert.GreaterOrEqual(t, found[slowerShare], runs*93/100)
	assert.Less(t, found[1], found[slowerShare])

	// Looked at once, as a fixed number of rounds is.
	rng := rand.New(rand.NewPCG(6, 6))
	at := map[float64]int{}
	for range runs {
		of := newTrial(r)
		for range rounds {
			of.add(math.Log(1.05) + 0.02*rng.NormFloat64())
		}
		i := level.Interval(of.d)
		for _, line := range []float64{slowerShare, 1} {
			if i.Lo > 0 && i.Estimate >= line*r.limit {
				at[line]++
			}
		}
	}
	t.Logf("looked at once after %d rounds: %d with ¾, %d with 1", rounds, at[slowerShare], at[1])
	assert.GreaterOrEqual(t, at[slowerShare], runs*95/100)
	assert.InDelta(t, runs/2, at[1], runs/10)
}

func TestRoundsThatItWouldTake(t *testing.T) {
	p := plan("BenchmarkA")
	all := times("BenchmarkA", repeat(1.1, 8)...)
	for n := 1; n <= 6; n++ {
		r := Judge(p, all[:n])
		c := only(t, r, "BenchmarkA")
		require.Equal(t, Undecided, c.Verdict, "%d", n)
		assert.InDelta(t, 7, n+c.Needs, 1, "after %d rounds", n)
		assert.Contains(t, r.Says(c), "about ")
	}
	both := []float64{0.975, 1.07, 0.975, 1.07, 0.975, 1.07, 0.975, 1.07}
	r := Judge(p, times("BenchmarkA", both...))
	c := only(t, r, "BenchmarkA")
	assert.Greater(t, c.Needs+8, p.Rounds)
	assert.True(t, c.Far)
	assert.Contains(t, r.Says(c), "beyond the plan's 30")
	for i := range both {
		both[i] = math.Pow(both[i], 9)
	}
	r = Judge(p, times("BenchmarkA", both...))
	c = only(t, r, "BenchmarkA")
	assert.Zero(t, c.Needs)
	assert.Contains(t, r.Says(c), "many more rounds, or a quieter machine")
}

func TestBenchmarksWithoutFigures(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkB")
	all := []record.Round{
		round(1, "BenchmarkA", values{"own": 1}, values{"own": 2}),
		round(1, "BenchmarkB", values{"ns/op": -1}, values{"ns/op": 2}),
	}
	r := Judge(p, all)
	assert.Equal(t, Unmeasured, r.Results[0].Verdict())
	assert.Contains(t, r.Results[1].Note, "-1 ns/op")
	assert.Zero(t, r.Measured())
	assert.Equal(t, 3, r.ExitCode(false))
	j := NewJudging(p)
	for _, x := range all {
		j.Add(x)
		done, _, _, _ := j.Next(x.Block)
		assert.True(t, done, "further rounds give no more")
	}
}

func TestTheTailIsReportedAndDecidesNothing(t *testing.T) {
	p := plan("BenchmarkA", "BenchmarkB")
	p.Metrics = []string{"ns/op", "MB/s"}
	var all []record.Round
	for n, x := range repeat(1, 9) {
		ns, mb := 1000.0, 50.0
		r := round(n+1, "BenchmarkA", values{"ns/op": ns, "MB/s": mb}, values{"ns/op": ns * x, "MB/s": mb / x})
		r.Planned = 5
		for c := 1; c < 5; c++ {
			r.Arms[0].Add(c, record.Sample{N: 10, Values: values{"ns/op": ns, "MB/s": mb}})
			stall := 1.0
			if c == 4 {
				stall = 1.5 // every fifth sample holds one
			}
			r.Arms[1].Add(c, record.Sample{N: 10, Values: values{"ns/op": ns * x * stall, "MB/s": mb / x / stall}})
		}
		all = append(all, r)
	}
	all = append(all, times("BenchmarkB", repeat(1, 9)...)...)
	r := Judge(p, all)
	c := r.Results[0].Comparisons[0]
	assert.Equal(t, Same, c.Verdict)
	assert.InDelta(t, 1.1, c.Tail, 1e-4)
	assert.InDelta(t, (4+1/1.5)/5, r.Results[0].Comparisons[1].Tail, 1e-4, "as its figures are: fewer MB/s")
	assert.Zero(t, r.Results[1].Comparisons[0].Tail)
	assert.Zero(t, r.ExitCode(true))
	assert.Contains(t, r.Says(c), "; in the tail: mean +10.0 %")
	terminal, markdown := written(t, r)
	for _, text := range []string{terminal, markdown} {
		assert.Contains(t, text, "in the tail: mean +10.0 %")
	}
	assert.InDelta(t, 1.1, *r.Document().Benchmarks[0].Metrics[0].Tail, 1e-4)
	assert.Nil(t, r.Document().Benchmarks[1].Metrics[0].Tail)
}

func BenchmarkJudge(b *testing.B) {
	p, all := noise(200, 27, 0.02, 1)
	p.Kind = Gate
	for b.Loop() {
		Judge(p, all)
	}
}
