package bench

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// TestTheHarnessCostsLittle compares an op of 1,000 tasks, as a cell measures
// it, with a hand-written loop around the same work, in alternation. The median
// ratio is to be at most 1.02; on a machine that has other things to do the test
// lets more pass, and tries a few times. HARNESS_ROUNDS says how many rounds, to
// measure it.
func TestTheHarnessCostsLittle(t *testing.T) {
	const tasks = 1000
	rounds, limit, attempts := 9, 1.5, 5
	if s := os.Getenv("HARNESS_ROUNDS"); s != "" {
		var err error
		rounds, err = strconv.Atoi(s)
		require.NoError(t, err)
		limit, attempts = 1.02, 1
	}
	block := make([]byte, 64<<10) // 30 to 60 µs
	work := func(i int) uint64 {
		sum := sha256.Sum256(block)
		return binary.LittleEndian.Uint64(sum[:]) + uint64(i)
	}
	var want uint64
	for i := range tasks {
		want += work(i)
	}

	m, config, err := runners.Lookup("goroutines", Cores())
	require.NoError(t, err)
	runner, err := m.New(config)
	require.NoError(t, err)
	defer runner.Close()
	body := func(_ runners.Task, i int) (uint64, error) { return work(i), nil }
	r := &fixture{runner: runner, work: workloads.Work{Sum: want},
		job: runners.Job{Tasks: tasks, Make: func(runners.Sync) runners.Body { return body }}}

	round := func() (ratio float64) {
		begin := time.Now()
		_, err := r.op()
		harness := time.Since(begin)
		require.NoError(t, err)

		begin = time.Now()
		sums := make([]uint64, tasks)
		var done sync.WaitGroup
		for i := range tasks {
			done.Go(func() { sums[i] = work(i) })
		}
		done.Wait()
		var sum uint64
		for _, s := range sums {
			sum += s
		}
		hand := time.Since(begin)
		require.Equal(t, want, sum)
		return float64(harness) / float64(hand)
	}
	median := math.Inf(1)
	for ; median > limit && attempts > 0; attempts-- {
		ratios := make([]float64, rounds)
		for i := range ratios {
			ratios[i] = round()
		}
		slices.Sort(ratios)
		median = ratios[rounds/2]
		t.Logf("harness ÷ hand-written loop, %d rounds: median %.4f, quartiles %.4f to %.4f", rounds, median, ratios[rounds/4], ratios[3*rounds/4])
	}
	assert.LessOrEqual(t, median, limit)
}
