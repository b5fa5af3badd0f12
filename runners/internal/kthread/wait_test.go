//go:build linux

package kthread

import (
	"context"
	"errors"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func timedOut(t *testing.T, err error) {
	t.Helper()
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	var timeout net.Error
	if assert.ErrorAs(t, err, &timeout) {
		assert.True(t, timeout.Timeout())
	}
}

// fill writes until the peer's and our own buffers are full and the deadline
// is over.
func fill(c net.Conn) error {
	for {
		if _, err := c.Write(make([]byte, 1<<20)); err != nil {
			return err
		}
	}
}

func TestDeadlines(t *testing.T) {
	g := group(t, t.Context())
	a, b := pair(t, g)
	buf := make([]byte, 10)

	_, err := b.Write([]byte("x"))
	require.NoError(t, err)
	require.NoError(t, a.SetReadDeadline(time.Now().Add(-time.Second)))
	_, err = a.Read(buf)
	timedOut(t, err) // though there is something to read

	require.NoError(t, a.SetReadDeadline(time.Now().Add(time.Hour)))
	n, err := a.Read(buf)
	assert.NoError(t, err)
	assert.Equal(t, 1, n)
	start := time.Now()
	require.NoError(t, a.SetReadDeadline(start.Add(50*time.Millisecond)))
	_, err = a.Read(buf)
	timedOut(t, err)
	assert.GreaterOrEqual(t, time.Since(start), 50*time.Millisecond)

	require.NoError(t, a.SetWriteDeadline(time.Now().Add(50*time.Millisecond)))
	timedOut(t, fill(a))

	require.NoError(t, a.SetDeadline(time.Time{}))
	late := Start(func() {
		settle()
		b.Write([]byte("y"))
	})
	n, err = a.Read(buf)
	assert.NoError(t, err)
	assert.Equal(t, "y", string(buf[:n]))
	late.Join()
}

// A deadline that another thread sets reaches the read or write under way,
// whether that began with a deadline or without.
func TestDeadlineSetDuringTheWait(t *testing.T) {
	g := group(t, t.Context())
	a, _ := pair(t, g)
	for _, first := range []time.Time{{}, time.Now().Add(time.Hour)} {
		require.NoError(t, a.SetDeadline(first))
		var reading, writing error
		reader := Start(func() { _, reading = a.Read(make([]byte, 1)) })
		writer := Start(func() { writing = fill(a) })
		settle()
		start := time.Now()
		require.NoError(t, a.SetReadDeadline(start.Add(30*time.Millisecond)))
		within(t, reader.Join)
		timedOut(t, reading)
		assert.GreaterOrEqual(t, time.Since(start), 30*time.Millisecond)
		require.NoError(t, a.SetWriteDeadline(time.Unix(1, 0)))
		within(t, writer.Join)
		timedOut(t, writing)
	}
}

func TestDeadlineMovedBackDuringTheWait(t *testing.T) {
	g := group(t, t.Context())
	a, b := pair(t, g)
	deadline := time.Now().Add(60 * time.Millisecond)
	require.NoError(t, a.SetReadDeadline(deadline))
	var n int
	var err error
	reader := Start(func() { n, err = a.Read(make([]byte, 1)) })
	settle()
	require.NoError(t, a.SetReadDeadline(time.Time{}))
	inTime := time.Now().Before(deadline)
	time.Sleep(100 * time.Millisecond)
	b.Write([]byte("x"))
	within(t, reader.Join)
	if !inTime {
		t.Skip("not runnable: the machine was too busy to move the deadline in time")
	}
	assert.NoError(t, err)
	assert.Equal(t, 1, n)
}

// No deadline is lost, wherever in its read the other thread is.
func TestDeadlineRace(t *testing.T) {
	g := group(t, t.Context())
	a, _ := pair(t, g)
	for range 200 {
		require.NoError(t, a.SetReadDeadline(time.Time{}))
		var err error
		reader := Start(func() { _, err = a.Read(make([]byte, 1)) })
		require.NoError(t, a.SetReadDeadline(time.Now()))
		within(t, reader.Join)
		timedOut(t, err)
	}
}

func TestCloseDuringTheWait(t *testing.T) {
	g := group(t, t.Context())
	for _, wait := range []struct {
		name string
		call func(a net.Conn) error
	}{
		{"read", func(a net.Conn) error { _, err := a.Read(make([]byte, 1)); return err }},
		{"write", fill},
	} {
		a, b := pair(t, g)
		var err error
		waiting := Start(func() { err = wait.call(a) })
		settle()
		require.NoError(t, a.Close())
		within(t, waiting.Join)
		assert.ErrorIs(t, err, net.ErrClosed, wait.name)
		require.NoError(t, b.Close())
	}
	l, err := g.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	waiting := Start(func() { _, err = l.Accept() })
	settle()
	require.NoError(t, l.Close())
	within(t, waiting.Join)
	assert.ErrorIs(t, err, net.ErrClosed)
	assert.ErrorIs(t, l.Close(), net.ErrClosed)
}

// A descriptor's number is not handed out again while a thread is inside.
func TestCloseRace(t *testing.T) {
	g := group(t, t.Context())
	for range 100 {
		a, b := pair(t, g)
		var n atomic.Int32
		reader := Start(func() {
			for {
				if _, err := a.Read(make([]byte, 8)); err != nil {
					assert.True(t, errors.Is(err, net.ErrClosed), "%v", err)
					return
				}
				n.Add(1)
			}
		})
		writer := Start(func() {
			for {
				if _, err := b.Write(make([]byte, 8)); err != nil {
					return
				}
			}
		})
		for n.Load() == 0 {
			Yield()
		}
		require.NoError(t, a.Close())
		within(t, reader.Join)
		within(t, writer.Join)
		b.Close()
	}
}

// blackhole is an address that does not answer: a listener whose queue is full.
// Of a listener, the two fields of TCP_INFO tell the length of the queue and its
// limit, one less than what it holds (tcp_get_info and sk_acceptq_is_full in the
// kernel's source).
func blackhole(t *testing.T) string {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	require.NoError(t, unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	require.NoError(t, unix.Listen(fd, 0))
	sa, err := unix.Getsockname(fd)
	require.NoError(t, err)
	for range 10 {
		c, err := net.DialTimeout("tcp", tcpAddr(sa).String(), 20*time.Second)
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		queue, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
		require.NoError(t, err)
		if queue.Unacked > queue.Sacked {
			return tcpAddr(sa).String()
		}
	}
	t.Skip("not runnable: no listener here has a queue that fills")
	return ""
}

// When the context ends, all that waits ends with its cause, and what would
// wait later does not.
func TestCancel(t *testing.T) {
	address := blackhole(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	g := group(t, ctx)
	l, err := g.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	a, _ := pair(t, g)
	full, _ := pair(t, g)
	cause := errors.New("enough")
	waits := map[string]func() error{
		"sleep":  func() error { return g.Sleep(time.Hour) },
		"read":   func() error { _, err := a.Read(make([]byte, 1)); return err },
		"write":  func() error { return fill(full) },
		"accept": func() error { _, err := l.Accept(); return err },
		"dial":   func() error { _, err := g.Dial("tcp", address); return err },
	}
	var threads []*Thread
	for name, wait := range waits {
		threads = append(threads, Start(func() { assert.ErrorIs(t, wait(), cause, name) }))
	}
	settle()
	cancel(cause)
	for _, th := range threads {
		within(t, th.Join)
	}
	require.ErrorIs(t, g.Err(), cause)
	for name, wait := range waits {
		assert.ErrorIs(t, wait(), cause, name+", too late")
	}
	_, err = g.Listen("tcp", "127.0.0.1:0")
	assert.ErrorIs(t, err, cause)
	assert.NoError(t, a.Close())
	assert.NoError(t, l.Close())
}

// A dial that begins as the context ends is not forgotten.
func TestCancelRace(t *testing.T) {
	address := blackhole(t)
	for range 100 {
		ctx, cancel := context.WithCancel(t.Context())
		g := NewGroup(ctx)
		dialling := Start(func() {
			_, err := g.Dial("tcp", address)
			assert.ErrorIs(t, err, context.Canceled)
		})
		cancel()
		within(t, dialling.Join)
		g.Close()
	}
}

func TestCancelOfAThousand(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := group(t, ctx)
	started := make([]*Thread, 1000)
	for i := range started {
		started[i] = Start(func() { assert.ErrorIs(t, g.Sleep(time.Hour), context.Canceled) })
	}
	settle()
	cancel()
	for _, th := range started {
		within(t, th.Join)
	}
}

// What a body has left open is closed with its group (see group).
func TestCloseOfAGroupClosesWhatIsLeft(t *testing.T) {
	g := group(t, t.Context())
	pair(t, g)
	_, err := g.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
}
