package results

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results/record"
)

const aJob = "BenchmarkIO/workload=w/tasks=10"

// jobRun is the plan of a job under models a, b, c, …
func jobRun(models int, anytime bool) *Run {
	run := &Run{Version: 2, Rounds: 40, Anytime: anytime, Jobs: []Job{{Name: aJob}}}
	for i := range models {
		name := string(rune('a' + i))
		run.Models = append(run.Models, Model{Name: name, Usable: true})
		run.Cells = append(run.Cells, Cell{Name: aJob + "/model=" + name, Job: aJob, Model: name, Tasks: 10})
	}
	return run
}

// cost is what a job under a model costs.
type cost struct{ time, cpu float64 }

// turnsAt are rounds of the job in which each model costs what it does, give or
// take 0.2 %.
func turnsAt(from, to int, costs map[string]cost) (all []record.Round) {
	for round := from; round <= to; round++ {
		r := record.Round{Block: aJob, Round: round, Planned: 4, End: true}
		for at, name := range record.Units(costs) {
			a := record.Arm{Name: name}
			for cycle := range 4 {
				off := 1 + 0.002*math.Sin(float64(31*round+7*at+cycle))
				a.Add(cycle, record.Sample{N: 1, Values: map[string]float64{"ns/op": costs[name].time * off, "cpu-ns/op": costs[name].cpu * off}})
			}
			r.Arms = append(r.Arms, a)
		}
		all = append(all, r)
	}
	return all
}

func TestAFixedPlanIsMeasuredToItsEnd(t *testing.T) {
	run := jobRun(2, false)
	costs := map[string]cost{"a": {100, 100}, "b": {900, 900}}
	assert.Equal(t, Decision{Least: 40}, run.Decide(aJob, nil))
	d := run.Decide(aJob, turnsAt(1, 39, costs))
	assert.Equal(t, Decision{Least: 1}, d, "it is clear, and measured on all the same")
	assert.True(t, run.Decide(aJob, turnsAt(1, 40, costs)).Done)
}

func TestAJobIsDoneWhenEveryModelIsWorseOrWithinFivePerCent(t *testing.T) {
	for _, tc := range []struct {
		why  string
		b    cost
		done bool
		out  []string
	}{
		{"worse by both", cost{150, 150}, true, []string{"b"}},
		{"the same by both", cost{100, 100}, true, nil},
		{"worse in time, the same in CPU", cost{150, 100}, true, nil},
		{"better in time, worse in CPU", cost{50, 150}, true, nil},
		{"worse by a little, which is within 5 %", cost{103, 103}, true, []string{"b"}},
	} {
		run := jobRun(2, true)
		costs := map[string]cost{"a": {100, 100}, "b": tc.b}
		d := run.Decide(aJob, turnsAt(1, 16, costs))
		assert.Equal(t, tc.done, d.Done, tc.why)
		assert.Equal(t, tc.out, d.Out, tc.why)
		few := run.Decide(aJob, turnsAt(1, 2, costs))
		assert.False(t, few.Done, "two rounds show nothing: %s", tc.why)
		assert.Empty(t, few.Out, tc.why)
		assert.Equal(t, run.LeastRounds(2)-2, few.Least, tc.why)
	}
}

func TestWhatMayBeBetterOrWorseIsMeasuredOn(t *testing.T) {
	run := jobRun(2, true)
	var rounds []record.Round
	for round := 1; round <= 20; round++ { // a wins the odd ones by 30 %, b the even ones
		b := 130.0
		if round%2 == 0 {
			b = 100 / 1.3
		}
		rounds = append(rounds, turnsAt(round, round, map[string]cost{"a": {100, 100}, "b": {b, 100}})...)
	}
	d := run.Decide(aJob, rounds)
	assert.False(t, d.Done)
	assert.Empty(t, d.Out)
	assert.Equal(t, 1, d.Least)
	run.Rounds = 20
	assert.True(t, run.Decide(aJob, rounds).Done, "there are no more")
}

func TestModelsThatAreWorseByAllMetricsAreLeftOut(t *testing.T) {
	run := jobRun(4, true)
	costs := map[string]cost{"a": {100, 100}, "b": {100, 100}, "c": {300, 300}, "d": {300, 99}}
	d := run.Decide(aJob, turnsAt(1, 16, costs))
	assert.Equal(t, []string{"c"}, d.Out, "d is good at something")
	run.Jobs[0].Paced = true
	d = run.Decide(aJob, turnsAt(1, 16, map[string]cost{"a": {100, 100}, "b": {1000, 100}, "c": {50, 300}, "d": {1000, 100}}))
	assert.Equal(t, []string{"c"}, d.Out, "time says nothing of a paced job")
	assert.True(t, d.Done)
}

func TestAFigureOfTheWorkloadsOwnIsDecidedToo(t *testing.T) {
	run := jobRun(2, true)
	rounds := turnsAt(1, 16, map[string]cost{"a": {100, 100}, "b": {900, 900}})
	lag := func(even, odd float64) { // of b
		for i := range rounds {
			for j := range rounds[i].Arms {
				of := &rounds[i].Arms[j]
				v := 100.0
				if of.Name == "b" {
					v = []float64{even, odd}[i%2]
				}
				of.Samples["lag-ns"] = slices.Repeat(record.Figures{v}, 4)
			}
		}
	}
	lag(500, 20)
	assert.True(t, run.Decide(aJob, rounds).Done, "nothing is to be judged by it")
	run.Jobs[0].Figures = []OwnFigure{{Unit: "lag-ns", Doc: "lag", Judged: true}}
	d := run.Decide(aJob, rounds)
	assert.False(t, d.Done)
	assert.Empty(t, d.Out, "b may be as good by its lag")
	lag(100, 100)
	assert.True(t, run.Decide(aJob, rounds).Done)
}

func TestASweepGetsThreeRounds(t *testing.T) {
	for _, anytime := range []bool{true, false} {
		run := jobRun(2, anytime)
		run.Jobs[0].Sweep = true
		costs := map[string]cost{"a": {100, 100}, "b": {900, 900}}
		assert.Equal(t, Decision{Least: 3}, run.Decide(aJob, nil))
		assert.Equal(t, Decision{Least: 1}, run.Decide(aJob, turnsAt(1, 2, costs)))
		assert.True(t, run.Decide(aJob, turnsAt(1, 3, costs)).Done)
		run.Rounds = 2
		assert.True(t, run.Decide(aJob, turnsAt(1, 2, costs)).Done, "no more than the run has")
	}
}

func TestOneModelIsMeasuredUntilItHasAnInterval(t *testing.T) {
	run := jobRun(1, true)
	costs := map[string]cost{"a": {100, 100}}
	need := run.ownRounds()
	assert.False(t, run.Decide(aJob, turnsAt(1, need-1, costs)).Done)
	assert.True(t, run.Decide(aJob, turnsAt(1, need, costs)).Done)
}

func TestWhatFailedIsNotMeasuredAgainAndIsNoContender(t *testing.T) {
	run := jobRun(3, true)
	costs := map[string]cost{"a": {100, 100}, "b": {100, 100}}
	rounds := turnsAt(1, 16, costs)
	rounds[0].Arms = append(rounds[0].Arms, record.Arm{Name: "c", Failed: "why"})
	assert.True(t, run.Decide(aJob, rounds).Done)
	for i := range rounds[0].Arms {
		rounds[0].Arms[i].Failed = "why"
	}
	d := run.Decide(aJob, rounds[:1])
	assert.True(t, d.Done, "nobody is left")
	assert.Empty(t, d.Out)
}

// The attempt in which it failed does not count, but that it failed does.
func TestAFailureCountsThoughItsAttemptDoesNot(t *testing.T) {
	run := jobRun(3, true)
	all := map[string]cost{"a": {100, 100}, "b": {150, 150}, "c": {20, 20}}
	rounds := turnsAt(1, 9, all)
	disturbed := &rounds[8]
	disturbed.Steal = 0.5
	disturbed.Of("c").Failed = "why"
	delete(all, "c")
	rounds = append(rounds, turnsAt(9, 16, all)...)
	rounds[9].Attempt = 1
	require.Equal(t, 16, measured(rounds))

	d := run.Decide(aJob, rounds)
	assert.Equal(t, []string{"b"}, d.Out, "a failed model is no contender, and shows a to be no worse")
	assert.True(t, d.Done)
	judged, _ := rows(run, countedOf(run, rounds))
	c := judged[0].Time.Standings[2]
	assert.Equal(t, Failed, c.State)
	assert.Contains(t, c.Why, "why")
}

func TestWhatTurnsOutNotToBeRunnableIsLeftOut(t *testing.T) {
	run := jobRun(2, false)
	rounds := turnsAt(1, 1, map[string]cost{"a": {100, 100}})
	rounds[0].Arms = append(rounds[0].Arms, record.Arm{Name: "b", NotRun: "no such thing here"})
	_, left := run.left(aJob, rounds)
	require.Len(t, left, 1)
	assert.Equal(t, "a", left[0].Model)
	run.Cells[0].NotRunnable = "why"
	assert.True(t, run.Decide(aJob, rounds).Done)
}

func TestRoundsAreCountedByHowTheBlockIsMeasuredNow(t *testing.T) {
	costs := map[string]cost{"a": {100, 100}}
	rounds := turnsAt(1, 5, costs)
	assert.Equal(t, 5, measured(rounds))
	rounds[4].Planned = 8
	assert.Equal(t, 4, measured(rounds), "the last was cut short")
	again := turnsAt(5, 5, costs)[0]
	again.Attempt = 1
	assert.Equal(t, 5, measured(append(rounds, again)))
	rounds[3].Serial, rounds[4].Serial, rounds[4].Planned = "a port", "a port", 4
	assert.Equal(t, 2, measured(rounds), "those in turns are not pooled with them")
	rounds[4].End = false
	assert.Equal(t, 1, measured(rounds), "a benchmark of it is missing")
	assert.Zero(t, measured(nil))
}

func TestBenchmarksThatShareAProcessAreLeftOutOneByOne(t *testing.T) {
	run := &Run{Version: 2, Rounds: 3, Packages: []Package{{Path: "p", Whole: true}}}
	for _, name := range []string{"BenchmarkX", "BenchmarkY"} {
		run.Cells = append(run.Cells, Cell{Name: name, Job: name, Package: "p"})
	}
	of := func(benchmark, failed string) record.Round {
		return record.Round{Block: "p", Benchmark: benchmark, Round: 1, Planned: 1, End: benchmark == "BenchmarkY", Arms: []record.Arm{{Cycles: []int{0}, Failed: failed}}}
	}
	d := run.Decide("p", []record.Round{of("BenchmarkX", ""), of("BenchmarkY", "")})
	assert.Equal(t, Decision{Least: 2}, d, "nil: all")
	d = run.Decide("p", []record.Round{of("BenchmarkX", "why"), of("BenchmarkY", "")})
	assert.Equal(t, Decision{Least: 2, Benchmarks: []string{"BenchmarkY"}}, d)
	d = run.Decide("p", []record.Round{of("BenchmarkX", "why"), of("BenchmarkY", "why")})
	assert.True(t, d.Done)
	assert.Empty(t, d.Benchmarks)
}
