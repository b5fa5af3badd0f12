//go:build !linux

package kthread

import "net"

func supported() error { return errUnsupported }

// What follows is never called where Supported returns an error.

type Thread struct{}

func Start(func()) *Thread { panic(errUnsupported) }

func (*Thread) Join() { panic(errUnsupported) }

func (*Group) Dial(network, address string) (net.Conn, error) { return nil, errUnsupported }

func (*Group) Listen(network, address string) (net.Listener, error) { return nil, errUnsupported }

func ReadFile(string, []byte) (int, error) { return 0, errUnsupported }

func Yield() { panic(errUnsupported) }

func Calm() (restore func()) { panic(errUnsupported) }

func KeepTime() { panic(errUnsupported) }
