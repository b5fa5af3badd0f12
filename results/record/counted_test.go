package record

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// attempt is one at a round of block B with cycles of 6 planned.
func attempt(round, number, cycles int, steal float64) Round {
	r := Round{Block: "B", Round: round, Attempt: number, Planned: 6, End: true, Steal: steal, Arms: []Arm{{Name: "a"}, {Name: "b"}}}
	for c := range cycles {
		for i := range r.Arms {
			r.Arms[i].Add(c, Sample{N: 1, Values: map[string]float64{"x": 1}})
		}
	}
	return r
}

// which returns the attempts of the rounds that count.
func which(rounds ...Round) (all []int) {
	for _, r := range Counted(rounds) {
		all = append(all, r.Attempt)
	}
	return all
}

func TestOneAttemptAtARoundCounts(t *testing.T) {
	const quiet, loud = Disturbed, 2 * Disturbed
	for _, tc := range []struct {
		why  string
		all  []Round
		want []int
	}{
		{"one that is whole", []Round{attempt(1, 0, 6, quiet)}, []int{0}},
		{"the undisturbed one, though it is the first", []Round{attempt(1, 0, 6, quiet), attempt(1, 1, 6, loud)}, []int{0}},
		{"the undisturbed one", []Round{attempt(1, 0, 6, loud), attempt(1, 1, 6, quiet)}, []int{1}},
		{"the last undisturbed one", []Round{attempt(1, 0, 6, quiet), attempt(1, 1, 6, quiet)}, []int{1}},
		{"the last where all are disturbed", []Round{attempt(1, 0, 6, loud), attempt(1, 1, 6, 0.9)}, []int{1}},
		{"a whole one before one that was cut short", []Round{attempt(1, 0, 6, loud), attempt(1, 1, 5, quiet)}, []int{0}},
		{"one that was cut short, with cycles enough", []Round{attempt(1, 0, 4, loud)}, []int{0}},
		{"the last of those", []Round{attempt(1, 0, 5, quiet), attempt(1, 1, 4, quiet)}, []int{1}},
		{"none with cycles too few", []Round{attempt(1, 0, 3, quiet)}, nil},
		{"each round by itself", []Round{attempt(1, 0, 6, loud), attempt(2, 0, 6, quiet), attempt(1, 1, 6, quiet)}, []int{0, 1}},
	} {
		assert.Equal(t, tc.want, which(tc.all...), tc.why)
	}
}

func TestAFailureDoesNotMakeARoundTooShort(t *testing.T) {
	r := attempt(1, 0, 4, 0)
	r.Arms = append(r.Arms, Arm{Name: "c", Failed: "why"}, Arm{Name: "d", NotRun: "why"}, Arm{Name: "e", Failed: "late", Cycles: []int{0}})
	assert.Len(t, Counted([]Round{r}), 1)
	r.Arms[2].Failed = ""
	assert.Empty(t, Counted([]Round{r}), "it has too few cycles of its own now")
}

func TestWhatWasMeasuredPlaysNoPart(t *testing.T) {
	first, second := attempt(1, 0, 6, 0.5), attempt(1, 1, 6, 0)
	for _, x := range []float64{1e-9, 1e9} {
		second.Arms[0].Samples["x"][0] = x
		assert.Equal(t, []int{1}, which(first, second))
	}
}

func TestTurnsAndOneAfterTheOtherAreNeverPooled(t *testing.T) {
	var rounds []Round
	for round := 1; round <= 4; round++ {
		rounds = append(rounds, attempt(round, 0, 6, 0))
		if round > 2 {
			rounds[round-1].Serial = "a port"
		}
	}
	other := attempt(1, 0, 6, 0)
	other.Block = "C"
	rounds = append(rounds, other)
	counted := Counted(rounds)
	assert.Equal(t, []Round{rounds[2], rounds[3], other}, counted, "those that are like the last of their block")
	assert.Equal(t, rounds[:2], Counted(rounds[:2]))
}

func TestABlocksBenchmarksAreCountedApart(t *testing.T) {
	x, y, again := attempt(1, 0, 6, 0), attempt(1, 0, 6, 0.5), attempt(1, 1, 6, 0)
	x.Benchmark, y.Benchmark, again.Benchmark = "BenchmarkX", "BenchmarkY", "BenchmarkY"
	assert.Equal(t, []Round{x, again}, Counted([]Round{x, y, again}))
}
