//go:build unix

package postgres

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A blockingConn is a connection whose descriptor blocks: a read holds the
// thread. It has no deadlines, and is used by one goroutine at a time, its Close
// too.
type blockingConn struct {
	fd            int // -1: closed, and the number may be another's
	local, remote net.Addr
}

// CanBlock says whether there is Dial here.
func CanBlock() error { return nil }

// Dial connects to a numeric address by calls that hold the thread, and so do
// those of the connection. It belongs inside Task.Block. As with Task.Dial there
// is TCP_NODELAY and no keep-alive.
//
// Note: Go's own connections, whose waiting is the Go runtime's, would hold no
// thread in some models, and wake slowly in the others.
func Dial(address string) (net.Conn, error) {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	fd, err := dial(to)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	c := &blockingConn{fd: fd, remote: net.TCPAddrFromAddrPort(to)}
	if c.local, err = localAddr(fd); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func dial(to netip.AddrPort) (fd int, err error) {
	family, there := unix.AF_INET, unix.Sockaddr(&unix.SockaddrInet4{Port: int(to.Port())})
	if to.Addr().Is4() {
		there.(*unix.SockaddrInet4).Addr = to.Addr().As4()
	} else {
		family, there = unix.AF_INET6, &unix.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16()}
	}
	syscall.ForkLock.RLock() // a child started now is not to inherit it
	fd, err = unix.Socket(family, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	err = unix.Connect(fd, there)
	if err == unix.EINTR { // it goes on all the same
		err = connected(fd)
	}
	if err == nil {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	}
	if err != nil {
		return -1, errors.Join(os.NewSyscallError("connect", err), unix.Close(fd))
	}
	return fd, nil
}

// connected waits for a connection in the making.
func connected(fd int) error {
	for {
		_, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, -1)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
		if err == nil && code != 0 {
			err = syscall.Errno(code)
		}
		return err
	}
}

func localAddr(fd int) (net.Addr, error) {
	name, err := unix.Getsockname(fd)
	if err != nil {
		return nil, os.NewSyscallError("getsockname", err)
	}
	switch name := name.(type) {
	case *unix.SockaddrInet4:
		return &net.TCPAddr{IP: name.Addr[:], Port: name.Port}, nil
	case *unix.SockaddrInet6:
		return &net.TCPAddr{IP: name.Addr[:], Port: name.Port}, nil
	}
	return nil, errors.New("getsockname: no address of the internet")
}

func (c *blockingConn) Read(p []byte) (int, error) {
	if c.fd < 0 {
		return 0, net.ErrClosed
	}
	for {
		n, err := unix.Read(c.fd, p)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return 0, os.NewSyscallError("read", err)
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		}
		return n, nil
	}
}

func (c *blockingConn) Write(p []byte) (done int, err error) {
	if c.fd < 0 {
		return 0, net.ErrClosed
	}
	for done < len(p) {
		n, err := unix.Write(c.fd, p[done:])
		if err != nil && err != unix.EINTR {
			return done, os.NewSyscallError("write", err)
		}
		done += max(n, 0)
	}
	return done, nil
}

func (c *blockingConn) Close() error {
	if c.fd < 0 {
		return net.ErrClosed
	}
	fd := c.fd
	c.fd = -1
	return os.NewSyscallError("close", unix.Close(fd))
}

func (c *blockingConn) LocalAddr() net.Addr              { return c.local }
func (c *blockingConn) RemoteAddr() net.Addr             { return c.remote }
func (c *blockingConn) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (c *blockingConn) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (c *blockingConn) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }
