package aio

import (
	"net"
	"net/netip"
	"os"
	"slices"
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
	if l.inUse(network, at) {
		return nil, os.NewSyscallError("bind", unix.EADDRINUSE)
	}
	fd, err := listen(network, at, l.group != nil)
	if err != nil {
		return nil, err
	}
	ln := &Listener{network: network, at: name(unix.SYS_GETSOCKNAME, fd)}
	if err := l.source.add(&ln.file, fd); err != nil {
		return nil, err
	}
	if l.group != nil {
		l.listeners = append(l.listeners, ln)
	}
	return ln, nil
}

// inUse reports whether this loop listens on the address already, in a group:
// there the kernel does not tell, since the other loops may. A port that the
// kernel chooses (0) it shares with nobody.
func (l *Loop) inUse(network string, at netip.AddrPort) bool {
	return slices.ContainsFunc(l.listeners, func(ln *Listener) bool {
		return ln.at.Port() == at.Port() && (covers(ln.network, ln.at.Addr(), at.Addr()) || covers(network, at.Addr(), ln.at.Addr()))
	})
}

// covers reports whether who listens on a gets what is meant for b.
func covers(network string, a, b netip.Addr) bool {
	return a == b || a.IsUnspecified() && (a.Is4() == b.Is4() || a.Is6() && network == "tcp")
}

// Accept waits for a connection, which belongs to the caller's loop.
func (l *Listener) Accept() (net.Conn, error) {
	conn, err := l.accept()
	if err != nil {
		return nil, l.failed("accept", err)
	}
	return conn, nil
}

func (l *Listener) accept() (*Conn, error) {
	var fd int
	var peer netip.AddrPort
	var err error
	home := l.loop
	if home.here() {
		fd, peer, err = l.take()
	} else {
		home, fd, peer, err = l.takeAbroad()
	}
	if err != nil {
		return nil, err
	}
	if err := noDelay(fd); err != nil {
		unix.Close(fd)
		return nil, err
	}
	conn := &Conn{network: l.network, peer: peer}
	if err := home.source.add(&conn.file, fd); err != nil {
		return nil, err
	}
	return conn, nil
}

// take takes a new connection's descriptor.
func (l *Listener) take() (int, netip.AddrPort, error) {
	if err := l.begin(&l.in); err != nil {
		return -1, netip.AddrPort{}, err
	}
	return l.loop.source.accept(&l.file)
}

// Close stops listening; who waits for a connection gets net.ErrClosed.
func (l *Listener) Close() error {
	if !l.loop.here() {
		return l.loop.abroad(l.Close)
	}
	if l.fd < 0 {
		return l.failed("close", errClosed)
	}
	if i := slices.Index(l.loop.listeners, l); i >= 0 {
		l.loop.listeners = slices.Delete(l.loop.listeners, i, i+1)
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
