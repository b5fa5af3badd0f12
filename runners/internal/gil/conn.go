package gil

import (
	"net"
	"time"
)

// A HalfCloser is a connection whose sending side can be closed alone.
type HalfCloser interface {
	net.Conn
	CloseWrite() error
}

// A Conn is a connection of threads under a lock, each operation on which is a
// foreign call: the lock is dropped for it, whether it will wait or not, as
// CPython's module socket does.
type Conn struct {
	lock *Lock
	conn HalfCloser
}

var _ HalfCloser = (*Conn)(nil)

// Conn makes a connection one of threads under the lock.
func (l *Lock) Conn(c HalfCloser) *Conn { return &Conn{l, c} }

func (c *Conn) Read(b []byte) (int, error) {
	c.lock.Drop()
	n, err := c.conn.Read(b)
	c.lock.Take()
	return n, err
}

func (c *Conn) Write(b []byte) (int, error) {
	c.lock.Drop()
	n, err := c.conn.Write(b)
	c.lock.Take()
	return n, err
}

func (c *Conn) Close() error      { return c.lock.call(c.conn.Close) }
func (c *Conn) CloseWrite() error { return c.lock.call(c.conn.CloseWrite) }

func (c *Conn) LocalAddr() net.Addr  { return c.conn.LocalAddr() }
func (c *Conn) RemoteAddr() net.Addr { return c.conn.RemoteAddr() }

func (c *Conn) SetDeadline(t time.Time) error {
	return c.lock.call(func() error { return c.conn.SetDeadline(t) })
}

func (c *Conn) SetReadDeadline(t time.Time) error {
	return c.lock.call(func() error { return c.conn.SetReadDeadline(t) })
}

func (c *Conn) SetWriteDeadline(t time.Time) error {
	return c.lock.call(func() error { return c.conn.SetWriteDeadline(t) })
}

// A Listener is a listener of threads under a lock.
type Listener struct {
	lock     *Lock
	listener net.Listener
}

var _ net.Listener = (*Listener)(nil)

// Listener makes a listener, all of whose connections can be closed by half,
// one of threads under the lock.
func (l *Lock) Listener(n net.Listener) *Listener { return &Listener{l, n} }

func (n *Listener) Accept() (net.Conn, error) {
	n.lock.Drop()
	c, err := n.listener.Accept()
	n.lock.Take()
	if err != nil {
		return nil, err
	}
	return n.lock.Conn(c.(HalfCloser)), nil
}

func (n *Listener) Close() error   { return n.lock.call(n.listener.Close) }
func (n *Listener) Addr() net.Addr { return n.listener.Addr() }

// call makes a call without the lock.
func (l *Lock) call(f func() error) error {
	l.Drop()
	err := f()
	l.Take()
	return err
}
