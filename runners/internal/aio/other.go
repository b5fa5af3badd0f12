//go:build !linux

package aio

import (
	"errors"
	"net"
)

var errLinux = errors.New("needs Linux epoll")

func newEpoll(*Loop) (source, error) { return nil, errLinux }

// Dial is for Linux.
func (c *Coroutine) Dial(network, address string) (net.Conn, error) { return nil, errLinux }

// Listen is for Linux.
func (c *Coroutine) Listen(network, address string) (net.Listener, error) { return nil, errLinux }

func threadID() int        { return 0 }
func onMainThread() bool   { return false }
func threadLives(int) bool { return false }
