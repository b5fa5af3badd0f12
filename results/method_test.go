package results

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/results/stats"
)

func TestARunIsJudgedByWhatItsRoundsAllow(t *testing.T) {
	for _, tc := range []struct {
		run  Run
		want stats.Method
	}{
		{Run{Version: 1}, Sequence{0.01}},
		{Run{Version: 1, Anytime: true}, Sequence{0.01}},
		{Run{Version: 2, Anytime: true}, stats.Bet{Alpha: 0.01}},
		{Run{Version: 2}, stats.SignedRank{Alpha: 0.01}},
	} {
		assert.Equal(t, tc.want, tc.run.method().at(0.01))
	}
}

func TestAFiguresOwnIntervalErrsByFivePerCent(t *testing.T) {
	d := []float64{3, 1, 4, 1.5, 9, 2.6, 5, 3.5, 8, 7}
	for _, how := range []method{mixture, bet, ranks} {
		assert.Equal(t, how.at(0.025).Interval(d), how.own(d))
	}
}

func TestLeastRoundsGrowWithTheModels(t *testing.T) {
	for _, run := range []Run{{Version: 1}, {Version: 2}, {Version: 2, Anytime: true}} {
		assert.Equal(t, run.method().at(0.05).LeastRounds(), run.LeastRounds(2))
		assert.Equal(t, run.method().at(0.05/5).LeastRounds(), run.LeastRounds(6))
		assert.Equal(t, run.LeastRounds(2), run.LeastRounds(0), "nothing can be decided of none")
		assert.Less(t, run.LeastRounds(2), run.LeastRounds(20))
	}
}

// A published report keeps its answers.
func TestBeingWithinAMarginSharesTheRowsErrorInVersion1Alone(t *testing.T) {
	const k = 6
	in := field(rand.New(rand.NewPCG(11, 11)), 14, 100, 101, 101, 101, 101, 101)
	for _, tc := range []struct {
		how   method
		alpha float64
	}{{mixture, familyError / (k - 1)}, {bet, familyError}, {ranks, familyError}} {
		s := best(tc.how, in)
		for i := range in {
			want := 0.0
			for p := range in {
				if p != i && s.possible[p] {
					want = max(want, tc.how.at(tc.alpha).Interval(in[i].over(in[p])).Hi)
				}
			}
			assert.Equal(t, want, s.behind[i])
		}
	}
	row, own := mixture.at(familyError/(k-1)), mixture.at(familyError)
	d := in[1].over(in[0])
	assert.Less(t, own.Interval(d).Hi, row.Interval(d).Hi, "the two can be told apart here")
}
