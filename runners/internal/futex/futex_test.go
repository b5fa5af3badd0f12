//go:build linux

package futex

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// onThreads runs f n times, each on a thread of its own, and waits for all.
func onThreads(n int, f func(i int)) (wait func()) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			runtime.LockOSThread()
			f(i)
		})
	}
	return all.Wait
}

// within fails the test when wait takes longer than anything here should.
func within(t *testing.T, wait func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		wait()
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		require.FailNow(t, "still waiting after 20 s")
	}
}

// settle lets threads reach the wait that they are to be woken from. Where one
// is late, the test takes the other path and still holds.
func settle() { time.Sleep(20 * time.Millisecond) }

func TestMutexIsHeldByOneAtATime(t *testing.T) {
	var m Mutex
	n := 0 // no atomic: the race detector watches
	within(t, onThreads(8, func(int) {
		for range 1000 {
			assert.True(t, m.Lock())
			n++
			m.Unlock()
		}
	}))
	assert.Equal(t, 8000, n)
	assert.EqualValues(t, mutexFree, m.state.Load())
}

func TestMutexWaitsForItsHolder(t *testing.T) {
	var m Mutex
	var released atomic.Bool
	m.Lock()
	wait := onThreads(3, func(int) {
		m.Lock()
		assert.True(t, released.Load())
		m.Unlock()
	})
	settle()
	released.Store(true)
	m.Unlock()
	within(t, wait)
}

func TestMutexThatEndsSendsItsWaitersAway(t *testing.T) {
	var m Mutex
	m.Lock()
	wait := onThreads(20, func(int) { assert.False(t, m.Lock()) })
	settle()
	m.End()
	within(t, wait)
	m.Unlock()
	assert.False(t, m.Lock(), "free, but ended")
	assert.NotPanics(t, m.Unlock)
}

func TestMutexPanicsWhenNobodyHoldsIt(t *testing.T) {
	var m Mutex
	assert.Panics(t, m.Unlock)
}

func TestQueueIsFirstInFirstOut(t *testing.T) {
	q := NewQueue(0)
	for i := range 100 {
		require.True(t, q.Put(i))
		if i%3 == 2 {
			v, ok := q.Get()
			require.True(t, ok)
			assert.Equal(t, i/3, v)
		}
	}
	for i := 33; i < 100; i++ {
		v, _ := q.Get()
		assert.Equal(t, i, v)
	}
}

func TestQueueThatIsFullMakesPutWait(t *testing.T) {
	q := NewQueue(2)
	var put atomic.Int32
	wait := onThreads(1, func(int) {
		for i := range 5 {
			q.Put(i)
			put.Add(1)
		}
	})
	settle()
	assert.LessOrEqual(t, put.Load(), int32(2))
	for i := range 5 {
		v, ok := q.Get()
		assert.True(t, ok)
		assert.Equal(t, i, v)
	}
	within(t, wait)
}

func TestQueueHandsOverEachValueOnce(t *testing.T) {
	for _, capacity := range []int{0, 1, 3} {
		q := NewQueue(capacity)
		var sum, last atomic.Int64
		wait := onThreads(8, func(i int) {
			for k := range 500 {
				if i%2 == 0 {
					q.Put(i*500 + k)
				} else {
					v, ok := q.Get()
					assert.True(t, ok)
					sum.Add(int64(v.(int)))
					last.Add(1)
				}
			}
		})
		within(t, wait)
		want := int64(0)
		for i := 0; i < 8; i += 2 {
			for k := range 500 {
				want += int64(i*500 + k)
			}
		}
		assert.Equal(t, want, sum.Load())
		assert.EqualValues(t, 2000, last.Load())
	}
}

func TestQueueThatEndsSendsBothSidesAway(t *testing.T) {
	empty, full := NewQueue(0), NewQueue(1)
	full.Put("first")
	wait := onThreads(20, func(i int) {
		if i%2 == 0 {
			_, ok := empty.Get()
			assert.False(t, ok)
		} else {
			assert.False(t, full.Put("second"))
		}
	})
	settle()
	empty.End()
	full.End()
	within(t, wait)
	_, ok := full.Get()
	assert.False(t, ok, "a value is left, but the queue has ended")
	assert.False(t, empty.Put(1))
}

func TestEventIsWaitedForUpToItsTime(t *testing.T) {
	var e Event
	start := time.Now()
	assert.False(t, e.Within(30*time.Millisecond))
	assert.GreaterOrEqual(t, time.Since(start), 30*time.Millisecond)
	assert.False(t, e.Within(-1))
}

func TestEventWakesAllThatWait(t *testing.T) {
	var e Event
	wait := onThreads(50, func(int) { assert.True(t, e.Within(time.Hour)) })
	settle()
	e.Set()
	within(t, wait)
	assert.True(t, e.Within(0))
}

func TestLatchOpensWithTheLast(t *testing.T) {
	var l Latch
	var n atomic.Int32
	l.Wait() // at zero
	for range 200 {
		l.Add(5)
		n.Store(0)
		wait := onThreads(5, func(int) {
			n.Add(1)
			l.Done()
		})
		l.Wait()
		assert.EqualValues(t, 5, n.Load())
		assert.True(t, l.Open())
		wait()
	}
}

func TestNobodyWaitingNeedsNoMemory(t *testing.T) {
	var m Mutex
	q := NewQueue(1)
	var v any = "value"
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		m.Lock()
		m.Unlock()
		q.Put(v)
		q.Get()
	}))
}

func BenchmarkMutex(b *testing.B) {
	var m Mutex
	for b.Loop() {
		m.Lock()
		m.Unlock()
	}
}

// BenchmarkHandoff is a round trip of a value between two threads.
func BenchmarkHandoff(b *testing.B) {
	there, back := NewQueue(1), NewQueue(1)
	wait := onThreads(1, func(int) {
		for {
			v, ok := there.Get()
			if !ok {
				return
			}
			back.Put(v)
		}
	})
	wait2 := onThreads(1, func(int) {
		for b.Loop() {
			there.Put(1)
			back.Get()
		}
	})
	wait2()
	there.End()
	wait()
}
