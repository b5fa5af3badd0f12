package aio

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// withConn runs a task with a connection to a server.
func withConn(t *testing.T, server func(net.Conn), task func(c *Coroutine, conn *Conn)) {
	t.Helper()
	address := serve(t, "tcp", "127.0.0.1:0", server)
	l := newLoop(t)
	one(t, l, func(c *Coroutine) {
		conn, err := c.Dial("tcp", address)
		if !assert.NoError(t, err) {
			return
		}
		defer conn.Close()
		task(c, conn)
	})
	assert.Empty(t, l.timers)
}

// silent neither reads nor writes until the other side is gone.
func silent(c net.Conn) { time.Sleep(time.Hour) }

func TestManyConnectionsAtOnce(t *testing.T) {
	for _, at := range []struct{ network, address string }{{"tcp4", "127.0.0.1:0"}, {"tcp6", "[::1]:0"}} {
		if l, err := net.Listen(at.network, at.address); err != nil {
			t.Logf("not runnable: %v", err)
			continue
		} else {
			l.Close()
		}
		address := serve(t, at.network, at.address, echo)
		l := newLoop(t)
		run(t, l, 100, func(c *Coroutine, i int) {
			conn, err := c.Dial("tcp", address)
			if !assert.NoError(t, err) {
				return
			}
			defer conn.Close()
			assert.Equal(t, address, conn.RemoteAddr().String())
			for range 20 {
				pingPong(t, conn)
			}
		})
	}
}

func TestWaitingAllocatesNothing(t *testing.T) {
	withConn(t, echo, func(c *Coroutine, conn *Conn) {
		var buf [64]byte
		for what, f := range map[string]func(){
			"yield": func() { c.Yield() },
			"sleep": func() { c.Sleep(1) },
			"round trip": func() {
				conn.Write(buf[:])
				conn.Read(buf[:])
			},
		} {
			f() // the ring and the heap have grown by then
			assert.Zero(t, testing.AllocsPerRun(200, f), what)
		}
	})
}

// After a read that came back short the stream is taken to be empty: the end of
// it must be noticed all the same, whenever it comes.
func TestTheEndOfAStreamIsNeverMissed(t *testing.T) {
	pauses := rand.New(rand.NewPCG(5, 6))
	pause := make(chan time.Duration, 1)
	server := func(c net.Conn) {
		d := <-pause
		c.Write([]byte("so "))
		time.Sleep(d)
		c.Write([]byte("long"))
		time.Sleep(d)
	}
	address := serve(t, "tcp", "127.0.0.1:0", server)
	l := newLoop(t)
	for range 200 {
		pause <- time.Duration(pauses.IntN(3)) * 50 * time.Microsecond
		one(t, l, func(c *Coroutine) {
			conn, err := c.Dial("tcp", address)
			require.NoError(t, err)
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(10 * time.Second))
			got, err := io.ReadAll(conn)
			assert.NoError(t, err)
			assert.Equal(t, "so long", string(got))
			_, err = conn.Read(make([]byte, 1))
			assert.Equal(t, io.EOF, err, "and again")
		})
	}
}

func TestAReaderBesideAWriter(t *testing.T) {
	data := make([]byte, 8<<20) // more than the sockets hold
	random := rand.NewChaCha8([32]byte{7})
	random.Read(data)
	withConn(t, echo, func(c *Coroutine, conn *Conn) {
		c.Go(func(*Coroutine) {
			n, err := conn.Write(data)
			assert.NoError(t, err)
			assert.Equal(t, len(data), n)
			assert.NoError(t, conn.CloseWrite())
		})
		got, buf := make([]byte, 0, len(data)), make([]byte, 10_007)
		for {
			n, err := conn.Read(buf)
			got = append(got, buf[:n]...)
			if err != nil {
				assert.Equal(t, io.EOF, err)
				break
			}
		}
		assert.True(t, bytes.Equal(data, got))
	})
}

func TestDeadlines(t *testing.T) {
	past := time.Now().Add(-time.Hour)
	timedOut := func(err error) {
		t.Helper()
		var netErr net.Error
		assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
		if assert.ErrorAs(t, err, &netErr) {
			assert.True(t, netErr.Timeout())
		}
	}
	var buf [64]byte
	withConn(t, echo, func(c *Coroutine, conn *Conn) {
		conn.SetReadDeadline(time.Now().Add(3 * time.Millisecond))
		_, err := conn.Read(buf[:])
		timedOut(err)
		_, err = conn.Read(buf[:])
		timedOut(err)
		pingPongs := func() {
			conn.SetReadDeadline(time.Time{})
			pingPong(t, conn)
		}
		pingPongs() // a read that timed out may be tried again

		conn.SetDeadline(past)
		_, err = conn.Read(buf[:])
		timedOut(err)
		_, err = conn.Write(buf[:])
		timedOut(err)
		conn.SetDeadline(time.Time{})
		pingPongs()

		for _, at := range []time.Time{past, time.Now().Add(3 * time.Millisecond)} {
			conn.SetReadDeadline(time.Now().Add(time.Hour))
			c.Go(func(c *Coroutine) {
				c.Sleep(time.Millisecond)
				conn.SetReadDeadline(at)
			})
			_, err = conn.Read(buf[:])
			timedOut(err)
			c.Wait()
		}

		deadline, inTime := time.Now().Add(5*time.Millisecond), false
		conn.SetReadDeadline(deadline)
		c.Go(func(c *Coroutine) {
			conn.SetReadDeadline(time.Time{})
			inTime = time.Now().Before(deadline)
			c.Sleep(10 * time.Millisecond)
			conn.Write(buf[:1])
		})
		_, err = conn.Read(buf[:])
		c.Wait()
		if inTime { // the machine may have been too busy
			assert.NoError(t, err, "the deadline was taken back during the read")
		}
	})
	withConn(t, silent, func(c *Coroutine, conn *Conn) {
		tooMuch := make([]byte, 64<<20)
		conn.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
		n, err := conn.Write(tooMuch)
		timedOut(err)
		assert.Positive(t, n)
		assert.Less(t, n, len(tooMuch))
	})
}

func TestCloseEndsTheWaitsOfOthers(t *testing.T) {
	withConn(t, silent, func(c *Coroutine, conn *Conn) {
		c.Go(func(*Coroutine) {
			_, err := conn.Read(make([]byte, 1))
			assert.ErrorIs(t, err, net.ErrClosed)
		})
		c.Go(func(*Coroutine) {
			_, err := conn.Write(make([]byte, 64<<20))
			assert.ErrorIs(t, err, net.ErrClosed)
		})
		c.Sleep(5 * time.Millisecond)
		assert.NoError(t, conn.Close())
		c.Wait()
		for _, err := range []error{conn.Close(), conn.CloseWrite(), conn.SetDeadline(time.Time{})} {
			assert.ErrorIs(t, err, net.ErrClosed)
		}
		_, err := conn.Read(make([]byte, 1))
		assert.ErrorIs(t, err, net.ErrClosed)
	})
}

// The descriptor of a connection that was closed may be another's by the time
// that a reader which an edge had already woken has its turn.
func TestAReaderWokenTooLateReadsNobodyElsesData(t *testing.T) {
	said := make(chan struct{})
	server := func(c net.Conn) {
		c.Write([]byte("x"))
		said <- struct{}{}
		io.Copy(io.Discard, c)
	}
	address := serve(t, "tcp", "127.0.0.1:0", server)
	one(t, newLoop(t), func(c *Coroutine) {
		first, err := c.Dial("tcp", address)
		require.NoError(t, err)
		<-said
		_, err = first.Read(make([]byte, 2)) // short: the next one waits
		require.NoError(t, err)
		c.Go(func(*Coroutine) {
			_, err := first.Read(make([]byte, 1))
			assert.ErrorIs(t, err, net.ErrClosed)
		})
		c.Yield()
		assert.NotNil(t, first.in.first)
		first.in.wakeAll(nil) // as an edge would
		fd := first.fd
		first.Close()
		second := listenOn(t, c, fd)
		c.Wait()
		second.Close()
	})
}

// listenOn listens on the descriptor fd, which was just closed. The kernel
// gives the lowest number that is free, and goroutines of earlier tests may be
// closing lower ones yet: those are taken first.
func listenOn(t testing.TB, c *Coroutine, fd int) *Listener {
	t.Helper()
	for range 100 {
		l, err := c.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		if l.fd == fd {
			return l
		}
		defer l.Close()
	}
	t.Logf("descriptor %d was taken by something else: nothing was tested", fd)
	l, err := c.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return l
}

func TestAnEventOfAClosedDescriptorIsNotItsSuccessors(t *testing.T) {
	l := newLoop(t)
	e := l.source.(*epoll)
	one(t, l, func(c *Coroutine) {
		first, err := c.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		fd, tag := first.fd, first.tag
		first.Close()
		second := listenOn(t, c, fd)
		defer second.Close()
		event := unixEvent(second.fd, tag)
		e.dispatch(&event)
		assert.False(t, second.hungUp)
		event = unixEvent(second.fd, second.tag)
		e.dispatch(&event)
		assert.True(t, second.hungUp)
	})
}

func TestAConnectionThatFailsSaysWhy(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	gone.Close()
	one(t, newLoop(t), func(c *Coroutine) {
		_, err := c.Dial("tcp", gone.Addr().String())
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
		assert.ErrorContains(t, err, "dial tcp "+gone.Addr().String())
		for _, bad := range []struct{ network, address, says string }{
			{"tcp", "localhost:80", "numeric address"},
			{"tcp", ":80", "numeric address"},
			{"tcp4", "[::1]:80", "not of the network"},
			{"tcp6", "127.0.0.1:80", "not of the network"},
			{"udp", "127.0.0.1:80", "unknown network"},
			{"tcp", "[fe80::1%nonesuch]:80", "unknown zone"},
		} {
			_, err := c.Dial(bad.network, bad.address)
			assert.ErrorContains(t, err, bad.says)
			_, err = c.Listen(bad.network, bad.address)
			assert.ErrorContains(t, err, bad.says)
		}
	})
}

func TestTasksServeTasks(t *testing.T) {
	const clients = 50
	l := newLoop(t)
	one(t, l, func(c *Coroutine) {
		ln, err := c.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		c.Go(func(c *Coroutine) {
			for {
				conn, err := ln.Accept()
				if err != nil {
					assert.ErrorIs(t, err, net.ErrClosed)
					return
				}
				c.Go(func(*Coroutine) {
					defer conn.Close()
					echo(conn)
				})
			}
		})
		served := 0
		for range clients {
			c.Go(func(c *Coroutine) {
				defer func() { served++ }()
				conn, err := c.Dial("tcp", ln.Addr().String())
				if assert.NoError(t, err) {
					pingPong(t, conn)
					conn.Close()
				}
			})
		}
		for served < clients {
			c.Sleep(time.Millisecond)
		}
		ln.SetDeadline(time.Now().Add(-1))
		_, err = ln.Accept()
		assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
		ln.SetDeadline(time.Time{})
		ln.Close()
		c.Wait()
	})
}

func TestAKernelWithoutNanosecondsWaitsNoLessThanAsked(t *testing.T) {
	l := newLoop(t)
	l.source.(*epoll).millis = true
	one(t, l, func(c *Coroutine) {
		for _, d := range []time.Duration{time.Nanosecond, 1500 * time.Microsecond} {
			began := time.Now()
			assert.NoError(t, c.Sleep(d))
			assert.GreaterOrEqual(t, time.Since(began), d)
		}
	})
}

// unixEvent is the event that a descriptor has hung up.
func unixEvent(fd int, tag int32) unix.EpollEvent {
	return unix.EpollEvent{Events: unix.EPOLLHUP, Fd: int32(fd), Pad: tag}
}

// What a read did not ask for is there for those after it, whatever becomes of
// the connection meanwhile.
func TestWhatIsReadAndNotAskedForIsKept(t *testing.T) {
	sent := make([]byte, 20_000) // more than is ever kept
	for i := range sent {
		sent[i] = byte(i % 251)
	}
	address := serve(t, "tcp", "127.0.0.1:0", func(c net.Conn) { c.Write(sent) })
	for _, size := range []int{1, 7, 64, 4096, 5000} {
		one(t, newLoop(t), func(c *Coroutine) {
			conn, err := c.Dial("tcp", address)
			require.NoError(t, err)
			defer conn.Close()
			c.Sleep(5 * time.Millisecond)
			var got []byte
			for buf := make([]byte, size); ; {
				n, err := conn.Read(buf)
				got = append(got, buf[:n]...)
				if err != nil {
					assert.Equal(t, io.EOF, err)
					break
				}
				assert.Positive(t, n)
			}
			assert.Equal(t, sent, got)
		})
	}
}
