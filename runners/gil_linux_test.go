package runners

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// underLock runs a job of which all tasks must succeed, under a model such as
// "gil:5ms".
func underLock(t *testing.T, value string, tasks int, make func(Sync) Body) Outcome {
	t.Helper()
	out, err := threaded(t, value, tasks).Run(t.Context(), Job{Tasks: tasks, Make: make})
	require.NoError(t, err)
	require.NoError(t, out.Err)
	return out
}

// spin keeps the CPU busy for d, at least.
func spin(d time.Duration) {
	for began := time.Now(); time.Since(began) < d; {
	}
}

// However many threads compute, one at a time does: the speed-up is 1 at most.
func TestGilLetsOneThreadRun(t *testing.T) {
	var inside atomic.Int32
	runs := func() {
		if n := inside.Add(1); n != 1 {
			panic(n)
		}
		spin(20 * time.Microsecond)
		inside.Add(-1)
	}
	steps := 0 // no atomic: the race detector watches
	compute := func(t Task) error {
		left := 20
		return t.Compute(func() bool {
			runs()
			steps++
			left--
			return left > 0
		})
	}
	underLock(t, "gil:200us", 8, func(s Sync) Body {
		queue, mutex := s.NewQueue(1), s.NewMutex()
		return func(t Task, i int) (uint64, error) {
			runs()
			t.Go(compute)
			for range 5 {
				if err := mutex.Lock(t); err != nil {
					return 0, err
				}
				runs()
				mutex.Unlock()
				if i%2 == 0 {
					if err := queue.Put(t, i); err != nil {
						return 0, err
					}
				} else if _, err := queue.Get(t); err != nil {
					return 0, err
				}
				runs()
				t.Block(func() {})
				runs()
				if err := t.Sleep(time.Microsecond); err != nil {
					return 0, err
				}
				runs()
			}
			if err := t.Wait(); err != nil {
				return 0, err
			}
			runs()
			return 0, compute(t)
		}
	})
	assert.Equal(t, 2*8*20, steps)
}

// A thread that is asked for the lock has it until its next step, and a thread
// that takes no step until it waits.
func TestGilIsHandedOverBetweenSteps(t *testing.T) {
	const interval = time.Millisecond
	other := 0 // steps of the second task
	var stop atomic.Bool
	keeps := func() bool {
		was := other
		spin(3 * interval)
		return other == was
	}
	underLock(t, "gil:"+interval.String(), 2, func(s Sync) Body {
		begun := s.NewQueue(0)
		return func(task Task, i int) (uint64, error) {
			if i == 1 {
				if err := begun.Put(task, nil); err != nil {
					return 0, err
				}
				return 0, task.Compute(func() bool { other++; return !stop.Load() })
			}
			defer stop.Store(true)
			if _, err := begun.Get(task); err != nil {
				return 0, err
			}
			assert.True(t, keeps(), "before the first step")
			steps, changes, last := 0, 0, other
			err := task.Compute(func() bool {
				if other != last {
					changes++
				}
				assert.True(t, keeps(), "within a step")
				last = other
				steps++
				return changes < 3
			})
			assert.GreaterOrEqual(t, steps, 3)
			return 0, err
		}
	})
}

// A thread that waits often, beside one that computes, waits for the switch
// interval each time that it comes back: the convoy effect.
func TestGilMakesAConvoy(t *testing.T) {
	const interval, waits = 20 * time.Millisecond, 10
	var stop atomic.Bool
	var steps atomic.Int64
	var took time.Duration
	underLock(t, "gil:"+interval.String(), 2, func(Sync) Body {
		return func(task Task, i int) (uint64, error) {
			if i == 1 {
				return 0, task.Compute(func() bool {
					spin(100 * time.Microsecond)
					steps.Add(1)
					return !stop.Load()
				})
			}
			defer stop.Store(true)
			for range waits {
				var back time.Time
				task.Block(func() { // a wait that lasts until the other one computes
					for was := steps.Load(); steps.Load() == was; {
						time.Sleep(10 * time.Microsecond)
					}
					back = time.Now()
				})
				took += time.Since(back)
			}
			return 0, nil
		}
	})
	// One of them may have been shorter: the main thread waits as well, once,
	// after it has started the second task.
	assert.GreaterOrEqual(t, took, (waits-1)*interval)
}

func TestGilIsNotHeldInBlock(t *testing.T) {
	here := make(chan int)
	underLock(t, "gil:1s", 2, func(Sync) Body {
		return func(t Task, i int) (uint64, error) {
			t.Block(func() { // the two meet
				if i == 0 {
					here <- i
				} else {
					<-here
				}
			})
			return 0, nil
		}
	})
}

// A parent goes on, as threading.Thread.start does, when its child has begun:
// by then the child has had the lock, and run until it waited for something.
func TestGilHasAChildBeginFirst(t *testing.T) {
	underLock(t, "gil:1s", 3, func(Sync) Body {
		return func(task Task, _ int) (uint64, error) {
			began, over := false, false
			task.Go(func(task Task) error {
				began = true
				err := task.Sleep(time.Millisecond)
				over = true
				return err
			})
			assert.True(t, began)
			err := task.Wait()
			assert.True(t, over)
			return 0, err
		}
	})
}

func TestGilMutexRefusesUnlockWithoutLock(t *testing.T) {
	underLock(t, "gil", 1, func(s Sync) Body {
		m := s.NewMutex()
		return func(task Task, _ int) (uint64, error) {
			assert.Panics(t, m.Unlock)
			err := m.Lock(task)
			m.Unlock()
			assert.Panics(t, m.Unlock)
			return 0, err
		}
	})
}
