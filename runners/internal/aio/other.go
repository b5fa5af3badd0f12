//go:build !linux

package aio

import (
	"errors"
	"net"
)

var errLinux = errors.New("needs Linux epoll")

func newEpoll(*Loop) (source, error) { return nil, errLinux }

func newIOUring(*Loop) (source, error) { return nil, errors.New("needs Linux io_uring") }

// A tail is for Linux.
type tail struct{}

// Dial is for Linux.
func (c *Coroutine) Dial(network, address string) (net.Conn, error) { return nil, errLinux }

// ReadFile is for Linux.
func (c *Coroutine) ReadFile(name string, buf []byte) (int, error) { return 0, errLinux }

// Listen is for Linux.
func (c *Coroutine) Listen(network, address string) (net.Listener, error) { return nil, errLinux }

// A Listener is for Linux.
type Listener struct{}

func threadID() int        { return 0 }
func keepTime()            {}
func onMainThread() bool   { return false }
func threadLives(int) bool { return false }
