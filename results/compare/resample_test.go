package compare

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGatesOfIdenticalCodeRarelyCryWolf(t *testing.T) {
	p, all := noise(40, 20, 0.05, 21)
	r := Judge(p, all)
	got := r.Resample(400, 1)
	assert.Equal(t, 40, got.Benchmarks)
	assert.Positive(t, got.Candidates, "some looked different")
	assert.LessOrEqual(t, got.Slower, 20)
	assert.Equal(t, got, r.Resample(400, 1), "the seed decides")
	assert.Equal(t, Resampled{}, Judge(plan(), nil).Resample(0, 1))
}

func TestTheCoinMakesNoiseOfAnyDifference(t *testing.T) {
	g := newGate(plan())
	of := recorded{drawn: make([]series, 1), stands: make([]standing, 1)}
	for range 20 {
		of.rounds = append(of.rounds, []point{newPoint(1000, 1200, false)})
	}
	called := 0
	for run := range 200 {
		g.rng = newRand(1, run)
		slower, faster, candidates := g.once([]recorded{of})
		assert.Equal(t, 1, candidates)
		assert.False(t, slower && faster)
		if slower || faster {
			called++
		}
	}
	assert.LessOrEqual(t, called, 20)
}

// 2,000 gates of 100 benchmarks by 3 metrics are to take less than 10 s.
func BenchmarkResample(b *testing.B) {
	p, all := noise(100, 20, 0.03, 23)
	r := Judge(p, all)
	for b.Loop() {
		r.Resample(2000, 1)
	}
}
