package runnertest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"syscall"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var connChecks = []check{
	{promise: "every task has a connection of its own", run: echoes},
	{promise: "IPv6 works", run: ipv6},
	{promise: "eight mebibytes go there and back, and the server sees the half-close", run: bulk},
	{promise: "a reader and a writer share a connection", needs: runners.Needs{Together: 2}, run: readerAndWriter},
	{promise: "the end of the stream is io.EOF", run: endOfStream},
	{promise: "a reset by the other side is an error", run: reset},
	{promise: "a closed connection is net.ErrClosed", run: closed},
	{promise: "Close wakes another task's Read", needs: runners.Needs{Together: 2}, run: closeWakesRead},
	{promise: "Close wakes another task's Write", needs: runners.Needs{Together: 2}, run: closeWakesWrite},
	{promise: "a refused connection is an error", run: refused},
	{promise: "a host name is an error", run: hostName},
}

// dial has one task dial and use a connection.
func (r *rig) dial(address string, use func(t runners.Task, c net.Conn) error) {
	r.one(func(t runners.Task) error {
		c, err := t.Dial("tcp", address)
		if err != nil {
			return err
		}
		return errors.Join(use(t, c), c.Close())
	})
}

func echoes(r *rig) {
	address := serve(r.T, echo)
	for range 2 {
		r.pass(100, alone(func(t runners.Task, i int) error {
			c, err := t.Dial("tcp4", address)
			if err != nil {
				return err
			}
			defer c.Close()
			if c.RemoteAddr().String() != address || c.LocalAddr().(*net.TCPAddr).Port == 0 {
				return fmt.Errorf("connection from %v to %v", c.LocalAddr(), c.RemoteAddr())
			}
			for j := range 10 {
				if err := trip(c, fmt.Appendf(nil, "task %d trip %d", i, j)); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

func ipv6(r *rig) {
	l, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		r.Skip("not runnable:", err)
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			defer c.Close()
			echo(c.(*net.TCPConn))
		}
	}()
	r.one(func(t runners.Task) error {
		c, err := t.Dial("tcp6", l.Addr().String())
		if err != nil {
			return err
		}
		defer c.Close()
		if c.RemoteAddr().String() != l.Addr().String() {
			return fmt.Errorf("connection to %v", c.RemoteAddr())
		}
		return trip(c, []byte("hello"))
	})
}

// bulk sends more than the sockets hold to a server that reads late and waits
// until the stream ends before it answers with all of it.
func bulk(r *rig) {
	address := serve(r.T, func(c *net.TCPConn) {
		time.Sleep(5 * time.Millisecond)
		if all, err := io.ReadAll(c); err == nil {
			c.Write(all)
		}
	})
	content := pattern(8 << 20)
	r.pass(r.together(2), alone(func(t runners.Task, _ int) error {
		c, err := t.Dial("tcp", address)
		if err != nil {
			return err
		}
		defer c.Close()
		if n, err := c.Write(content); n != len(content) || err != nil {
			return fmt.Errorf("wrote %d of %d: %w", n, len(content), err)
		}
		if err := c.(runners.HalfCloser).CloseWrite(); err != nil {
			return err
		}
		if _, err := c.Write(content); err == nil {
			return errors.New("wrote after CloseWrite")
		}
		return readsAll(c, content)
	}))
}

// readsAll reads until the stream ends, in pieces of odd sizes.
func readsAll(c net.Conn, want []byte) error {
	got, piece := make([]byte, 0, len(want)), make([]byte, 7777)
	for {
		n, err := c.Read(piece)
		got = append(got, piece[:n]...)
		if err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("got %d bytes of %d, or others", len(got), len(want))
	}
	return nil
}

func readerAndWriter(r *rig) {
	address := serve(r.T, echo)
	content := pattern(4 << 20) // more than both sides' buffers: the writer depends on the reader
	r.two(
		func(t runners.Task, q runners.Queue) error {
			c, err := t.Dial("tcp", address)
			if err != nil {
				return err
			}
			defer c.Close()
			if err := q.Put(t, c); err != nil {
				return err
			}
			return readsAll(c, content)
		},
		func(t runners.Task, q runners.Queue) error {
			v, err := q.Get(t)
			if err != nil {
				return err
			}
			c := v.(runners.HalfCloser)
			if n, err := c.Write(content); n != len(content) || err != nil {
				return fmt.Errorf("wrote %d of %d: %w", n, len(content), err)
			}
			return c.CloseWrite()
		})
}

func endOfStream(r *rig) {
	address := serve(r.T, func(c *net.TCPConn) { c.Write([]byte("bye")) })
	r.dial(address, func(t runners.Task, c net.Conn) error {
		if err := readsAll(c, []byte("bye")); err != nil {
			return err
		}
		if n, err := c.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			return fmt.Errorf("read %d bytes, %v", n, err)
		}
		return nil
	})
}

func reset(r *rig) {
	address := serve(r.T, func(c *net.TCPConn) {
		read1(c) // the client is connected
		c.SetLinger(0)
	})
	r.dial(address, func(t runners.Task, c net.Conn) error {
		if _, err := c.Write([]byte("x")); err != nil {
			return err
		}
		if err := read1(c); err == nil || err == io.EOF {
			return fmt.Errorf("read after a reset: %v", err)
		}
		return nil
	})
}

func closed(r *rig) {
	address := serve(r.T, echo)
	r.one(func(t runners.Task) error {
		c, err := t.Dial("tcp", address)
		if err != nil {
			return err
		}
		if err := c.Close(); err != nil {
			return err
		}
		_, read := c.Read(make([]byte, 1))
		_, write := c.Write(make([]byte, 1))
		for _, err := range []error{read, write, c.SetDeadline(time.Now())} {
			if !errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("want net.ErrClosed, got %v", err)
			}
		}
		return nil
	})
}

// closeWakes has one task wait on a connection and another close it.
func closeWakes(r *rig, wait func(net.Conn) error) {
	address := serveSilence(r.T)
	r.two(
		func(t runners.Task, q runners.Queue) error {
			c, err := t.Dial("tcp", address)
			if err != nil {
				return err
			}
			if err := q.Put(t, c); err != nil {
				return err
			}
			if err := wait(c); !errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("want net.ErrClosed, got %v", err)
			}
			return nil
		},
		func(t runners.Task, q runners.Queue) error {
			c, err := q.Get(t)
			if err != nil {
				return err
			}
			return errors.Join(t.Sleep(10*time.Millisecond), c.(net.Conn).Close())
		})
}

func closeWakesRead(r *rig) {
	closeWakes(r, func(c net.Conn) error { _, err := c.Read(make([]byte, 1)); return err })
}

func closeWakesWrite(r *rig) { closeWakes(r, fill) }

// fill writes until it fails.
func fill(c net.Conn) error {
	for piece := make([]byte, 1<<20); ; {
		if n, err := c.Write(piece); err != nil {
			return err
		} else if n != len(piece) {
			return io.ErrShortWrite
		}
	}
}

func refused(r *rig) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(r, err)
	require.NoError(r, l.Close())
	o := r.run(1, alone(func(t runners.Task, _ int) error {
		_, err := t.Dial("tcp", l.Addr().String())
		return err
	}))
	require.Error(r, o.Err)
	if runtime.GOOS != "windows" { // where the system's number is not syscall's
		assert.ErrorIs(r, o.Err, syscall.ECONNREFUSED)
	}
}

func hostName(r *rig) {
	r.one(func(t runners.Task) error {
		if c, err := t.Dial("tcp", "localhost:80"); err == nil {
			return errors.Join(errors.New("dialled a host name"), c.Close())
		}
		if c, err := t.Dial("udp", "127.0.0.1:80"); err == nil {
			return errors.Join(errors.New("dialled udp"), c.Close())
		}
		return nil
	})
}
