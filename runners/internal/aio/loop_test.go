package aio

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTasksTakeTurnsInOrder(t *testing.T) {
	l := newLoop(t)
	for range 3 { // job after job
		var turns []int
		run(t, l, 3, func(c *Coroutine, i int) {
			for range 3 {
				turns = append(turns, i)
				c.Yield()
			}
		})
		assert.Equal(t, []int{0, 1, 2, 0, 1, 2, 0, 1, 2}, turns)
	}
	run(t, l, 0, nil)
}

func TestChildrenRunBesideTheirParent(t *testing.T) {
	l := newLoop(t)
	var events []string
	one(t, l, func(c *Coroutine) {
		c.Go(func(c *Coroutine) {
			events = append(events, "child")
			c.Go(func(c *Coroutine) {
				c.Sleep(time.Millisecond)
				events = append(events, "grandchild")
			})
			c.Wait()
		})
		events = append(events, "parent")
		c.Sleep(2 * time.Microsecond) // which the end of a child must not cut short
		assert.NoError(t, c.Wait())
		events = append(events, "parent again")
	})
	assert.Equal(t, []string{"parent", "child", "grandchild", "parent again"}, events)
}

func TestTheEndOfAChildEndsNoOtherWait(t *testing.T) {
	l := newLoop(t)
	one(t, l, func(c *Coroutine) {
		began := time.Now()
		c.Go(func(*Coroutine) {})
		assert.NoError(t, c.Sleep(5*time.Millisecond))
		assert.GreaterOrEqual(t, time.Since(began), 5*time.Millisecond)
	})
}

func TestAJobLastsUntilItsChildrenHaveEnded(t *testing.T) {
	l := newLoop(t)
	ended := false
	one(t, l, func(c *Coroutine) {
		c.Go(func(c *Coroutine) {
			c.Sleep(5 * time.Millisecond)
			ended = true
		})
	})
	assert.True(t, ended)
}

func TestCancellingEndsEveryWaitOnce(t *testing.T) {
	l := newLoop(t)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	var q, full Queue
	full.Capacity = 1
	var m Mutex
	errs := make([]error, 1000)
	waiting := 0
	var began time.Time
	err := l.Run(ctx, len(errs), func(c *Coroutine, i int) {
		if waiting++; waiting == len(errs) {
			c.Go(func(c *Coroutine) {
				began = time.Now()
				cancel(cause)
			})
		}
		switch i % 5 {
		case 0:
			errs[i] = c.Sleep(time.Hour)
		case 1:
			_, errs[i] = q.Get(c)
		case 2:
			for errs[i] == nil {
				errs[i] = full.Put(c, i)
			}
		case 3:
			for errs[i] == nil {
				errs[i] = m.Lock(c)
			}
		case 4:
			c.Go(func(c *Coroutine) { c.Sleep(time.Hour) })
			errs[i] = c.Wait()
		}
		assert.Equal(t, cause, c.Yield())
		assert.Equal(t, cause, c.Sleep(time.Hour))
	})
	require.NoError(t, err)
	assert.Less(t, time.Since(began), time.Minute)
	for _, err := range errs {
		require.Equal(t, cause, err)
	}
	one(t, l, func(c *Coroutine) { assert.NoError(t, c.Sleep(1), "the next job knows nothing of it") })
	assert.Empty(t, l.timers)
}

func TestACancellationThatComesTooLateIsNotTheNextJobs(t *testing.T) {
	l := newLoop(t)
	var first *job
	ctx, cancel := context.WithCancel(context.Background())
	require.NoError(t, l.Run(ctx, 1, func(*Coroutine, int) { first = l.job }))
	cancel()
	one(t, l, func(c *Coroutine) {
		l.cancel(first)
		assert.NoError(t, c.Sleep(1))
	})
}

func TestAValueHandedOverIsNotLostToACancellation(t *testing.T) {
	l := newLoop(t)
	ctx, cancel := context.WithCancel(context.Background())
	var q Queue
	got := any(nil)
	require.NoError(t, l.Run(ctx, 2, func(c *Coroutine, i int) {
		if i == 0 {
			got, _ = q.Get(c)
			return
		}
		c.Yield()
		q.Put(c, "value")
		cancel()
		l.cancel(l.job) // before the one who waited has its turn
	}))
	assert.Equal(t, "value", got)
}

func TestAYieldingTaskStarvesNobody(t *testing.T) {
	l := newLoop(t)
	address := serve(t, "tcp", "127.0.0.1:0", echo)
	stop := false
	run(t, l, 3, func(c *Coroutine, i int) {
		switch i {
		case 0:
			for !stop {
				c.Yield()
			}
		case 1:
			conn, err := c.Dial("tcp", address)
			require.NoError(t, err)
			defer conn.Close()
			for range 20 {
				pingPong(t, conn)
			}
			c.Sleep(time.Millisecond)
			stop = true
		}
	})
}

func TestToWaitOnAnotherGoroutinePanics(t *testing.T) {
	l := newLoop(t)
	panics := func(f func()) {
		t.Helper()
		assert.PanicsWithValue(t, errForeign, f)
	}
	address := serve(t, "tcp", "127.0.0.1:0", echo)
	run(t, l, 2, func(c *Coroutine, i int) {
		conn, err := c.Dial("tcp", address)
		require.NoError(t, err)
		defer conn.Close()
		misuse := func() {
			panics(func() { c.Sleep(1) })
			panics(func() { c.Yield() })
			panics(func() { c.Wait() })
			panics(func() { c.Go(nil) })
			panics(func() { new(Queue).Get(c) })
			panics(func() { new(Mutex).Lock(c) })
			panics(func() { c.Dial("tcp", address) })
			panics(func() { conn.Read(make([]byte, 1)) })
			panics(func() { conn.Write(make([]byte, 1)) })
			panics(func() { conn.Close() })
		}
		done := make(chan struct{})
		go func() { // while the coroutine stands still, and while others run
			defer close(done)
			for range 20 {
				misuse()
			}
		}()
		for i == 0 {
			c.Yield()
			select {
			case <-done:
				i = 1
			default:
			}
		}
		<-done
		c.Apart(misuse)
		pingPong(t, conn)
	})
	run(t, l, 1, func(a *Coroutine, _ int) {
		a.Go(func(b *Coroutine) { panics(func() { a.Sleep(1) }) })
	})
	panics(func() { l.oldestOf(t).Sleep(1) }) // no coroutine runs at all
}

// oldestOf returns a coroutine that has ended.
func (l *Loop) oldestOf(t *testing.T) (c *Coroutine) {
	one(t, l, func(me *Coroutine) { c = me })
	return c
}

func TestPostedFunctionsRunOnTheLoopInOrder(t *testing.T) {
	l := newLoop(t)
	var n int
	var posted atomic.Int32
	one(t, l, func(c *Coroutine) {
		for range 4 {
			go func() {
				for range 500 {
					l.Post(func() { n++ })
					posted.Add(1)
				}
			}()
		}
		for posted.Load() < 2000 {
			c.Sleep(100 * time.Microsecond)
		}
		c.Yield()
		assert.Equal(t, 2000, n)
	})
}

func TestNothingIsLeftOfAClosedLoop(t *testing.T) {
	address := serve(t, "tcp", "127.0.0.1:0", echo)
	goroutines, files := runtime.NumGoroutine(), openFiles()
	for range 5 {
		l := newLoop(t)
		run(t, l, 20, func(c *Coroutine, i int) {
			if i%2 == 0 {
				c.Listen("tcp", "127.0.0.1:0") // and never closed
				return
			}
			_, err := c.Dial("tcp", address)
			assert.NoError(t, err)
		})
		require.NoError(t, l.Close())
		require.NoError(t, l.Close())
		for _, tid := range l.tids {
			settles(t, func() bool { return !threadLives(tid) })
		}
		assert.Equal(t, errEnded, l.Run(context.Background(), 1, nil))
		assert.False(t, l.Post(func() {}))
	}
	settles(t, func() bool { return runtime.NumGoroutine() <= goroutines && openFiles() <= files })
}

func openFiles() int {
	names, _ := os.ReadDir("/proc/self/fd")
	return len(names)
}

// settles waits for what is on its way.
func settles(t *testing.T, so func() bool) {
	t.Helper()
	for until := time.Now().Add(time.Minute); !so(); time.Sleep(time.Millisecond) {
		require.True(t, time.Now().Before(until))
	}
}
