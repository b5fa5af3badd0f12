package aio

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// newExecutor starts a loop and its executor, which end with the test.
func newExecutor(t testing.TB, threads int) (*Loop, *Executor) {
	t.Helper()
	l := newLoop(t)
	e := NewExecutor(threads, errDied)
	t.Cleanup(e.Close) // before the loop's
	return l, e
}

func TestTheLoopGoesOnWhileCallsHoldTheirThreads(t *testing.T) {
	l, e := newExecutor(t, 4)
	gate := make(chan struct{})
	ended := 0
	run(t, l, 9, func(c *Coroutine, i int) {
		if i > 0 { // the last four wait in the queue
			assert.NoError(t, e.Call(c, func() { <-gate }, true))
			ended++
			return
		}
		for range 20 { // ticks
			assert.NoError(t, c.Sleep(100*time.Microsecond))
		}
		assert.Zero(t, ended)
		close(gate)
	})
	assert.Equal(t, 8, ended)
}

func TestCallsBeyondTheBoundWaitAsCoroutinesInTheirOrder(t *testing.T) {
	l, e := newExecutor(t, 1)
	const calls, bound = 30, 1 + roomFor
	gate := make(chan struct{})
	var made, returned []int
	run(t, l, calls+1, func(c *Coroutine, i int) {
		if i == calls { // all others wait by now
			assert.Zero(t, e.room)
			assert.Equal(t, calls-bound, e.waiting.Len())
			close(gate)
			return
		}
		assert.NoError(t, e.Call(c, func() {
			<-gate
			made = append(made, i) // by one thread
		}, true))
		returned = append(returned, i)
		assert.LessOrEqual(t, e.room, bound)
	})
	for i := range calls {
		assert.Equal(t, i, made[i])
		assert.Equal(t, i, returned[i])
	}
	assert.Equal(t, bound, e.room)
}

func TestCallsRunOnSoManyThreadsThatAreGoneAfterwards(t *testing.T) {
	l := newLoop(t)
	e := NewExecutor(3, errDied)
	tids := map[int]bool{}
	var together atomic.Int32
	for range 2 { // job after job
		together.Store(0)
		run(t, l, 3, func(c *Coroutine, i int) {
			tid := 0
			assert.NoError(t, e.Call(c, func() {
				tid = unix.Gettid()
				for together.Add(1); together.Load() < 3; {
					time.Sleep(50 * time.Microsecond)
				}
			}, true))
			tids[tid] = true
		})
	}
	assert.Len(t, tids, 3)
	assert.False(t, tids[l.tids[0]])
	e.Close()
	for tid := range tids {
		settles(t, func() bool { return !threadLives(tid) })
	}
}

func TestAPanicInACallComesBackWithBothStacks(t *testing.T) {
	l, e := newExecutor(t, 1)
	one(t, l, func(c *Coroutine) {
		wrong := errors.New("wrong")
		err := e.Call(c, func() { panicDeepDown(wrong) }, false)
		var p *Panic
		require.ErrorAs(t, err, &p)
		assert.Equal(t, wrong, p.Value)
		assert.Contains(t, string(p.Stack), "panicDeepDown")
		assert.Contains(t, string(p.Stack), "TestAPanicInACallComesBackWithBothStacks.func1(")
		assert.NoError(t, e.Call(c, func() {}, false), "the thread goes on")
	})
}

//go:noinline
func panicDeepDown(v any) { panic(v) }

func TestAThreadThatACallEndsIsReplaced(t *testing.T) {
	l, e := newExecutor(t, 2)
	died := make([]int, 10)
	run(t, l, 20, func(c *Coroutine, i int) {
		if i%2 == 1 {
			assert.NoError(t, e.Call(c, func() {}, true))
			return
		}
		deferred := false
		err := e.Call(c, func() {
			defer func() { deferred = true }()
			died[i/2] = unix.Gettid()
			runtime.Goexit()
		}, true)
		var p *Panic
		require.ErrorAs(t, err, &p)
		assert.Equal(t, errDied, p.Value)
		assert.True(t, deferred)
	})
	assert.Len(t, e.dead, 10)
	e.Bury()
	for _, tid := range died {
		settles(t, func() bool { return !threadLives(tid) })
	}
}

func TestToWaitInsideACallPanics(t *testing.T) {
	l, e := newExecutor(t, 2)
	address := serve(t, "tcp", "127.0.0.1:0", echo)
	run(t, l, 2, func(c *Coroutine, i int) {
		if i == 1 { // the loop has something else to do meanwhile
			for range 100 {
				c.Yield()
			}
			return
		}
		conn, err := c.Dial("tcp", address)
		require.NoError(t, err)
		defer conn.Close()
		for _, misuse := range []func(){
			func() { c.Sleep(1) },
			func() { conn.Read(make([]byte, 1)) },
			func() { e.Call(c, func() {}, true) },
		} {
			var p *Panic
			require.ErrorAs(t, e.Call(c, misuse, true), &p)
			assert.Equal(t, errForeign, p.Value)
		}
	})
}

func TestCancellingRevokesTheCallsThatHaveNotBegunUnlessTheyMustBeMade(t *testing.T) {
	l, e := newExecutor(t, 1)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	gate := make(chan struct{})
	const calls = 30
	made, revoked := make([]bool, calls), 0
	must := func(i int) bool { return i%10 == 0 }
	require.NoError(t, l.Run(ctx, calls, func(c *Coroutine, i int) {
		err := e.Call(c, func() {
			if i == 0 {
				cancel(cause)
				<-gate
			}
			made[i] = true
		}, must(i))
		if must(i) {
			assert.NoError(t, err)
			return
		}
		assert.Equal(t, cause, err)
		assert.Equal(t, cause, e.Call(c, nil, false), "and so are later ones")
		if revoked++; revoked == calls-3 { // while the first holds the thread
			close(gate)
		}
	}))
	for i := range calls {
		assert.Equal(t, must(i), made[i])
	}
	one(t, l, func(c *Coroutine) { assert.NoError(t, e.Call(c, func() {}, false)) })
	assert.Equal(t, 1+roomFor, e.room)
	assert.Zero(t, e.waiting.Len())
}

func TestACallThatRunsIsWaitedForAlsoWhenTheLoopDies(t *testing.T) {
	l, e := newExecutor(t, 1)
	begun, gate := make(chan struct{}), make(chan struct{})
	ran, revoked := false, error(nil)
	run(t, l, 3, func(c *Coroutine, i int) {
		switch i {
		case 0:
			assert.NoError(t, e.Call(c, func() {
				close(begun)
				<-gate
				ran = true
			}, false))
			assert.Equal(t, errDied, c.Sleep(1))
		case 1:
			defer close(gate)
			revoked = e.Call(c, func() {}, false)
		case 2:
			<-begun
			runtime.Goexit()
		}
	})
	assert.True(t, ran)
	assert.Equal(t, errDied, revoked)
	assert.Equal(t, 1+roomFor, e.room)
}

// A counter counts the system calls with which other threads wake a loop.
type counter struct {
	source
	interrupts atomic.Int32
}

func (s *counter) interrupt() {
	s.interrupts.Add(1)
	s.source.interrupt()
}

// count has a loop's wake-ups counted from now on.
func count(t testing.TB, l *Loop) *counter {
	t.Helper()
	s := &counter{source: l.source}
	done := make(chan struct{})
	require.True(t, l.Post(func() { l.source = s; close(done) }))
	<-done
	return s
}

func TestALoopThatIsBusyNeedsNoWakeUpHoweverManyCallsEnd(t *testing.T) {
	const calls = 8
	l, e := newExecutor(t, calls)
	gate := make(chan struct{})
	resumed := 0
	run(t, l, calls+1, func(c *Coroutine, i int) {
		if i < calls {
			assert.NoError(t, e.Call(c, func() { <-gate }, true))
			resumed++
			return
		}
		s := &counter{source: l.source}
		l.source = s // the threads see it behind the gate
		close(gate)
		for until := time.Now().Add(20 * time.Second); (l.delivered() < calls || !l.told.Load()) && time.Now().Before(until); {
			time.Sleep(50 * time.Microsecond) // and stands in everyone's way
		}
		assert.Equal(t, calls, l.delivered())
		assert.Zero(t, s.interrupts.Load())
		assert.Zero(t, resumed)
		c.Yield()
		c.Yield()
		assert.Equal(t, calls, resumed, "one turn serves all")
	})
}

// delivered counts those that are to be woken.
func (l *Loop) delivered() (n int) {
	for c := l.woken.Load(); c != nil; c = c.after {
		n++
	}
	return n
}

func TestALoopThatSleepsIsWoken(t *testing.T) {
	l, e := newExecutor(t, 2)
	run(t, l, 10, func(c *Coroutine, i int) {
		for range 50 {
			assert.NoError(t, e.Call(c, func() { time.Sleep(time.Duration(i) * time.Microsecond) }, true))
		}
	})
}

// BenchmarkCall is a call that does nothing, there and back.
func BenchmarkCall(b *testing.B) {
	for name, tasks := range map[string]int{"alone": 1, "tasks=100": 100} {
		b.Run(name, func(b *testing.B) {
			l, e := newExecutor(b, 6)
			b.ReportAllocs()
			each := b.N/tasks + 1
			run(b, l, tasks, func(c *Coroutine, _ int) {
				for range each {
					e.Call(c, func() {}, true)
				}
			})
		})
	}
}
