package aio

import (
	"net"
	"net/netip"
)

// What follows is for coroutines that use what belongs to another loop of their
// group. It stands apart so that its closures cost those at home no memory.

// abroad makes a call that does not wait in a coroutine of loop l.
func (l *Loop) abroad(op func() error) error { return l.visitor().send(l, op, false) }

// abroadWaiting is abroad for a call that may wait. It is not made where the
// caller's own loop allows no wait any more.
func (l *Loop) abroadWaiting(op func() error) error {
	c := l.visitor()
	if c.loop.cause != nil {
		return c.loop.cause
	}
	return c.send(l, op, true)
}

func (c *Conn) readAbroad(p []byte) (n int, err error) {
	err = c.loop.abroadWaiting(func() (err error) { n, err = c.Read(p); return err })
	return n, err
}

func (c *Conn) writeAbroad(p []byte) (n int, err error) {
	err = c.loop.abroadWaiting(func() (err error) { n, err = c.Write(p); return err })
	return n, err
}

func (c *Conn) localAbroad() (a net.Addr) {
	c.loop.abroad(func() error { a = c.LocalAddr(); return nil })
	return a
}

// takeAbroad also returns the loop of the coroutine that it takes for.
func (l *Listener) takeAbroad() (home *Loop, fd int, peer netip.AddrPort, err error) {
	home = l.loop.visitor().loop
	err = l.loop.abroadWaiting(func() (err error) { fd, peer, err = l.take(); return err })
	return home, fd, peer, err
}
