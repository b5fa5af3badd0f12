package kthread

import (
	"fmt"
	"net"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

const socketType = unix.SOCK_STREAM | unix.SOCK_CLOEXEC

// Dial connects to a numeric address, with TCP_NODELAY set.
func (g *Group) Dial(network, address string) (net.Conn, error) {
	addr, err := parse(network, address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	c, err := g.dial(network, addr)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: net.TCPAddrFromAddrPort(addr), Err: err}
	}
	return c, nil
}

func (g *Group) dial(network string, addr netip.AddrPort) (*conn, error) {
	fd, err := unix.Socket(family(addr), socketType, unix.IPPROTO_TCP)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	c := newConn(fd, g, network)
	g.Add(c)
	if err := c.connect(sockaddr(addr)); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *conn) connect(to unix.Sockaddr) error {
	if err := c.enter(); err != nil {
		return err
	}
	defer c.leave()
	_, err := uninterrupted(func() (int, error) { return 0, unix.Connect(c.fd, to) })
	if err != nil && err != unix.EISCONN { // connected while a signal interrupted it
		return c.verdict(os.NewSyscallError("connect", err))
	}
	local, err := unix.Getsockname(c.fd)
	if err != nil {
		return c.verdict(os.NewSyscallError("getsockname", err))
	}
	return c.open(local, to)
}

// A listener is a TCP listener that blocks the thread which accepts.
type listener struct {
	descriptor
	network string
	addr    net.Addr
}

// Listen listens on a numeric address. SO_REUSEADDR is set, as package net has
// it, so that connections of a listener that is gone do not hold its port.
func (g *Group) Listen(network, address string) (net.Listener, error) {
	addr, err := parse(network, address)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Err: err}
	}
	l, err := g.listen(network, addr)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Addr: net.TCPAddrFromAddrPort(addr), Err: err}
	}
	return l, nil
}

func (g *Group) listen(network string, addr netip.AddrPort) (*listener, error) {
	if err := g.Err(); err != nil {
		return nil, err
	}
	fd, err := unix.Socket(family(addr), socketType, unix.IPPROTO_TCP)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	bound, err := bindAndListen(fd, network, addr)
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	l := &listener{descriptor{fd: fd, group: g}, network, bound}
	g.Add(l)
	return l, nil
}

// backlog is more than any kernel allows, and so means as many as it allows
// (net.core.somaxconn).
const backlog = 1<<16 - 1

func bindAndListen(fd int, network string, addr netip.AddrPort) (net.Addr, error) {
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return nil, os.NewSyscallError("setsockopt", err)
	}
	if addr.Addr().Is6() {
		only := 1 // but the unspecified address stands for both kinds, as in package net
		if network == "tcp" && addr.Addr().IsUnspecified() {
			only = 0
		}
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, only); err != nil {
			return nil, os.NewSyscallError("setsockopt", err)
		}
	}
	if err := unix.Bind(fd, sockaddr(addr)); err != nil {
		return nil, os.NewSyscallError("bind", err)
	}
	if err := unix.Listen(fd, backlog); err != nil {
		return nil, os.NewSyscallError("listen", err)
	}
	bound, err := unix.Getsockname(fd)
	if err != nil {
		return nil, os.NewSyscallError("getsockname", err)
	}
	return tcpAddr(bound), nil
}

func (l *listener) Accept() (net.Conn, error) {
	c, err := l.accept()
	if err != nil {
		return nil, &net.OpError{Op: "accept", Net: l.network, Addr: l.addr, Err: err}
	}
	return c, nil
}

func (l *listener) accept() (*conn, error) {
	if err := l.enter(); err != nil {
		return nil, err
	}
	defer l.leave()
	var remote unix.Sockaddr
	fd, err := uninterrupted(func() (fd int, err error) {
		fd, remote, err = unix.Accept4(l.fd, unix.SOCK_CLOEXEC)
		if err == unix.ECONNABORTED { // that one changed its mind: the next
			err = unix.EINTR
		}
		return fd, err
	})
	if err != nil {
		return nil, l.verdict(os.NewSyscallError("accept4", err))
	}
	c := newConn(fd, l.group, l.network)
	l.group.Add(c)
	local, err := unix.Getsockname(fd)
	if err == nil {
		err = c.open(local, remote)
	}
	if err != nil {
		c.Close()
		return nil, l.verdict(err)
	}
	return c, nil
}

// Close lets those that accept go, with net.ErrClosed.
func (l *listener) Close() error {
	if err := l.close(); err != nil {
		return &net.OpError{Op: "close", Net: l.network, Addr: l.addr, Err: err}
	}
	l.group.Remove(l)
	return nil
}

// End wakes those that accept, and fails those to come.
func (l *listener) End() { l.end() }

func (l *listener) Addr() net.Addr { return l.addr }

// parse takes a numeric address of the network.
func parse(network, address string) (netip.AddrPort, error) {
	addr, err := netip.ParseAddrPort(address)
	if err != nil {
		return addr, &net.AddrError{Err: fmt.Sprintf("want a numeric address and port (%v)", err), Addr: address}
	}
	addr = netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
	switch {
	case addr.Addr().Zone() != "":
		return addr, &net.AddrError{Err: "want an address without a zone", Addr: address}
	case network == "tcp", network == "tcp4" && addr.Addr().Is4(), network == "tcp6" && addr.Addr().Is6():
		return addr, nil
	case network == "tcp4", network == "tcp6":
		return addr, &net.AddrError{Err: "not an address of " + network, Addr: address}
	}
	return addr, net.UnknownNetworkError(network)
}

func family(addr netip.AddrPort) int {
	if addr.Addr().Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

func sockaddr(addr netip.AddrPort) unix.Sockaddr {
	if addr.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(addr.Port()), Addr: addr.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: int(addr.Port()), Addr: addr.Addr().As16()}
}

func tcpAddr(sa unix.Sockaddr) net.Addr {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return &net.TCPAddr{IP: sa.Addr[:], Port: sa.Port}
	case *unix.SockaddrInet6:
		return &net.TCPAddr{IP: sa.Addr[:], Port: sa.Port}
	}
	return nil
}
