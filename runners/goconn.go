package runners

import (
	"fmt"
	"net"
	"net/netip"
	"time"
)

// Keep-alive probes and multipath TCP, which package net has on by default
// (the latter for listeners since Go 1.24), are off in every model.
var dialer = net.Dialer{KeepAlive: -1}

func (t *goTask) Dial(network, address string) (net.Conn, error) {
	if err := numeric(network, address); err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	c, err := dialer.DialContext(t.job.ctx, network, address)
	if err != nil {
		if t.job.ctx.Err() != nil {
			err = cancelled(t.job.ctx, "dial")
		}
		return nil, err
	}
	return t.job.conn(c), nil
}

func (t *goTask) Listen(network, address string) (net.Listener, error) {
	if err := numeric(network, address); err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Err: err}
	}
	c := net.ListenConfig{KeepAlive: -1}
	c.SetMultipathTCP(false)
	l, err := c.Listen(t.job.ctx, network, address)
	if err != nil {
		if t.job.ctx.Err() != nil {
			err = cancelled(t.job.ctx, "listen")
		}
		return nil, err
	}
	w := &goListener{l.(*net.TCPListener), t.job}
	t.job.add(w)
	return w, nil
}

// numeric says what is wrong with an address: names are for a resolver, whose
// waiting would be no model's own.
func numeric(network, address string) error {
	switch network {
	case "tcp", "tcp4", "tcp6":
	default:
		return net.UnknownNetworkError(network)
	}
	if _, err := netip.ParseAddrPort(address); err != nil {
		return &net.AddrError{Err: fmt.Sprintf("want a numeric address and port (%v)", err), Addr: address}
	}
	return nil
}

// A goConn is a TCP connection whose waits end with the job.
//
// Note: it does not embed the TCPConn, so that io.Copy finds no ReadFrom or
// WriteTo in one model (splice, sendfile) that others do not have.
type goConn struct {
	tcp *net.TCPConn
	job *goJob
}

var _ HalfCloser = (*goConn)(nil)

func (j *goJob) conn(c net.Conn) *goConn {
	w := &goConn{c.(*net.TCPConn), j}
	j.add(w)
	return w
}

func (c *goConn) Read(p []byte) (int, error) {
	n, err := c.tcp.Read(p)
	return n, c.job.waited("read", err)
}

func (c *goConn) Write(p []byte) (int, error) {
	n, err := c.tcp.Write(p)
	return n, c.job.waited("write", err)
}

func (c *goConn) Close() error {
	c.job.remove(c)
	return c.tcp.Close()
}

func (c *goConn) CloseWrite() error    { return c.tcp.CloseWrite() }
func (c *goConn) LocalAddr() net.Addr  { return c.tcp.LocalAddr() }
func (c *goConn) RemoteAddr() net.Addr { return c.tcp.RemoteAddr() }

func (c *goConn) SetDeadline(t time.Time) error      { return c.keep(c.tcp.SetDeadline(t)) }
func (c *goConn) SetReadDeadline(t time.Time) error  { return c.keep(c.tcp.SetReadDeadline(t)) }
func (c *goConn) SetWriteDeadline(t time.Time) error { return c.keep(c.tcp.SetWriteDeadline(t)) }

// keep puts wake's deadline back where the body has just undone it. The
// context has ended before wake sets its own: one of the two sees the other.
func (c *goConn) keep(err error) error {
	if c.job.ctx.Err() != nil {
		c.wake()
	}
	return err
}

// past is a deadline that has passed.
var past = time.Unix(1, 0)

func (c *goConn) wake() { c.tcp.SetDeadline(past) }

// A goListener is a TCP listener whose waits end with the job.
type goListener struct {
	tcp *net.TCPListener
	job *goJob
}

func (l *goListener) Accept() (net.Conn, error) {
	c, err := l.tcp.Accept()
	if err != nil {
		return nil, l.job.waited("accept", err)
	}
	return l.job.conn(c), nil
}

func (l *goListener) Close() error {
	l.job.remove(l)
	return l.tcp.Close()
}

func (l *goListener) Addr() net.Addr { return l.tcp.Addr() }

func (l *goListener) wake() { l.tcp.SetDeadline(past) }
