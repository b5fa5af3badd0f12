package compare

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestComparisonsOfIdenticalCodeRarelyCryWolf(t *testing.T) {
	p, all := noise(40, 20, 0.05, 21)
	r := Judge(p, all)
	got := r.Resample(400, 1)
	assert.Equal(t, 40, got.Benchmarks)
	assert.LessOrEqual(t, got.Slower, 20)
	assert.Equal(t, got, r.Resample(400, 1), "the seed decides")
	assert.Equal(t, Resampled{}, Judge(plan(), nil).Resample(0, 1))
}

func TestTheCoinMakesNoiseOfAnyDifference(t *testing.T) {
	rule := newRule(plan())
	of := recorded{trials: []trial{newTrial(rule)}, done: make([]bool, 1)}
	for range 20 {
		of.rounds = append(of.rounds, []float64{0.2})
	}
	called := 0
	for run := range 400 {
		slower, faster := once([]recorded{of}, rule, rand.New(rand.NewPCG(1, uint64(run))))
		assert.False(t, slower && faster)
		if slower || faster {
			called++
		}
	}
	assert.LessOrEqual(t, called, 20)
	assert.Positive(t, called, "what never alarms tests nothing")
}

// 1,000 comparisons of 100 benchmarks by 3 metrics are to take less than 10 s.
func BenchmarkResample(b *testing.B) {
	p, all := noise(100, 20, 0.03, 23)
	r := Judge(p, all)
	for b.Loop() {
		r.Resample(1000, 1)
	}
}
