package compare

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCheckOfIdenticalCode(t *testing.T) {
	p, all := noise(100, 20, 0.02, 11)
	for i := range all {
		all[i].Within = map[string][]float64{"ns/op": {-0.01, 0.01, 0.01}}
	}
	c := Judge(p, all).Check()
	assert.Equal(t, 200, c.Comparisons)
	assert.Equal(t, 100, c.Constant, "allocations never vary, and are not counted")
	assert.Less(t, c.Calls, 20)
	assert.Zero(t, c.Corrected)
	assert.Less(t, c.Lo, 0.05)
	assert.Greater(t, c.Hi, c.Rate())
	assert.Equal(t, 20, c.Rounds)
	assert.Len(t, c.Lines, 300)
	assert.InDelta(t, 0.02*math.Sqrt2, c.Lines[0].Between, 0.02)
	assert.InDelta(t, 0, c.Lines[0].Within, 0.02)
	assert.True(t, math.IsNaN(c.Lines[1].Within), "not recorded")
	assert.Greater(t, c.Lines[0].Catches, 0.03)
	assert.Less(t, c.Lines[0].Catches, 0.2)
	assert.LessOrEqual(t, c.Gates.Slower, c.Gates.Runs*5/100)
	assert.Equal(t, 0, Judge(p, all).ExitCode(true))
}

func TestCheckThatIsCrooked(t *testing.T) {
	p, all := noise(50, 20, 0.02, 12)
	for i := range all {
		all[i].Head["ns/op"] *= 1.1 // as if the second process always paid more
	}
	c := Judge(p, all).Check()
	assert.GreaterOrEqual(t, c.Calls, 50)
	assert.GreaterOrEqual(t, c.Corrected, 40)
	assert.Greater(t, c.Lo, 0.3)
}

func TestCheckOfTooFewRounds(t *testing.T) {
	p, all := noise(3, 7, 0.02, 13)
	c := Judge(p, all).Check()
	assert.Zero(t, c.Comparisons)
	assert.Equal(t, 6, c.Short)
	assert.True(t, math.IsNaN(c.Rate()))
	assert.Contains(t, Judge(p, all).Headline(), "it takes 8")
}
