//go:build linux

package gil

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners/internal/kthread"
)

// long is an interval that is not over before its test is.
const long = time.Hour

var errForeign = errors.New("foreign")

// onThreads runs f n times, each on a thread of its own that has the lock at
// first and leaves it at last.
func onThreads(l *Lock, n int, f func(i int)) (wait func()) {
	threads := make([]*kthread.Thread, n)
	for i := range threads {
		threads[i] = kthread.Start(func() {
			l.Take()
			defer l.Leave()
			f(i)
		})
	}
	return func() {
		for _, th := range threads {
			th.Join()
		}
	}
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
	case <-time.After(time.Minute):
		require.FailNow(t, "still waiting after a minute")
	}
}

// awaited returns when so many threads wait for the lock.
func awaited(l *Lock, threads int) {
	for {
		l.mu.Lock()
		n := l.waiters.Len()
		l.mu.Unlock()
		if n >= threads {
			return
		}
		time.Sleep(100 * time.Microsecond)
	}
}

func TestLockIsHeldByOneAtATime(t *testing.T) {
	l := New(time.Millisecond, errForeign)
	n := 0 // no atomic: the race detector watches
	var inside atomic.Int32
	within(t, onThreads(l, 8, func(i int) {
		for k := range 500 {
			if !assert.EqualValues(t, 1, inside.Add(1)) {
				return
			}
			n++
			inside.Add(-1)
			if k%2 == i%2 {
				l.Step()
			} else {
				l.Away(func() {})
			}
		}
	}))
	assert.Equal(t, 8*500, n)
	assert.False(t, l.held)
	assert.False(t, l.asked.Load())
	assert.Zero(t, l.waiters.Len())
}

func TestTheHolderIsAskedWhenTheIntervalIsOver(t *testing.T) {
	const interval = 20 * time.Millisecond
	l := New(interval, errForeign)
	within(t, onThreads(l, 1, func(int) {
		began := time.Now()
		wait := onThreads(l, 1, func(int) {})
		for !l.asked.Load() {
			kthread.Yield()
		}
		assert.GreaterOrEqual(t, time.Since(began), interval)
		l.Away(wait)
		assert.False(t, l.asked.Load(), "who was asked for has been there")
	}))
}

// Until it is asked, the holder goes on, however often it looks.
func TestStepKeepsTheLockUntilAskedForIt(t *testing.T) {
	l := New(long, errForeign)
	within(t, onThreads(l, 1, func(int) {
		var came atomic.Bool
		wait := onThreads(l, 1, func(int) { came.Store(true) })
		awaited(l, 1)
		for range 1000 {
			l.Step()
		}
		assert.False(t, came.Load())
		l.Away(wait)
		assert.True(t, came.Load())
	}))
}

// Who was asked has another thread before it when it comes back, as it would
// not for certain if it dropped the lock and took it again.
func TestWhoWasAskedComesBackAfterAnother(t *testing.T) {
	l := New(50*time.Microsecond, errForeign)
	within(t, onThreads(l, 4, func(int) {
		for range 20 {
			for !l.asked.Load() && l.others() { // computes, and looks at no step
			}
			asked, switches := l.asked.Load(), l.switches
			l.Step()
			if asked {
				assert.GreaterOrEqual(t, l.switches-switches, 2, "to another, and back")
			}
		}
	}))
}

// others reports whether threads wait for the lock, which the caller holds.
func (l *Lock) others() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waiters.Len() > 0
}

// A thread that is asked as it lets go for a wait of its own begins that wait
// when another has the lock.
func TestWhoWasAskedDropsTheLockToAnother(t *testing.T) {
	l := New(time.Millisecond, errForeign)
	within(t, onThreads(l, 1, func(int) {
		var came atomic.Bool
		wait := onThreads(l, 1, func(int) { came.Store(true) })
		for !l.asked.Load() {
			kthread.Yield()
		}
		l.Away(func() {
			l.mu.Lock()
			assert.EqualValues(t, 2, l.switches)
			l.mu.Unlock()
			wait()
		})
		assert.True(t, came.Load())
	}))
}

// A wait during which the lock changes hands is none to ask for: the interval
// begins anew.
func TestNobodyAsksWhileTheLockChangesHands(t *testing.T) {
	for changed := false; !changed; { // once more where the wait is over before it is seen
		l := New(50*time.Millisecond, errForeign)
		l.held = true
		var over atomic.Bool
		waiter := kthread.Start(func() {
			l.mu.Lock()
			l.wait()
			l.mu.Unlock()
			over.Store(true)
		})
		for !changed && !over.Load() {
			l.mu.Lock()
			if changed = l.waiters.Len() == 1; changed {
				l.switches++
			}
			l.mu.Unlock()
			kthread.Yield()
		}
		within(t, waiter.Join)
		assert.Equal(t, !changed, l.asked.Load())
	}
}

func TestDropPanicsWhereTheLockIsNotHeld(t *testing.T) {
	l := New(long, errForeign)
	assert.PanicsWithValue(t, errForeign, l.Drop, "nobody holds it")
	within(t, onThreads(l, 1, func(int) {
		other := kthread.Start(func() { assert.PanicsWithValue(t, errForeign, l.Leave, "another holds it") })
		other.Join()
		l.Away(func() { assert.PanicsWithValue(t, errForeign, l.Drop, "dropped already") })
	}))
}

func TestAwayComesBackWithTheLockWhateverHappens(t *testing.T) {
	l := New(long, errForeign)
	within(t, onThreads(l, 1, func(int) {
		assert.Panics(t, func() { l.Away(func() { panic("wrong") }) })
		l.Away(func() {})
		defer l.Away(func() {}) // panics unless the lock is held
		l.Away(runtime.Goexit)
	}))
	assert.False(t, l.held)
}

func TestNobodyWaitingNeedsNoMemory(t *testing.T) {
	l := New(long, errForeign)
	q := NewQueue(l, 1)
	var v any = "value"
	l.Take()
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		l.Drop()
		l.Take()
		l.Step()
		q.Put(v)
		q.Get()
	}))
	l.Leave()
}

// BenchmarkUncontended is what a call costs that lets go for nobody.
func BenchmarkUncontended(b *testing.B) {
	l := New(5*time.Millisecond, errForeign)
	l.Take()
	for b.Loop() {
		l.Drop()
		l.Take()
	}
	l.Leave()
}

func BenchmarkStep(b *testing.B) {
	l := New(5*time.Millisecond, errForeign)
	l.Take()
	for b.Loop() {
		l.Step()
	}
	l.Leave()
}

// BenchmarkPass is two threads that pass the lock to each other.
func BenchmarkPass(b *testing.B) {
	l := New(5*time.Millisecond, errForeign)
	there, back := NewSemaphore(l, 0, 0), NewSemaphore(l, 0, 0)
	onThreads(l, 2, func(i int) {
		if i == 0 {
			for there.Down() {
				back.Up()
			}
			return
		}
		for b.Loop() {
			there.Up()
			back.Down()
		}
		there.End()
	})()
}
