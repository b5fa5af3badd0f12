package aio

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	errDied    = errors.New("died")
	errForeign = errors.New("foreign")
	errEnded   = errors.New("loop closed")
)

// newSource makes the source of the loops under test; see overRings.
var newSource = newEpoll

// newLoop starts a loop that ends with the test.
func newLoop(t testing.TB) *Loop {
	t.Helper()
	l, err := start(Faults{Died: errDied, Foreign: errForeign, Closed: errEnded}, newSource)
	if err != nil {
		t.Skipf("not runnable: %v", err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// run runs a job in the loop within a time limit.
func run(t testing.TB, l *Loop, tasks int, task func(c *Coroutine, i int)) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	require.NoError(t, l.Run(ctx, tasks, task))
	require.NoError(t, ctx.Err(), "the job took too long")
}

// one runs one task.
func one(t testing.TB, l *Loop, task func(c *Coroutine)) {
	t.Helper()
	run(t, l, 1, func(c *Coroutine, _ int) { task(c) })
}

// serve runs a server outside of any loop, which ends with the test.
func serve(t testing.TB, network, address string, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen(network, address)
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				handle(conn)
			}()
		}
	}()
	return l.Addr().String()
}

// echo sends back what comes. io.Copy would do so through pipes (splice(2))
// that package net keeps.
func echo(c net.Conn) {
	var buf [4096]byte
	for {
		n, err := c.Read(buf[:])
		if err != nil {
			return
		}
		c.Write(buf[:n])
	}
}

// pingPong sends a few bytes and wants them back.
func pingPong(t testing.TB, conn net.Conn) {
	t.Helper()
	sent, got := []byte("sixty-four bytes, or nearly so"), make([]byte, 30)
	_, err := conn.Write(sent)
	assert.NoError(t, err)
	_, err = io.ReadFull(conn, got)
	assert.NoError(t, err)
	assert.Equal(t, sent, got)
}
