package aio

import (
	"net"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// A Listener accepts TCP connections for the coroutines of one loop.
type Listener struct {
	file
	network string
	at      netip.AddrPort
}

var _ net.Listener = (*Listener)(nil)

// Listen listens on a numeric address.
func (c *Coroutine) Listen(network, address string) (*Listener, error) {
	c.check()
	l, err := c.loop.listen(network, address)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Addr: target(network, address), Err: err}
	}
	return l, nil
}

func (l *Loop) listen(network, address string) (*Listener, error) {
	at, err := numeric(network, address)
	if err != nil {
		return nil, err
	}
	if l.cause != nil {
		return nil, l.cause
	}
	fd, err := listen(network, at)
	if err != nil {
		return nil, err
	}
	ln := &Listener{network: network, at: name(unix.SYS_GETSOCKNAME, fd)}
	if err := l.source.add(&ln.file, fd); err != nil {
		return nil, err
	}
	return ln, nil
}

// Accept waits for a connection.
func (l *Listener) Accept() (net.Conn, error) {
	conn, err := l.accept()
	if err != nil {
		return nil, l.failed("accept", err)
	}
	return conn, nil
}

func (l *Listener) accept() (*Conn, error) {
	if err := l.begin(&l.in); err != nil {
		return nil, err
	}
	fd, peer, err := l.loop.source.accept(&l.file)
	if err != nil {
		return nil, err
	}
	if err := noDelay(fd); err != nil {
		unix.Close(fd)
		return nil, err
	}
	conn := &Conn{network: l.network, peer: peer}
	if err := l.loop.source.add(&conn.file, fd); err != nil {
		return nil, err
	}
	return conn, nil
}

// Close stops listening; who waits for a connection gets net.ErrClosed.
func (l *Listener) Close() error {
	l.loop.check()
	if l.fd < 0 {
		return l.failed("close", errClosed)
	}
	if err := l.loop.source.remove(&l.file); err != nil {
		return l.failed("close", err)
	}
	return nil
}

// SetDeadline is for the Accept under way and those to come.
func (l *Listener) SetDeadline(t time.Time) error {
	if err := l.setDeadlines(t, &l.in); err != nil {
		return l.failed("set", err)
	}
	return nil
}

// Addr returns the address, with the port that the kernel chose where 0 was
// asked for.
func (l *Listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.at) }

func (l *Listener) failed(op string, err error) error {
	return &net.OpError{Op: op, Net: l.network, Addr: l.Addr(), Err: err}
}
