package kthread

import (
	"io"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners/internal/gid"
)

// A conn is a TCP connection that blocks the thread which reads or writes it.
type conn struct {
	descriptor
	network       string
	local, remote net.Addr
	reads, writes side
}

var _ interface {
	net.Conn
	CloseWrite() error
} = (*conn)(nil)

func newConn(fd int, g *Group, network string) *conn {
	return &conn{
		descriptor: descriptor{fd: fd, group: g},
		network:    network,
		reads:      side{option: unix.SO_RCVTIMEO},
		writes:     side{option: unix.SO_SNDTIMEO},
	}
}

// open sets what every model sets on a connected socket, and has it end with
// its group. Keep-alive probes are off unless one asks for them.
func (c *conn) open(local, remote unix.Sockaddr) error {
	if err := unix.SetsockoptInt(c.fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	c.local, c.remote = tcpAddr(local), tcpAddr(remote)
	return nil
}

func (c *conn) Read(b []byte) (int, error) {
	if err := c.enter(); err != nil {
		return 0, c.error("read", err)
	}
	defer c.leave()
	if len(b) == 0 {
		return 0, nil
	}
	n, err := c.transfer(&c.reads, "read", unix.Read, b)
	switch {
	case err != nil:
		return 0, c.error("read", c.verdict(err))
	case n > 0:
		return n, nil
	}
	if err := c.verdict(io.EOF); err != io.EOF {
		return 0, c.error("read", err)
	}
	return 0, io.EOF
}

func (c *conn) Write(b []byte) (n int, err error) {
	if err := c.enter(); err != nil {
		return 0, c.error("write", err)
	}
	defer c.leave()
	for n < len(b) {
		k, err := c.transfer(&c.writes, "write", unix.Write, b[n:])
		if err != nil {
			return n, c.error("write", c.verdict(err))
		}
		n += k
	}
	return n, nil
}

// transfer is one read or write, by the deadline of its side.
func (c *conn) transfer(s *side, name string, call func(int, []byte) (int, error), b []byte) (int, error) {
	s.inside.Store(gid.Self())
	n, err := 0, error(unix.EAGAIN)
	// A deadline that has passed says so at arm: it may have been set anew.
	for err == unix.EAGAIN || err == unix.EINTR {
		if err = c.verdict(nil); err == nil && s.timed() {
			err = s.arm(c.fd)
		}
		if err == nil {
			n, err = call(c.fd, b)
		}
	}
	s.inside.Store(0)
	if errno, ok := err.(unix.Errno); ok {
		err = os.NewSyscallError(name, errno)
	}
	return n, err
}

// Close lets the other thread that reads or writes go, with net.ErrClosed.
func (c *conn) Close() error {
	if err := c.close(); err != nil {
		return c.error("close", err)
	}
	c.group.Remove(c)
	return nil
}

// CloseWrite ends the sending side: the peer reads the end of the stream.
func (c *conn) CloseWrite() error {
	if err := c.enter(); err != nil {
		return c.error("close", err)
	}
	defer c.leave()
	if err := unix.Shutdown(c.fd, unix.SHUT_WR); err != nil {
		return c.error("close", os.NewSyscallError("shutdown", err))
	}
	return nil
}

// End wakes those inside and fails those to come.
func (c *conn) End() { c.end() }

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

func (c *conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

func (c *conn) SetReadDeadline(t time.Time) error  { return c.setDeadline(&c.reads, t) }
func (c *conn) SetWriteDeadline(t time.Time) error { return c.setDeadline(&c.writes, t) }

func (c *conn) setDeadline(s *side, t time.Time) error {
	if err := c.enter(); err != nil {
		return c.error("set", err)
	}
	defer c.leave()
	s.set(c.fd, t)
	return nil
}

func (c *conn) error(op string, err error) error {
	return &net.OpError{Op: op, Net: c.network, Source: c.local, Addr: c.remote, Err: err}
}
