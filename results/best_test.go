package results

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// field makes contenders whose figures are their factors, times a drift that
// they share, times noise of 2 %.
func field(r *rand.Rand, rounds int, factors ...float64) []contender {
	in := make([]contender, len(factors))
	for i := range in {
		in[i].figures = map[int]float64{}
	}
	for round := 1; round <= rounds; round++ {
		drift := math.Exp(0.1 * r.NormFloat64())
		for i, f := range factors {
			in[i].figures[round] = f * drift * math.Exp(0.02*r.NormFloat64())
		}
	}
	for i := range in {
		var values []float64
		for _, v := range in[i].figures {
			values = append(values, v)
		}
		in[i].median = median(values)
	}
	return in
}

func TestBestIsFoundThroughSharedDrift(t *testing.T) {
	s := best(mixture, field(rand.New(rand.NewPCG(1, 1)), 12, 100, 112, 300))
	assert.Equal(t, []bool{true, false, false}, s.possible)
	assert.Equal(t, 0, s.reference)
	assert.InDelta(t, 1.12, exp(s.ratio[1]).Estimate, 0.03)
	assert.InDelta(t, 3, exp(s.ratio[2]).Estimate, 0.1)
	for i := 1; i < 3; i++ {
		assert.Positive(t, s.ratio[i].Lo, "the interval that is shown excludes equality")
	}
}

func TestEqualModelsAreAllPossible(t *testing.T) {
	s := best(mixture, field(rand.New(rand.NewPCG(2, 2)), 30, 100, 100, 100))
	assert.Equal(t, []bool{true, true, true}, s.possible)
}

func TestTooFewRoundsExcludeNobody(t *testing.T) {
	in := field(rand.New(rand.NewPCG(3, 3)), 30, 100, 900, 900, 900, 900, 900)
	need := best(mixture, in).need
	assert.Equal(t, 9, need, "(2¹⁰−1)/10 is the first to reach 5/0.05")
	for rounds := 1; rounds <= need; rounds++ {
		s := best(mixture, field(rand.New(rand.NewPCG(3, 3)), rounds, 100, 900, 900, 900, 900, 900))
		assert.Equal(t, rounds < need, s.possible[1], "%d rounds", rounds)
		assert.Equal(t, rounds, s.rounds)
	}
}

func TestOnlySharedRoundsAreCompared(t *testing.T) {
	in := field(rand.New(rand.NewPCG(4, 4)), 20, 100, 200)
	for round := range in[1].figures {
		if round <= 15 {
			delete(in[1].figures, round)
		}
	}
	s := best(mixture, in)
	assert.Equal(t, 5, s.ratio[1].N)
	assert.True(t, s.possible[1], "5 rounds show nothing")
}

func TestOneContenderIsNotCompared(t *testing.T) {
	s := best(mixture, field(rand.New(rand.NewPCG(5, 5)), 10, 100))
	assert.Equal(t, []bool{true}, s.possible)
	assert.Zero(t, s.reference)
	assert.Zero(t, s.rounds)
}

func TestSafeContenderExcludesAndIsNotExcluded(t *testing.T) {
	in := field(rand.New(rand.NewPCG(6, 6)), 20, 100, 150, 200)
	in[1].safe = true
	assert.Equal(t, []bool{true, true, false}, best(mixture, in).possible)
	in = field(rand.New(rand.NewPCG(6, 6)), 20, 100, 150, 200)
	in[0].safe = true
	assert.Equal(t, []bool{true, false, false}, best(mixture, in).possible)
}

// A Condorcet circle: in two rounds of three each beats the next.
func TestCircleExcludesNobody(t *testing.T) {
	in := make([]contender, 3)
	for i := range in {
		in[i] = contender{figures: map[int]float64{}, median: 2}
		for round := range 300 {
			in[i].figures[round] = float64(1 + (i+round)%3)
		}
	}
	s := best(mixture, in)
	assert.Equal(t, []bool{true, true, true}, s.possible)
}

func TestBeatenByAnotherThanTheReference(t *testing.T) {
	// The reference lacks the rounds to beat the third, which the second does.
	in := field(rand.New(rand.NewPCG(7, 7)), 20, 100, 101, 110)
	for round := range in[0].figures {
		if round > 5 {
			delete(in[0].figures, round)
		}
	}
	in[0].median = 1
	s := best(mixture, in)
	assert.Equal(t, 0, s.reference)
	assert.False(t, s.possible[2])
	assert.Equal(t, 1, s.against[2])
	assert.Positive(t, s.ratio[2].Lo)
}

func TestBehindIsAnUpperBound(t *testing.T) {
	s := best(mixture, field(rand.New(rand.NewPCG(8, 8)), 40, 100, 101, 150))
	assert.True(t, s.possible[0] && s.possible[1])
	for i, factor := range []float64{1, 1.01, 1.5} {
		assert.GreaterOrEqual(t, math.Exp(s.behind[i]), factor)
		assert.Less(t, math.Exp(s.behind[i]), factor*1.06)
	}
}

func TestZeroFigures(t *testing.T) {
	zero, one := map[int]float64{}, map[int]float64{}
	for round := range 20 {
		zero[round], one[round] = 0, 1
	}
	assert.Equal(t, slices.Repeat([]float64{0}, 20), logRatios(zero, zero))
	s := best(mixture, []contender{{figures: zero}, {figures: one, median: 1}})
	assert.Equal(t, []bool{true, false}, s.possible)
}

func TestTheBestIsSeldomLeftOut(t *testing.T) {
	const runs, alpha = 400, 0.05
	r := rand.New(rand.NewPCG(9, 9))
	out := 0
	for range runs {
		in := field(r, 60, 100, 100, 100, 100)
		for rounds := 10; rounds <= 60; rounds += 10 {
			look := make([]contender, len(in))
			for i := range in {
				look[i] = contender{figures: map[int]float64{}, median: in[i].median}
				for round := 1; round <= rounds; round++ {
					look[i].figures[round] = in[i].figures[round]
				}
			}
			if !best(mixture, look).possible[0] {
				out++
				break
			}
		}
	}
	assert.LessOrEqual(t, float64(out)/runs, alpha)
}
