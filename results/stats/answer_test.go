package stats

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// within5 asks for a difference, and whether it is under 5 %.
func within5(different, same Method) Question {
	return Question{Margin: math.Log(1.05), Different: different, Same: same}
}

func TestThreeAnswers(t *testing.T) {
	r := random(40)
	for _, q := range []Question{within5(Bet{0.025}, Bet{0.05}), within5(SignedRank{0.025}, SignedRank{0.05})} {
		assert.Equal(t, Different, q.Judge(normal.series(r, 20, 0.2, 0.02)).Answer)
		assert.Equal(t, Different, q.Judge(normal.series(r, 20, -0.2, 0.02)).Answer)
		assert.Equal(t, Same, q.Judge(normal.series(r, 20, 0, 0.02)).Answer)
		assert.Equal(t, Open, q.Judge(normal.series(r, 20, 0.05, 0.2)).Answer)
		assert.Equal(t, Open, q.Judge(normal.series(r, 4, 0.2, 0.02)).Answer, "too few")
		assert.Equal(t, Open, q.Judge(nil).Answer)
	}
	assert.Equal(t, "different, the same, open", Different.String()+", "+Same.String()+", "+Open.String())
}

func TestWhatIsKnownToDifferByLessThanTheMarginIsTheSame(t *testing.T) {
	d := normal.series(random(41), 20, 0.01, 0.002)
	v := within5(Bet{0.025}, Bet{0.05}).Judge(d)
	assert.Equal(t, Same, v.Answer)
	assert.True(t, v.Different.Excludes(0))
	q := within5(Bet{0.025}, Bet{0.05})
	q.Margin = 0
	assert.Equal(t, Different, q.Judge(d).Answer, "with no margin nothing is the same")
}

func TestNeedsIsWhereItWouldBeDecided(t *testing.T) {
	r := random(42)
	answered := 0
	for _, q := range []Question{within5(Bet{0.025}, Bet{0.05}), within5(SignedRank{0.025}, SignedRank{0.05})} {
		for range 40 {
			n := 1 + r.IntN(20)
			d := normal.series(r, n, 0.05*r.NormFloat64(), 0.06)
			need := q.Needs(d)
			require.Equal(t, need, q.Needs(d), "it draws nothing")
			if need == 0 {
				assert.Equal(t, Open, q.Judge(d).Answer)
				continue
			}
			answered++
			require.GreaterOrEqual(t, need, n)
			again := slices.Repeat(d, need/n+1)
			assert.NotEqual(t, Open, q.Judge(again[:need]).Answer)
			if need > n {
				assert.Equal(t, Open, q.Judge(again[:need-1]).Answer)
			}
		}
	}
	assert.Greater(t, answered, 40)
}

func TestNeedsOfWhatIsDecidedAndOfWhatCannotBe(t *testing.T) {
	q := within5(Bet{0.025}, Bet{0.05})
	assert.Equal(t, 20, q.Needs(slices.Repeat([]float64{0.2}, 20)))
	assert.Equal(t, 7, q.Needs([]float64{0.2}), "the fewest that can")
	assert.Equal(t, 5, q.Needs([]float64{0}), "the fewest that can be the same")
	assert.Zero(t, q.Needs([]float64{0.3, -0.3}))
	assert.Zero(t, q.Needs(nil))
	assert.Equal(t, 400, q.Needs(slices.Repeat([]float64{0.2}, 400)))
	assert.Zero(t, q.Needs(slices.Repeat([]float64{0.3, -0.3}, 200)))
}
