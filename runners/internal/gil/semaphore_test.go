//go:build linux

package gil

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/runners/internal/kthread"
)

func TestAUnitThatIsThereIsTakenUnderTheLock(t *testing.T) {
	l := New(long, errForeign)
	s := NewSemaphore(l, 2, 0)
	within(t, onThreads(l, 1, func(int) {
		var came atomic.Bool
		wait := onThreads(l, 1, func(int) { came.Store(true) })
		awaited(l, 1)
		assert.True(t, s.Down())
		assert.True(t, s.Down())
		s.Up()
		assert.True(t, s.Down())
		assert.False(t, came.Load())
		l.Away(wait)
	}))
}

func TestAUnitIsWaitedForWithoutTheLock(t *testing.T) {
	l := New(long, errForeign)
	s := NewSemaphore(l, 0, 0)
	var waiting atomic.Int32
	within(t, onThreads(l, 6, func(i int) {
		if waiting.Add(1) < 6 { // so that it has the lock, and gives it to the next only by waiting
			assert.True(t, s.Down())
			return
		}
		for range 5 {
			s.Up()
		}
	}))
	assert.Zero(t, s.units)
}

func TestSemaphoreIsAMutex(t *testing.T) {
	l := New(100*time.Microsecond, errForeign)
	s := NewSemaphore(l, 1, 1)
	n := 0 // no atomic: the race detector watches
	within(t, onThreads(l, 8, func(int) {
		for k := range 200 {
			assert.True(t, s.Down())
			was := n
			if k%20 == 0 {
				l.Away(kthread.Yield)
			}
			n = was + 1
			s.Up()
			l.Step()
		}
	}))
	assert.Equal(t, 1600, n)
	assert.Panics(t, func() { s.Up() }, "nobody holds it")
}

func TestSemaphoreThatEndsSendsItsWaitersAway(t *testing.T) {
	l := New(time.Millisecond, errForeign)
	s := NewSemaphore(l, 0, 1)
	var waiting atomic.Int32
	wait := onThreads(l, 20, func(int) {
		waiting.Add(1)
		assert.False(t, s.Down())
	})
	for waiting.Load() < 20 {
		time.Sleep(time.Millisecond)
	}
	s.End() // perhaps before the last of them has come to wait
	within(t, wait)
	assert.False(t, s.Up())
	within(t, onThreads(l, 1, func(int) { assert.False(t, s.Down(), "it stays so") }))
}

func TestQueueIsFirstInFirstOut(t *testing.T) {
	for _, capacity := range []int{0, 1, 3} {
		l := New(time.Millisecond, errForeign)
		q := NewQueue(l, capacity)
		var got []int
		within(t, onThreads(l, 2, func(i int) {
			for k := range 500 {
				if i == 0 {
					assert.True(t, q.Put(k))
					continue
				}
				v, ok := q.Get()
				assert.True(t, ok)
				got = append(got, v.(int))
				assert.LessOrEqual(t, q.values.Len(), max(capacity, 500*(1-min(capacity, 1))))
			}
		}))
		for k, v := range got {
			assert.Equal(t, k, v)
		}
		assert.Len(t, got, 500)
	}
}

func TestQueueThatEndsSendsBothSidesAway(t *testing.T) {
	l := New(time.Millisecond, errForeign)
	empty, full := NewQueue(l, 0), NewQueue(l, 1)
	wait := onThreads(l, 20, func(i int) {
		if i%2 == 0 {
			_, ok := empty.Get()
			assert.False(t, ok)
		} else {
			for full.Put(i) {
			}
		}
	})
	time.Sleep(20 * time.Millisecond) // where one is late, it goes without at once
	empty.End()
	full.End()
	within(t, wait)
	within(t, onThreads(l, 1, func(int) {
		_, ok := full.Get()
		assert.False(t, ok, "a value is left, but the queue has ended")
		assert.False(t, empty.Put(1))
	}))
}
