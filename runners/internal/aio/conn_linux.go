package aio

import (
	"io"
	"net"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// A Conn is a TCP connection between whose waits other coroutines run. One may
// read it while another writes. The errors are like package net's.
type Conn struct {
	file
	network string
	local   *net.TCPAddr // when it has been asked for
	peer    netip.AddrPort
}

var _ net.Conn = (*Conn)(nil)

// Dial connects to a numeric address.
func (c *Coroutine) Dial(network, address string) (*Conn, error) {
	c.check()
	conn, err := c.loop.dial(network, address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: target(network, address), Err: err}
	}
	return conn, nil
}

func (l *Loop) dial(network, address string) (*Conn, error) {
	to, err := numeric(network, address)
	if err != nil {
		return nil, err
	}
	if l.cause != nil {
		return nil, l.cause
	}
	fd, err := socket(to.Addr())
	if err != nil {
		return nil, err
	}
	if err := noDelay(fd); err != nil {
		unix.Close(fd)
		return nil, err
	}
	conn := &Conn{network: network, peer: to}
	if err := l.source.connect(&conn.file, fd, to); err != nil {
		return nil, err
	}
	return conn, nil
}

// target is the address of a failed dial or listen, if it is one.
func target(network, address string) net.Addr {
	if a, err := numeric(network, address); err == nil {
		return net.TCPAddrFromAddrPort(a)
	}
	return nil
}

// begin says why an operation may not even try.
func (f *file) begin(s *side) error {
	switch {
	case f.fd < 0:
		return errClosed
	case f.loop.cause != nil:
		return f.loop.cause
	case s.deadline != 0 && s.deadline <= f.loop.now():
		return errDeadline
	}
	return nil
}

// Read returns as soon as there is something.
func (c *Conn) Read(p []byte) (int, error) {
	if !c.loop.here() {
		return c.readAbroad(p)
	}
	if err := c.begin(&c.in); err != nil {
		return 0, c.failed("read", err)
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := c.loop.source.read(&c.file, p)
	if err != nil {
		return 0, c.failed("read", err)
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Write returns when all is written.
func (c *Conn) Write(p []byte) (int, error) {
	if !c.loop.here() {
		return c.writeAbroad(p)
	}
	if err := c.begin(&c.out); err != nil {
		return 0, c.failed("write", err)
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := c.loop.source.write(&c.file, p)
	if err != nil {
		return n, c.failed("write", err)
	}
	return n, nil
}

// Close closes the connection; who waits for it gets net.ErrClosed.
func (c *Conn) Close() error {
	if !c.loop.here() {
		return c.loop.abroad(c.Close)
	}
	if c.fd < 0 {
		return c.failed("close", errClosed)
	}
	if err := c.loop.source.remove(&c.file); err != nil {
		return c.failed("close", err)
	}
	return nil
}

// CloseWrite ends the stream to the peer, who may still send.
func (c *Conn) CloseWrite() error {
	if !c.loop.here() {
		return c.loop.abroad(c.CloseWrite)
	}
	if c.fd < 0 {
		return c.failed("close", errClosed)
	}
	if err := c.loop.source.shut(&c.file); err != nil {
		return c.failed("close", err)
	}
	return nil
}

// SetDeadline is SetReadDeadline and SetWriteDeadline.
func (c *Conn) SetDeadline(t time.Time) error { return c.setDeadlines(t, &c.in, &c.out) }

// SetReadDeadline is for the read under way and those to come.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadlines(t, &c.in) }

// SetWriteDeadline is for the write under way and those to come.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadlines(t, &c.out) }

func (c *Conn) setDeadlines(t time.Time, sides ...*side) error {
	if err := c.file.setDeadlines(t, sides...); err != nil {
		return c.failed("set", err)
	}
	return nil
}

func (f *file) setDeadlines(t time.Time, sides ...*side) error {
	if !f.loop.here() {
		return f.loop.abroad(func() error { return f.setDeadlines(t, sides...) })
	}
	if f.fd < 0 {
		return errClosed
	}
	at := int64(0)
	if !t.IsZero() {
		at = max(int64(t.Sub(f.loop.epoch)), 1) // 0 is none
	}
	for _, s := range sides {
		s.until(f.loop, at)
	}
	return nil
}

// LocalAddr asks the kernel when it is first called: most never do. It does
// not know once the connection is closed, and returns nil.
func (c *Conn) LocalAddr() net.Addr {
	if c.loop.group != nil && !c.loop.here() {
		return c.localAbroad()
	}
	if c.local == nil && c.fd >= 0 {
		c.local = net.TCPAddrFromAddrPort(name(unix.SYS_GETSOCKNAME, c.fd))
	}
	if c.local == nil {
		return nil
	}
	return c.local
}

// RemoteAddr returns the peer's address.
func (c *Conn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.peer) }

func (c *Conn) failed(op string, err error) error {
	return &net.OpError{Op: op, Net: c.network, Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}
