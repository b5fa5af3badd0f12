//go:build unix

package postgres

import (
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// A blockingConn is a connection whose descriptor blocks: a read holds the
// thread. It has no deadlines, and is used by one goroutine at a time.
type blockingConn struct {
	file          *os.File // owns the descriptor
	fd            int
	local, remote net.Addr
}

// blocking returns a TCP connection again, as one that blocks.
func blocking(c net.Conn) (net.Conn, error) {
	defer c.Close()
	file, err := c.(*net.TCPConn).File()
	if err != nil {
		return nil, err
	}
	fd := int(file.Fd())
	if err := syscall.SetNonblock(fd, false); err != nil {
		file.Close()
		return nil, err
	}
	return &blockingConn{file, fd, c.LocalAddr(), c.RemoteAddr()}, nil
}

func (c *blockingConn) Read(p []byte) (int, error) {
	for {
		n, err := syscall.Read(c.fd, p)
		switch {
		case err == syscall.EINTR:
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
	for done < len(p) {
		n, err := syscall.Write(c.fd, p[done:])
		if err != nil && err != syscall.EINTR {
			return done, os.NewSyscallError("write", err)
		}
		done += max(n, 0)
	}
	return done, nil
}

func (c *blockingConn) Close() error {
	c.fd = -1 // the number may soon be another's
	return c.file.Close()
}

func (c *blockingConn) LocalAddr() net.Addr              { return c.local }
func (c *blockingConn) RemoteAddr() net.Addr             { return c.remote }
func (c *blockingConn) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (c *blockingConn) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (c *blockingConn) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }
