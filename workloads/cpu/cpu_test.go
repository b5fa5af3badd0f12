package cpu

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

// A counting task computes to the end, and counts the steps.
type counting struct {
	runners.Task
	steps *int
}

func (c counting) Compute(step func() bool) error {
	for *c.steps = 1; step(); *c.steps++ {
	}
	return nil
}

// A lazy task leaves out all steps but one.
type lazy struct{ runners.Task }

func (lazy) Compute(step func() bool) error { step(); return nil }

func TestAModelThatLeavesOutStepsIsCaught(t *testing.T) {
	for _, w := range []workloads.Workload{hash{}, picture{}, matrix{}, classify{}, parse{}} {
		work := worktest.Prepare(t, w, worktest.Spec(t, w, nil, ""), 3)
		var want, got uint64
		for i := range 3 {
			sum, err := work.Make(nil)(lazy{}, i)
			got += sum
			if err != nil {
				got = 0 // which no workload's sum is
				break
			}
		}
		want = work.Sum
		assert.NotEqual(t, want, got, w.About().Name)
	}
}

func TestStepsAreThoseThatTheUnitStates(t *testing.T) {
	for w, want := range map[workloads.Workload]int{hash{}: 16, picture{}: 16 + 16 + 1, matrix{}: 4 * 4 * 4, classify{}: 20, parse{}: 20} {
		work := worktest.Prepare(t, w, worktest.Spec(t, w, nil, ""), 1)
		steps := 0
		sum, err := work.Make(nil)(counting{steps: &steps}, 0)
		require.NoError(t, err)
		assert.Equal(t, want, steps, w.About().Name)
		assert.Equal(t, work.Sum, sum)
	}
}

func TestHashIsSHA256OverTheBlocksOfTheTask(t *testing.T) {
	s := worktest.Spec(t, hash{}, workloads.Params{"blocks": "9", "block": "1000"}, "")
	work := worktest.Prepare(t, hash{}, s, 11)
	var pool [inputs][]byte
	for k := range pool {
		pool[k] = data.Bytes(1000, data.Key(s.Seed, k))
	}
	total, digests := uint64(0), map[uint64]bool{}
	for i := range 11 {
		var parts [][]byte
		for n := range 9 {
			parts = append(parts, pool[(i+n)%inputs])
		}
		digest := sha256.Sum256(bytes.Join(parts, nil))
		steps := 0
		sum, err := work.Make(nil)(counting{steps: &steps}, i)
		require.NoError(t, err)
		assert.Equal(t, (&hashJob{}).sum(digest, i), sum)
		digests[sum], total = true, total+sum
	}
	assert.Equal(t, work.Sum, total)
	assert.Len(t, digests, 11, "no two tasks have the same sum")
}
