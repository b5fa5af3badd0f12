package aio

import (
	"net"
	"net/netip"
	"os"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// socket makes a non-blocking TCP socket for an address.
func socket(to netip.Addr) (int, error) {
	family := unix.AF_INET6
	if to.Is4() {
		family = unix.AF_INET
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP)
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	return fd, nil
}

// noDelay has small writes sent at once, as package net does. Its keep-alive
// probes no model has on.
func noDelay(fd int) error {
	return os.NewSyscallError("setsockopt", unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1))
}

// numeric reads an address: names are for a resolver, whose waiting would be
// no model's own.
func numeric(network, address string) (netip.AddrPort, error) {
	if network != "tcp" && network != "tcp4" && network != "tcp6" {
		return netip.AddrPort{}, net.UnknownNetworkError(network)
	}
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return a, &net.AddrError{Err: "want a numeric address and port", Addr: address}
	}
	a = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
	if network == "tcp4" && !a.Addr().Is4() || network == "tcp6" && a.Addr().Is4() {
		return a, &net.AddrError{Err: "the address is not of the network " + network, Addr: address}
	}
	if a.Addr().Zone() != "" {
		if _, err := zone(a.Addr()); err != nil {
			return a, &net.AddrError{Err: "unknown zone", Addr: address}
		}
	}
	return a, nil
}

// zone returns the number of an address's interface.
func zone(a netip.Addr) (uint32, error) {
	if a.Zone() == "" {
		return 0, nil
	}
	if n, err := strconv.ParseUint(a.Zone(), 10, 32); err == nil {
		return uint32(n), nil
	}
	i, err := net.InterfaceByName(a.Zone())
	if err != nil {
		return 0, err
	}
	return uint32(i.Index), nil
}

// A sockaddr is an address as the kernel has it (ip(7), ipv6(7)): the larger
// of the two kinds, which begin alike.
type sockaddr struct {
	unix.RawSockaddrInet6
	size uint32
}

func toSockaddr(a netip.AddrPort) *sockaddr {
	s := &sockaddr{}
	port := (*[2]byte)(unsafe.Pointer(&s.Port)) // in the network's order
	port[0], port[1] = byte(a.Port()>>8), byte(a.Port())
	if a.Addr().Is4() {
		s.Family, s.size = unix.AF_INET, unix.SizeofSockaddrInet4
		(*unix.RawSockaddrInet4)(unsafe.Pointer(&s.RawSockaddrInet6)).Addr = a.Addr().As4()
		return s
	}
	s.Family, s.size = unix.AF_INET6, unix.SizeofSockaddrInet6
	s.Addr = a.Addr().As16()
	s.Scope_id, _ = zone(a.Addr())
	return s
}

func (s *sockaddr) addrPort() netip.AddrPort {
	port := (*[2]byte)(unsafe.Pointer(&s.Port))
	n := uint16(port[0])<<8 | uint16(port[1])
	switch s.Family {
	case unix.AF_INET:
		return netip.AddrPortFrom(netip.AddrFrom4((*unix.RawSockaddrInet4)(unsafe.Pointer(&s.RawSockaddrInet6)).Addr), n)
	case unix.AF_INET6:
		a := netip.AddrFrom16(s.Addr).Unmap()
		if s.Scope_id != 0 {
			a = a.WithZone(strconv.Itoa(int(s.Scope_id)))
		}
		return netip.AddrPortFrom(a, n)
	}
	return netip.AddrPort{}
}

// connect begins to connect.
func connect(fd int, to netip.AddrPort) unix.Errno {
	s := toSockaddr(to)
	_, _, errno := unix.RawSyscall(unix.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&s.RawSockaddrInet6)), uintptr(s.size))
	return errno
}

// connecting reports whether fd is still about to be connected, or why it
// will not be.
func connecting(fd int) (bool, error) {
	n, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return false, os.NewSyscallError("getsockopt", err)
	}
	switch errno := unix.Errno(n); errno {
	case unix.EINPROGRESS, unix.EALREADY, unix.EINTR:
		return true, nil
	case 0:
		// SO_ERROR is 0 before the connection is there as well.
		return name(unix.SYS_GETPEERNAME, fd) == netip.AddrPort{}, nil
	default:
		return false, os.NewSyscallError("connect", errno)
	}
}

// accept takes a connection, non-blocking like its listener.
func accept(fd int) (int, netip.AddrPort, unix.Errno) {
	s := &sockaddr{size: unix.SizeofSockaddrInet6}
	conn, _, errno := unix.RawSyscall6(unix.SYS_ACCEPT4, uintptr(fd), uintptr(unsafe.Pointer(&s.RawSockaddrInet6)), uintptr(unsafe.Pointer(&s.size)), unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0, 0)
	return int(conn), s.addrPort(), errno
}

// name is getsockname(2) or getpeername(2). The zero address is a failure.
func name(call uintptr, fd int) netip.AddrPort {
	s := &sockaddr{size: unix.SizeofSockaddrInet6}
	if _, _, errno := unix.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(&s.RawSockaddrInet6)), uintptr(unsafe.Pointer(&s.size))); errno != 0 {
		return netip.AddrPort{}
	}
	return s.addrPort()
}

// listen makes a listening socket, the way package net does, and lets others
// listen on its address where reuse says so.
func listen(network string, at netip.AddrPort, reuse bool) (int, error) {
	fd, err := socket(at.Addr())
	if err != nil {
		return -1, err
	}
	fail := func(call string, err error) (int, error) {
		unix.Close(fd)
		return -1, os.NewSyscallError(call, err)
	}
	if at.Addr().Is6() {
		only := 1 // but the unspecified address stands for both kinds
		if network == "tcp" && at.Addr().IsUnspecified() {
			only = 0
		}
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, only); err != nil {
			return fail("setsockopt", err)
		}
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return fail("setsockopt", err)
	}
	if reuse {
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err != nil {
			return fail("setsockopt", err)
		}
	}
	s := toSockaddr(at)
	if _, _, errno := unix.RawSyscall(unix.SYS_BIND, uintptr(fd), uintptr(unsafe.Pointer(&s.RawSockaddrInet6)), uintptr(s.size)); errno != 0 {
		return fail("bind", errno)
	}
	// The kernel cuts the backlog down to net.core.somaxconn, which is what
	// package net asks for.
	if err := unix.Listen(fd, 1<<16-1); err != nil {
		return fail("listen", err)
	}
	return fd, nil
}
