package compare

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/results/record"
)

func TestCheckOfIdenticalCode(t *testing.T) {
	p, all := noise(40, 20, 0.02, 11)
	for i := range all { // more samples of each process, which spread less
		all[i].Planned = 3
		for a := range all[i].Arms {
			arm := &all[i].Arms[a]
			for c, off := range []float64{1.01, 0.99} {
				arm.Add(1+c, record.Sample{N: 10, Values: values{"ns/op": off * arm.Samples["ns/op"][0], "B/op": arm.Samples["B/op"][0], "allocs/op": 12}})
			}
		}
	}
	c := Judge(p, all).Check()
	assert.Equal(t, 80, c.Comparisons)
	assert.Equal(t, 40, c.Constant, "allocations never vary, and are not counted")
	assert.Less(t, c.Calls, 10)
	assert.Zero(t, c.Corrected)
	assert.Less(t, c.Lo, 0.05)
	assert.Greater(t, c.Hi, c.Rate())
	assert.Equal(t, 20, c.Rounds)
	assert.Len(t, c.Lines, 120)
	assert.InDelta(t, 0.02*math.Sqrt2, c.Lines[0].Between, 0.02)
	assert.InDelta(t, 0.015, c.Lines[0].Within, 0.01)
	assert.Greater(t, c.Lines[0].Catches, 0.03)
	assert.Less(t, c.Lines[0].Catches, 0.2)
	assert.LessOrEqual(t, c.Gates.Slower, c.Gates.Runs*5/100)
	assert.Equal(t, 0, Judge(p, all).ExitCode(true))
}

func TestCheckTellsTurnsFromOneAfterTheOther(t *testing.T) {
	p, all := noise(16, 20, 0.02, 12)
	c := Judge(p, all).Check()
	assert.Equal(t, 16, c.Spreads)
	assert.InDelta(t, 0.02*math.Sqrt2, c.Turns, 0.006)
	assert.InDelta(t, 3*0.02*math.Sqrt2, c.After, 0.018)
	assert.InDelta(t, 1.0/3, c.Share, 0.08)
	l := c.Lines[0]
	assert.InDelta(t, l.Between/l.After, l.Share(), 1e-12)

	// Without what was measured one after the other, nothing is said of it.
	var turns []record.Round
	for _, r := range all {
		if r.Serial == "" {
			turns = append(turns, r)
		}
	}
	r := Judge(p, turns)
	assert.Zero(t, r.Check().Spreads)
	assert.True(t, math.IsNaN(r.Check().Lines[0].Share()))
	terminal, _ := written(t, r)
	assert.NotContains(t, terminal, "Spread of the rounds")

	// A block whose arms could not take turns is no measure of turns.
	for i := range all {
		all[i].Serial = "they bind one port"
	}
	assert.Zero(t, Judge(p, all).Check().Spreads)
}

func TestAFailureOfTheOtherWayIsAFailure(t *testing.T) {
	p, all := noise(1, 3, 0.02, 14)
	all[5].Arms[1] = record.Arm{Name: HeadArm, Failed: "exit status 2", Log: "logs/a.txt"}
	r := Judge(p, all)
	assert.Equal(t, "in round 3, head: exit status 2 (one after the other)", r.Results[0].Failure)
	assert.Equal(t, 3, r.ExitCode(false))
}

func TestCheckThatIsCrooked(t *testing.T) {
	p, all := noise(20, 20, 0.02, 13)
	for i := range all {
		all[i].Arms[1].Samples["ns/op"][0] *= 1.1 // as if the second process always paid more
	}
	c := Judge(p, all).Check()
	assert.GreaterOrEqual(t, c.Calls, 19)
	assert.GreaterOrEqual(t, c.Corrected, 15)
	assert.Greater(t, c.Lo, 0.3)
}

func TestCheckOfTooFewRounds(t *testing.T) {
	p, all := noise(3, 6, 0.02, 13)
	c := Judge(p, all).Check()
	assert.Zero(t, c.Comparisons)
	assert.Equal(t, 6, c.Short)
	assert.True(t, math.IsNaN(c.Rate()))
	assert.Contains(t, Judge(p, all).Headline(), "it takes 7")
}
