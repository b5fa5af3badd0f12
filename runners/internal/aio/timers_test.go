package aio

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTimersGiveTheEarliestWhateverIsTakenBack(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var h timers
	set := map[*Coroutine]int64{}
	for range 3000 {
		if len(set) == 0 || random.IntN(5) < 3 {
			c, at := &Coroutine{}, random.Int64N(1000)
			h.add(c, at)
			set[c] = at
			continue
		}
		c := h[random.IntN(len(h))].co
		if random.IntN(2) == 0 {
			c = h[0].co
			require.Equal(t, slices.Min(slices.Collect(maps.Values(set))), h[0].at)
		}
		h.remove(c)
		h.remove(c) // which has none now
		delete(set, c)
	}
	var got, want []int64
	for _, at := range set {
		want = append(want, at)
	}
	for len(h) > 0 {
		require.Equal(t, set[h[0].co], h[0].at)
		got = append(got, h[0].at)
		h.remove(h[0].co)
	}
	slices.Sort(want)
	assert.Equal(t, want, got)
}

func TestSleepersWakeInTheOrderOfTheirTimes(t *testing.T) {
	const tasks = 5000
	l := newLoop(t)
	order := rand.New(rand.NewPCG(3, 4)).Perm(tasks)
	var first int64
	woken, want := make([]int, 0, tasks), make([]int, tasks)
	run(t, l, tasks, func(c *Coroutine, i int) {
		if first == 0 { // all begin in one turn, before the loop looks at the time
			first = l.now() + int64(time.Millisecond)
		}
		assert.NoError(t, c.wait(nil, first+int64(order[i]), false))
		woken = append(woken, order[i])
	})
	for i := range want {
		want[i] = i
	}
	assert.Equal(t, want, woken)
}

func TestASleepLastsAsLongAsItWasAskedTo(t *testing.T) {
	l := newLoop(t)
	run(t, l, 50, func(c *Coroutine, i int) {
		for _, d := range []time.Duration{time.Nanosecond, 30 * time.Microsecond, 1500 * time.Microsecond} {
			began := time.Now()
			assert.NoError(t, c.Sleep(d))
			assert.GreaterOrEqual(t, time.Since(began), d)
		}
	})
}
