package results_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// inTurns is a row of a model and a reference whose sides took turns: a round for
// each ratio, in whose cycles both are slowed alike.
func inTurns(ratios ...float64) results.CalibrationRow {
	r := results.CalibrationRow{Sides: []string{"model", "C"}}
	for i, x := range ratios {
		r.Rounds = append(r.Rounds, turnsOf(i+1, x, 1, 50, 3, 1))
	}
	return r
}

// turnsOf is a round whose cycles are slow by these factors.
func turnsOf(number int, ratio float64, slow ...float64) record.Round {
	model, c := record.Arm{Name: "model"}, record.Arm{Name: "C"}
	for cycle, s := range slow {
		for arm, ns := range map[*record.Arm]float64{&model: 1000 * ratio * s, &c: 1000 * s} {
			arm.Add(cycle, record.Sample{N: 1, Timed: time.Microsecond, Values: map[string]float64{"ns/op": ns, "cpu-ns/op": 2 * ns}})
		}
	}
	return record.Round{Round: number, Planned: len(slow), End: true, Arms: []record.Arm{c, model}}
}

func near(x float64, n int) (all []float64) {
	for i := range n {
		all = append(all, x+0.001*float64(i*5%n))
	}
	return all
}

func TestAVerdictOfTurnsFollowsItsInterval(t *testing.T) {
	for _, tc := range []struct {
		ratios []float64
		target float64
		want   results.Conclusion
	}{
		{near(1.2, 12), 1.3, results.Met},
		{near(1.2, 12), 1.15, results.Missed},
		{near(1.2, 12), 1.205, results.Undecided},
		{near(1.2, results.FidelityRounds()-1), 1.3, results.Undecided},
		{nil, 1.3, results.Undecided},
		{near(1.2, 12), 0, results.Untargeted},
	} {
		row := inTurns(tc.ratios...)
		f := row.Fidelity(results.Gauge{Quantity: results.PerOp, Target: tc.target})
		assert.Equal(t, tc.want, f.Verdict, "%+v", f)
		if tc.target > 0 {
			up := row.Fidelity(results.Gauge{Quantity: results.Throughput, Target: 1 / tc.target, AtLeast: true})
			assert.Equal(t, tc.want, up.Verdict, "the same as a rate: %+v", up)
			assert.Equal(t, tc.want, row.Fidelity(results.Gauge{Quantity: results.CPUPerOp, Target: tc.target}).Verdict)
		}
	}
}

func TestARatioIsTakenWithinACycle(t *testing.T) {
	row := inTurns(near(1.1, 12)...)
	f := row.Fidelity(results.Gauge{Quantity: results.PerOp, Target: 1.2})
	assert.InDelta(t, 1.1055, f.Ratio.Estimate, 0.001, "what slows a cycle slows both")
	assert.Equal(t, "C", f.Against)
	assert.InDelta(t, 2000, f.Other, 1, "of 1, 50, 3 and 1 times 1000 the median")
	assert.Equal(t, 12, f.Ratio.N)
	assert.InDelta(t, 1e9/f.Own, row.Fidelity(results.Gauge{Quantity: results.Throughput}).Own, 1e4)

	row.Rounds[3].Arms = row.Rounds[3].Arms[:1]
	assert.Equal(t, 11, row.Fidelity(results.Gauge{Quantity: results.PerOp}).Ratio.N, "a round without the model says nothing")
}

// One process after the other, cycles of the same number have nothing in common.
func TestARatioOfSidesThatRanOneAfterTheOtherIsThatOfTheirMedians(t *testing.T) {
	round := turnsOf(1, 1.2, 1, 2, 3, 4)
	for unit := range round.Of("model").Samples {
		f := round.Of("model").Samples[unit]
		f[0], f[3] = f[3], f[0]
	}
	row := results.CalibrationRow{Sides: []string{"model", "C"}, Rounds: []record.Round{round}}
	ratio := func() float64 { return row.Fidelity(results.Gauge{Quantity: results.PerOp}).Ratio.Estimate }
	assert.InDelta(t, 1.2, ratio(), 1e-9)
	for unit := range round.Of("C").Samples {
		f := round.Of("C").Samples[unit]
		f[1] *= 1.5
	}
	turns := ratio()
	row.Rounds[0].Serial = "both listen at one port"
	assert.InDelta(t, 1, ratio(), 1e-9, "2.5 times 1.2 over 3")
	assert.NotEqual(t, turns, ratio())
}

func TestTheBestOfSeveralSidesCounts(t *testing.T) {
	var row results.CalibrationRow
	row.Sides = []string{"model", "C", "slow"}
	for i, x := range near(1.2, 8) {
		round := turnsOf(i+1, x, 1, 2)
		slow := *round.Of("C")
		slow.Name, slow.Samples = "slow", map[string]record.Figures{"ns/op": {4000, 8000}}
		round.Arms = append([]record.Arm{slow}, round.Arms...)
		row.Rounds = append(row.Rounds, round)
	}
	for _, q := range []results.Quantity{results.PerOp, results.Throughput} {
		assert.Equal(t, "C", row.Fidelity(results.Gauge{Quantity: q}).Against)
	}
	row.Sides = []string{"model", "slow", "C"}
	assert.Equal(t, "C", row.Fidelity(results.Gauge{Quantity: results.PerOp}).Against, "whatever their order")
}

func TestAFigureWithoutALikeIsJudgedByItself(t *testing.T) {
	row := inTurns(near(1.2, 12)...)
	row.Sides = row.Sides[:1]
	f := row.Fidelity(results.Gauge{Quantity: results.PerOp, Target: 2500})
	assert.Equal(t, results.Met, f.Verdict)
	assert.Empty(t, f.Against)
	assert.InDelta(t, 2410, f.Ratio.Estimate, 2, "nanoseconds")
	assert.InDelta(t, f.Own, f.Ratio.Estimate, 2)
}

func TestAQuietAttemptTakesThePlaceOfADisturbedOne(t *testing.T) {
	row := inTurns(1.5, 9, 9)
	row.Rounds[1].Steal, row.Rounds[2].Steal = 0.06, 0.06
	again := turnsOf(2, 1.6, 1, 1, 1, 1)
	again.Attempt = 1
	row.Rounds = append(row.Rounds, again)
	f := row.Fidelity(results.Gauge{Quantity: results.PerOp})
	assert.Equal(t, 3, f.Ratio.N)
	assert.InDelta(t, 1.6, f.Ratio.Estimate, 1e-9, "of 1.5, 1.6 and, as no quiet one is there, 9")
	disturbed, left := row.Disturbed()
	assert.Equal(t, []int{2, 1}, []int{disturbed, left})
	assert.Equal(t, 3, row.Whole())
}

func TestARowIsDecidedByItsTargets(t *testing.T) {
	row := inTurns(near(1.2, 12)...)
	target := func(x float64) results.Gauge { return results.Gauge{Quantity: results.PerOp, Target: x} }
	shown := results.Gauge{Quantity: results.CPUPerOp}
	for _, tc := range []struct {
		gauges  []results.Gauge
		decided bool
	}{
		{[]results.Gauge{target(1.3)}, true},
		{[]results.Gauge{target(1.1)}, true},
		{[]results.Gauge{target(1.205)}, false},
		{[]results.Gauge{target(1.3), target(1.205)}, false},
		{[]results.Gauge{target(1.3), shown}, true},
		{[]results.Gauge{shown}, true},
	} {
		row.Gauges = tc.gauges
		assert.Equal(t, tc.decided, row.Decided(), "%+v", tc.gauges)
	}
	wide := inTurns(1, 1.5, 1, 1.6, 1.1, 1.4, 1, 1.5, 1, 1.5, 1.2, 1.3)
	wide.Gauges = []results.Gauge{shown}
	assert.False(t, wide.Decided(), "without a target it is to be known to within 10 %")
	few := inTurns(near(1.2, 3)...)
	few.Gauges = []results.Gauge{shown}
	assert.False(t, few.Decided())
}

func TestARowIsALine(t *testing.T) {
	row := inTurns(near(1.2, 12)...)
	row.Name, row.Place, row.Op = "queue", "two CPUs", "trip"
	row.Gauges = []results.Gauge{{Quantity: results.PerOp, Target: 1.1}, {Quantity: results.CPUPerOp}}
	assert.Regexp(t, `^queue on two CPUs: time a trip 1\.21× \[1\.2\d, 1\.2\d\] ≤ 1\.10× missed by 9\.5\d %; CPU a trip 1\.21× \[.*\]; 12 rounds$`, row.Brief())
	alone := inTurns(near(1.2, 12)...)
	alone.Name, alone.Place, alone.Op, alone.Sides = "yield", "two CPUs", "switch", []string{"model"}
	alone.Gauges = []results.Gauge{{Quantity: results.PerOp, Target: 3000}}
	assert.Regexp(t, `^yield on two CPUs: time a switch 2\.41 µs \[.*\] ≤ 3\.00 µs met; 12 rounds$`, alone.Brief())
	row.Failed = "C in round 2: exit status 1"
	assert.Equal(t, "queue on two CPUs: failed: C in round 2: exit status 1; 12 rounds", row.Brief())
}
