package aio

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// newGroup starts a group of loops that ends with the test.
func newGroup(t testing.TB, loops int) *Group {
	t.Helper()
	g, err := NewGroup(Faults{Died: errDied, Foreign: errForeign, Closed: errEnded}, loops)
	if err != nil {
		t.Skipf("not runnable: %v", err)
	}
	t.Cleanup(func() { g.Close() })
	return g
}

// runAll runs a job on a group within a time limit.
func runAll(t testing.TB, g *Group, tasks int, task func(c *Coroutine, i int)) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	require.NoError(t, g.Run(ctx, tasks, task))
	require.NoError(t, ctx.Err(), "the job took too long")
}

func TestEachLoopOfAGroupHasAThreadAndItsShareOfTheTasks(t *testing.T) {
	const loops, tasks = 3, 32
	g := newGroup(t, loops)
	var tids, kids, ran [tasks]int
	for range 2 { // job after job
		runAll(t, g, tasks, func(c *Coroutine, i int) {
			tids[i] = unix.Gettid()
			ran[i]++
			c.Go(func(c *Coroutine) {
				c.Yield()
				kids[i] = unix.Gettid()
			})
			assert.NoError(t, c.Wait())
		})
	}
	threads := map[int]bool{}
	for i := range tasks {
		assert.Equal(t, 2, ran[i])
		assert.Equal(t, tids[i%loops], tids[i])
		assert.Equal(t, tids[i], kids[i], "a child is on its parent's loop")
		threads[tids[i]] = true
	}
	assert.Len(t, threads, loops)
	runAll(t, g, 0, nil)
	runAll(t, g, 1, func(c *Coroutine, i int) { assert.NoError(t, c.Sleep(1)) })
	require.NoError(t, g.Close())
	assert.Equal(t, errEnded, g.Run(context.Background(), 1, nil))
	for tid := range threads {
		assert.False(t, threadLives(tid))
	}
}

func TestASharedQueueLosesNothingBetweenLoops(t *testing.T) {
	g := newGroup(t, 3)
	const pairs, each = 15, 200
	for _, capacity := range []int{0, 1, 7} {
		q := SharedQueue{Capacity: capacity}
		got := make([]atomic.Int32, pairs*each)
		runAll(t, g, 2*pairs, func(c *Coroutine, i int) {
			last := make([]int, pairs) // one getter sees each putter's values in their order
			for j := range each {
				if i < pairs {
					assert.NoError(t, q.Put(c, i*each+j))
					continue
				}
				v, err := q.Get(c)
				if !assert.NoError(t, err) {
					return
				}
				n := v.(int)
				got[n].Add(1)
				assert.GreaterOrEqual(t, n%each, last[n/each])
				last[n/each] = n % each
			}
		})
		for v := range got {
			require.EqualValues(t, 1, got[v].Load())
		}
		assert.Zero(t, q.values.Len())
		assert.Nil(t, q.getters.first)
		assert.Nil(t, q.putters.first)
	}
}

func TestASharedMutexHasOneHolderAmongAllLoops(t *testing.T) {
	g := newGroup(t, 3)
	var m SharedMutex
	n := 0 // no atomic: the race detector watches
	runAll(t, g, 30, func(c *Coroutine, _ int) {
		for i := range 100 {
			assert.NoError(t, m.Lock(c))
			n++
			if i%10 == 0 {
				c.Yield() // while holding it
			}
			m.Unlock()
		}
	})
	assert.Equal(t, 3000, n)
	assert.Panics(t, m.Unlock)
}

// What two coroutines of one loop do at a shared queue is no other loop's
// business, nor the kernel's.
func TestASharedQueueWithinOneLoopNeedsNoSystemCall(t *testing.T) {
	g := newGroup(t, 1)
	s := count(t, g.loops[0])
	ping, pong := SharedQueue{Capacity: 1}, SharedQueue{Capacity: 1}
	runAll(t, g, 2, func(c *Coroutine, i int) {
		before := s.interrupts.Load()
		for range 1000 {
			if i == 0 {
				ping.Put(c, nil)
				pong.Get(c)
			} else {
				ping.Get(c)
				pong.Put(c, nil)
			}
		}
		assert.Equal(t, before, s.interrupts.Load())
	})
}

func TestWaitingAtASharedQueueAllocatesNothing(t *testing.T) {
	g := newGroup(t, 1)
	var ping, pong SharedQueue
	const warm, trips = 10, 200
	runAll(t, g, 2, func(c *Coroutine, i int) {
		if i == 1 {
			for range warm + trips + 1 {
				ping.Get(c)
				pong.Put(c, nil)
			}
			return
		}
		trip := func() {
			ping.Put(c, nil)
			pong.Get(c)
		}
		for range warm {
			trip()
		}
		assert.Zero(t, testing.AllocsPerRun(trips, trip))
	})
}

func TestCancellingReachesAllLoops(t *testing.T) {
	g := newGroup(t, 3)
	address := serve(t, "tcp", "127.0.0.1:0", silent)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	var empty SharedQueue
	full := SharedQueue{Capacity: 1}
	var m SharedMutex
	const tasks = 90
	conns := make(chan *Conn, tasks)
	errs := make([]error, tasks)
	var waiting atomic.Int32
	require.NoError(t, g.Run(ctx, tasks, func(c *Coroutine, i int) {
		if waiting.Add(1) == tasks {
			c.Go(func(c *Coroutine) {
				c.Sleep(5 * time.Millisecond)
				cancel(cause)
			})
		}
		switch i / 3 % 6 {
		case 0:
			errs[i] = c.Sleep(time.Hour)
		case 1:
			_, errs[i] = empty.Get(c)
		case 2:
			for errs[i] == nil {
				errs[i] = full.Put(c, i)
			}
		case 3:
			for errs[i] == nil {
				errs[i] = m.Lock(c)
			}
		case 4:
			conn, err := c.Dial("tcp", address)
			if err != nil { // on a busy machine it may come to that after the cancellation
				errs[i] = err
				return
			}
			conns <- conn
			errs[i] = c.Sleep(time.Hour)
			_, err = conn.Read(make([]byte, 1))
			assert.ErrorIs(t, err, cause)
		case 5: // at a connection of some loop, which nobody closes
			for len(conns) == 0 && errs[i] == nil {
				errs[i] = c.Sleep(100 * time.Microsecond)
			}
			select {
			case conn := <-conns:
				_, errs[i] = conn.Read(make([]byte, 1))
			default:
				errs[i] = c.Sleep(time.Hour)
			}
		}
		_, err := empty.Get(c)
		assert.Equal(t, cause, err)
		assert.Equal(t, cause, m.Lock(c))
	}))
	for _, err := range errs {
		require.ErrorIs(t, err, cause)
	}
	assert.Nil(t, empty.getters.first)
	assert.Nil(t, full.putters.first)
	assert.Nil(t, m.waiters.first)
	runAll(t, g, 6, func(c *Coroutine, _ int) { assert.NoError(t, c.Sleep(1), "the next job knows nothing of it") })
}

func TestADeathFailsTheTasksOfItsLoopAlone(t *testing.T) {
	g := newGroup(t, 2)
	const tasks, killer = 40, 20
	var q SharedQueue
	errs := make([]error, tasks)
	runAll(t, g, tasks, func(c *Coroutine, i int) {
		if i == killer {
			c.Sleep(time.Millisecond)
			runtime.Goexit()
		}
		if i%2 == 0 {
			_, errs[i] = q.Get(c)
		} else {
			errs[i] = c.Sleep(10 * time.Millisecond)
		}
	})
	for i, err := range errs {
		switch {
		case i == killer:
		case i%2 == 0:
			assert.Equal(t, errDied, err)
		default:
			assert.NoError(t, err)
		}
	}
	assert.Nil(t, q.getters.first)
	runAll(t, g, 10, func(c *Coroutine, _ int) { assert.NoError(t, c.Sleep(1)) })
}

// handOver has a task of loop 0 dial and a task of loop 1 use the connection.
func handOver(t *testing.T, server func(net.Conn), owner, guest func(c *Coroutine, conn *Conn)) {
	t.Helper()
	address := serve(t, "tcp", "127.0.0.1:0", server)
	g := newGroup(t, 2)
	var q SharedQueue
	runAll(t, g, 2, func(c *Coroutine, i int) {
		if i == 1 {
			v, err := q.Get(c)
			if assert.NoError(t, err) {
				guest(c, v.(*Conn))
			}
			return
		}
		conn, err := c.Dial("tcp", address)
		if assert.NoError(t, err) {
			assert.NoError(t, q.Put(c, conn))
			owner(c, conn)
		}
	})
}

func TestAConnectionCanBeUsedOnAnotherLoop(t *testing.T) {
	handOver(t, echo,
		func(*Coroutine, *Conn) {}, // its task is over, and it stays
		func(c *Coroutine, conn *Conn) {
			for range 20 {
				pingPong(t, conn)
			}
			local := conn.LocalAddr().(*net.TCPAddr)
			assert.NotZero(t, local.Port)
			assert.NoError(t, conn.SetReadDeadline(time.Now().Add(2*time.Millisecond)))
			_, err := conn.Read(make([]byte, 1))
			assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
			assert.NoError(t, conn.SetDeadline(time.Time{}))
			assert.NoError(t, conn.CloseWrite())
			_, err = conn.Read(make([]byte, 1))
			assert.Equal(t, io.EOF, err)
			assert.NoError(t, conn.Close())
			_, err = conn.Read(make([]byte, 1))
			assert.ErrorIs(t, err, net.ErrClosed)
		})
}

func TestAReaderOnOneLoopAndAWriterOnAnother(t *testing.T) {
	data := make([]byte, 4<<20)
	random := rand.NewChaCha8([32]byte{8})
	random.Read(data)
	for _, guestReads := range []bool{true, false} {
		write := func(_ *Coroutine, conn *Conn) {
			n, err := conn.Write(data)
			assert.NoError(t, err)
			assert.Equal(t, len(data), n)
			assert.NoError(t, conn.CloseWrite())
		}
		read := func(_ *Coroutine, conn *Conn) {
			got, err := io.ReadAll(conn)
			assert.NoError(t, err)
			assert.Equal(t, data, got)
		}
		if guestReads {
			handOver(t, echo, write, read)
		} else {
			handOver(t, echo, read, write)
		}
	}
}

func TestAConnectionOutlivesItsTaskAndItsJob(t *testing.T) {
	address := serve(t, "tcp", "127.0.0.1:0", echo)
	g := newGroup(t, 2)
	var conn *Conn
	runAll(t, g, 1, func(c *Coroutine, _ int) { conn, _ = c.Dial("tcp", address) })
	require.NotNil(t, conn)
	runAll(t, g, 2, func(c *Coroutine, i int) {
		if i == 1 {
			pingPong(t, conn)
			conn.Close()
		}
	})
}

func TestADeathOnEitherSideEndsAnErrand(t *testing.T) {
	for _, dying := range []string{"the owner's loop", "the guest's loop"} {
		t.Run(dying, func(t *testing.T) {
			var err error
			handOver(t, silent,
				func(c *Coroutine, conn *Conn) {
					if dying == "the owner's loop" {
						for conn.in.first == nil { // nobody waits for it yet
							c.Sleep(100 * time.Microsecond)
						}
						runtime.Goexit()
					}
				},
				func(c *Coroutine, conn *Conn) {
					if dying == "the guest's loop" {
						c.Go(func(c *Coroutine) {
							c.Sleep(2 * time.Millisecond)
							runtime.Goexit()
						})
					}
					_, err = conn.Read(make([]byte, 1))
					assert.NoError(t, conn.Close(), "to clean up is always possible")
				})
			assert.ErrorIs(t, err, errDied)
		})
	}
}

func TestAnErrandRecalledBeforeItBeginsIsNotDone(t *testing.T) {
	handOver(t, silent,
		func(c *Coroutine, conn *Conn) {
			letters := func() int {
				c.loop.mu.Lock()
				defer c.loop.mu.Unlock()
				return len(c.loop.inbox)
			}
			for until := time.Now().Add(20 * time.Second); letters() < 2 && time.Now().Before(until); {
				time.Sleep(50 * time.Microsecond) // the loop stands still: the errand and its recall come together
			}
		},
		func(c *Coroutine, conn *Conn) {
			c.Go(func(*Coroutine) { runtime.Goexit() })
			_, err := conn.Read(make([]byte, 1))
			assert.Equal(t, errDied, err)
			assert.NoError(t, conn.Close())
		})
}

// An errand may be recalled before it has begun, or while what woke it has not
// reached it yet.
func TestDeathsAmongErrandsLeaveNobodyWaiting(t *testing.T) {
	address := serve(t, "tcp", "127.0.0.1:0", echo)
	g := newGroup(t, 2)
	for round := range 50 {
		conns := SharedQueue{}
		runAll(t, g, 20, func(c *Coroutine, i int) {
			if i%2 == 0 {
				conn, err := c.Dial("tcp", address)
				if err == nil {
					conns.Put(c, conn)
				}
				return
			}
			if i == 19 {
				for range round {
					c.Yield()
				}
				runtime.Goexit()
			}
			v, err := conns.Get(c)
			if err != nil {
				return
			}
			conn := v.(*Conn)
			defer conn.Close()
			for err == nil {
				if _, err = conn.Write([]byte("x")); err == nil {
					_, err = conn.Read(make([]byte, 1))
				}
			}
			assert.ErrorIs(t, err, errDied)
		})
	}
}

func TestLoopsOfAGroupShareAnAddress(t *testing.T) {
	g := newGroup(t, 3)
	var addresses SharedQueue
	var accepted [3]atomic.Int32
	done := func() bool {
		for i := range accepted {
			if accepted[i].Load() == 0 {
				return false
			}
		}
		return true
	}
	address := make(chan string, 1)
	stop := make(chan struct{})
	go func() { // a client, until every loop has had a connection of it
		at := <-address
		defer close(stop)
		for range 10_000 {
			if done() {
				return
			}
			conn, err := net.Dial("tcp", at)
			if err != nil {
				continue // to a listener that has been closed
			}
			io.ReadAll(conn)
			conn.Close()
		}
	}()
	var listening atomic.Int32
	runAll(t, g, 3, func(c *Coroutine, i int) {
		at := any("127.0.0.1:0")
		if i > 0 {
			var err error
			if at, err = addresses.Get(c); !assert.NoError(t, err) {
				return
			}
		}
		l, err := c.Listen("tcp", at.(string))
		if !assert.NoError(t, err) {
			return
		}
		defer l.Close()
		at = l.Addr().String()
		_, err = c.Listen("tcp", at.(string))
		assert.ErrorIs(t, err, syscall.EADDRINUSE, "on one and the same loop")
		if i == 0 {
			addresses.Put(c, at)
			addresses.Put(c, at)
		}
		if listening.Add(1) == 3 {
			address <- at.(string)
		}
		for {
			l.SetDeadline(time.Now().Add(time.Millisecond))
			conn, err := l.Accept()
			if err == nil {
				accepted[i].Add(1)
				assert.NoError(t, conn.Close())
				continue
			}
			if !assert.ErrorIs(t, err, os.ErrDeadlineExceeded) {
				return
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	assert.True(t, done())
	t.Logf("accepted: %d, %d, %d", accepted[0].Load(), accepted[1].Load(), accepted[2].Load())
}

func TestAnAddressIsFreeAgainWhenItsListenerIsClosed(t *testing.T) {
	g := newGroup(t, 1)
	runAll(t, g, 1, func(c *Coroutine, _ int) {
		l, err := c.Listen("tcp4", "0.0.0.0:0")
		require.NoError(t, err)
		_, port, _ := net.SplitHostPort(l.Addr().String())
		_, err = c.Listen("tcp4", "127.0.0.1:"+port)
		assert.ErrorIs(t, err, syscall.EADDRINUSE, "every address stands for this one too")
		require.NoError(t, l.Close())
		again, err := c.Listen("tcp4", "127.0.0.1:"+port)
		if assert.NoError(t, err) {
			assert.NoError(t, again.Close())
		}
	})
}

func TestALoopAloneSharesNoAddress(t *testing.T) {
	first, second := newLoop(t), newLoop(t)
	one(t, first, func(c *Coroutine) {
		l, err := c.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close()
		done := make(chan error)
		go second.Run(context.Background(), 1, func(c *Coroutine, _ int) {
			_, err := c.Listen("tcp", l.Addr().String())
			done <- err
		})
		assert.ErrorIs(t, <-done, syscall.EADDRINUSE)
	})
}

func TestWhatAGuestAcceptsIsItsOwn(t *testing.T) {
	g := newGroup(t, 2)
	var q SharedQueue
	runAll(t, g, 3, func(c *Coroutine, i int) {
		switch i {
		case 0:
			l, err := c.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			q.Put(c, l)
			conn, err := c.Dial("tcp", l.Addr().String())
			require.NoError(t, err)
			defer conn.Close()
			pingPong(t, conn)
		case 1:
			v, _ := q.Get(c)
			l := v.(*Listener)
			conn, err := l.Accept()
			require.NoError(t, err)
			assert.Same(t, c.loop, conn.(*Conn).loop)
			echo(conn)
			assert.NoError(t, conn.Close())
			assert.NoError(t, l.SetDeadline(time.Now().Add(time.Millisecond)))
			_, err = l.Accept()
			assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
			assert.NoError(t, l.Close())
			_, err = l.Accept()
			assert.ErrorIs(t, err, net.ErrClosed)
		}
	})
}

func TestToUseAGroupsConnectionOnAnotherGoroutinePanics(t *testing.T) {
	handOver(t, echo,
		func(_ *Coroutine, conn *Conn) {
			done := make(chan struct{})
			go func() {
				defer close(done)
				for _, misuse := range []func(){
					func() { conn.Read(make([]byte, 1)) },
					func() { conn.Write(make([]byte, 1)) },
					func() { conn.LocalAddr() },
					func() { conn.Close() },
				} {
					assert.PanicsWithValue(t, errForeign, misuse)
				}
			}()
			<-done
		},
		func(c *Coroutine, conn *Conn) {
			c.Apart(func() {
				assert.PanicsWithValue(t, errForeign, func() { conn.Read(make([]byte, 1)) })
			})
		})
}

// BenchmarkSharedHandoff is a value there and another back between two tasks,
// on one loop and on two.
func BenchmarkSharedHandoff(b *testing.B) {
	for name, loops := range map[string]int{"loops=1": 1, "loops=2": 2} {
		b.Run(name, func(b *testing.B) {
			g := newGroup(b, loops)
			ping, pong := SharedQueue{Capacity: 1}, SharedQueue{Capacity: 1}
			b.ReportAllocs()
			runAll(b, g, 2, func(c *Coroutine, i int) {
				for range b.N {
					if i == 0 {
						ping.Put(c, nil)
						pong.Get(c)
					} else {
						ping.Get(c)
						pong.Put(c, nil)
					}
				}
			})
		})
	}
}
