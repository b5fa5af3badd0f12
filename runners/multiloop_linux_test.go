package runners

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestMultiloopIsSoManyThreads(t *testing.T) {
	const loops, tasks = 3, 30
	r := threaded(t, "multiloop:3", tasks)
	var tids [tasks]int
	for range 2 { // job after job
		o := runJob(t, r, tasks, func(Sync) Body {
			return func(t Task, i int) (uint64, error) {
				tids[i] = unix.Gettid()
				t.Go(func(t Task) error {
					if unix.Gettid() != tids[i] {
						panic("not on its parent's loop")
					}
					return t.Yield()
				})
				return 1, t.Wait()
			}
		})
		require.NoError(t, o.Err)
		assert.Equal(t, loops, o.Threads)
	}
	threads := map[int]bool{}
	for i, tid := range tids {
		assert.Equal(t, tids[i%loops], tid, "tasks are dealt out")
		threads[tid] = true
	}
	assert.Len(t, threads, loops)
	require.NoError(t, r.Close())
	for tid := range threads {
		gone(t, tid)
	}
}

func TestMultiloopsTasksMeetAcrossLoops(t *testing.T) {
	r := threaded(t, "multiloop:3", 30)
	count := 0 // no atomic: the race detector watches
	o := runJob(t, r, 30, func(s Sync) Body {
		queue, mutex := s.NewQueue(2), s.NewMutex()
		return func(t Task, i int) (uint64, error) {
			sum := uint64(0)
			for v := range 100 {
				if err := mutex.Lock(t); err != nil {
					return 0, err
				}
				count++
				mutex.Unlock()
				if i%2 == 0 {
					if err := queue.Put(t, uint64(v)); err != nil {
						return 0, err
					}
					continue
				}
				got, err := queue.Get(t)
				if err != nil {
					return 0, err
				}
				sum += got.(uint64)
			}
			return sum, nil
		}
	})
	require.NoError(t, o.Err)
	assert.Equal(t, 3000, count)
	assert.EqualValues(t, 15*99*100/2, o.Sum)
}

func TestADeathInMultiloopFailsWhatItsLoopHeld(t *testing.T) {
	r := threaded(t, "multiloop:2", 20)
	for range 3 {
		o := runJob(t, r, 20, func(Sync) Body {
			return func(t Task, i int) (uint64, error) {
				if i == 18 { // the last of its loop
					runtime.Goexit()
				}
				return 1, t.Sleep(10 * time.Millisecond)
			}
		})
		assert.ErrorIs(t, o.Err, ErrDied)
		for i, s := range o.Samples {
			if i%2 == 1 {
				assert.NotZero(t, s.End, "task %d is on the other loop", i)
			}
		}
		assert.Zero(t, o.Samples[18].End)
		assert.GreaterOrEqual(t, o.Done, 10)
	}
}

// A loop that a task holds is held for its own tasks alone.
func TestAHeldLoopHoldsNoOther(t *testing.T) {
	r := threaded(t, "multiloop:2", 2)
	gate := make(chan struct{})
	o := runJob(t, r, 2, func(Sync) Body {
		return func(t Task, i int) (uint64, error) {
			if i == 0 {
				t.Block(func() { <-gate })
				return 1, nil
			}
			defer close(gate)
			return 1, t.Sleep(time.Millisecond)
		}
	})
	require.NoError(t, o.Err)
}

func TestMultiloopsNumberOfLoops(t *testing.T) {
	for _, value := range []string{"multiloop:0", "multiloop:-1", "multiloop:1025", "multiloop:many"} {
		_, _, err := Lookup(value, 2)
		assert.ErrorContains(t, err, "number of loops, 1", value)
	}
	m, c, err := Lookup("multiloop", 4)
	require.NoError(t, err)
	assert.EqualValues(t, 4, c.Option)
	assert.Equal(t, 4, m.Offers(c, 100).Threads)
}
