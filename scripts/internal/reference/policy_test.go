package reference

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// round is one of a model and a reference, whose cycles all have this ratio.
func round(number int, ratio float64) record.Round {
	model, c := record.Arm{Name: "model"}, record.Arm{Name: "C"}
	for cycle := range 4 {
		model.Add(cycle, record.Sample{N: 1, Values: map[string]float64{"ns/op": 1000 * ratio}})
		c.Add(cycle, record.Sample{N: 1, Values: map[string]float64{"ns/op": 1000}})
	}
	return record.Round{Block: "row", Round: number, Planned: 4, End: true, Arms: []record.Arm{model, c}}
}

// after is what the policy wants after rounds of these ratios, where the target
// is at most 1.
func after(most int, ratios ...float64) (p *policy, row *results.CalibrationRow) {
	p = newPolicy(most)
	row = &results.CalibrationRow{Sides: []string{"model", "C"}, Gauges: []results.Gauge{{Quantity: results.PerOp, Target: 1}}}
	p.follow("row", row)
	for i, ratio := range ratios {
		p.Add(round(i+1, ratio))
	}
	return p, row
}

func TestARowGetsRoundsUntilItIsDecided(t *testing.T) {
	least := results.FidelityRounds()
	var same []float64
	for n := range least {
		p, _ := after(20, same...)
		step := p.Next("row")
		assert.False(t, step.Done, "%d rounds", n)
		assert.Equal(t, least-n, step.Least)
		same = append(same, 1.2)
	}
	p, row := after(20, same...)
	assert.True(t, p.Next("row").Done)
	assert.Equal(t, results.Missed, row.Fidelity(row.Gauges[0]).Verdict)
}

func TestARowThatStaysOpenGetsAllRounds(t *testing.T) {
	var ratios []float64
	for n := range 20 {
		p, _ := after(20, ratios...)
		assert.False(t, p.Next("row").Done, "%d rounds", n)
		assert.LessOrEqual(t, p.Next("row").Least, 20-n)
		ratios = append(ratios, []float64{0.9, 1.1}[n%2])
	}
	p, _ := after(20, ratios...)
	assert.True(t, p.Next("row").Done)
}

func TestFewRoundsAreAllThereAre(t *testing.T) {
	p, _ := after(2)
	assert.Equal(t, 2, p.Next("row").Least)
	p, _ = after(2, 1.2)
	assert.Equal(t, 1, p.Next("row").Least)
	p, _ = after(2, 1.2, 1.2)
	assert.True(t, p.Next("row").Done)
}

func TestAFailureEndsARow(t *testing.T) {
	p, row := after(20, 1.2)
	broken := round(2, 1.2)
	broken.Arms[1] = record.Arm{Name: "C", Failed: "exit status 1: read: no such luck"}
	p.Add(broken)
	assert.True(t, p.Next("row").Done)
	assert.Equal(t, "C in round 2: exit status 1: read: no such luck", row.Failed)
	assert.Equal(t, 1, row.Whole())

	p, row = after(20)
	absent := round(1, 1.2)
	absent.Arms[0] = record.Arm{Name: "model", NotRun: "no moon tonight"}
	p.Add(absent)
	assert.True(t, p.Next("row").Done)
	assert.Equal(t, "model: no moon tonight", row.NotRunnable)
	assert.Empty(t, row.Rounds, "what cannot be compared says nothing")
}
