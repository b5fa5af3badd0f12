package aio

import (
	"net/netip"
	"os"
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners/internal/uring"
)

// What coroutines ask of a ring.

func (u *iouring) add(f *file, fd int) error {
	// Older kernels would have an accept fail on a descriptor that must not
	// wait, instead of waiting themselves.
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFL, 0); err != nil {
		unix.Close(fd)
		f.fd = -1
		return os.NewSyscallError("fcntl", err)
	}
	u.admit(f, fd)
	return nil
}

func (u *iouring) admit(f *file, fd int) {
	*f = file{loop: u.loop, fd: fd}
	if fd >= len(u.files) {
		u.files = append(u.files, make([]*file, fd+1-len(u.files))...)
	}
	u.files[fd] = f
}

// remove cancels what is under way, and hands all entries over before the
// number in them may be another file's.
func (u *iouring) remove(f *file) error {
	fd := f.fd
	f.fd, u.files[fd] = -1, nil
	if f.flights > 0 {
		f.in.wakeAll(errClosed)
		f.out.wakeAll(errClosed)
		u.flush()
		if f.tail.busy() {
			u.closing[f.tail] = struct{}{}
		}
	}
	return os.NewSyscallError("close", unix.Close(fd))
}

// shut waits for what is yet to be sent, unless the wait is cut short.
func (u *iouring) shut(f *file) (cut error) {
	if f.tail.busy() {
		u.flush()
		if cut = u.settle(f); f.fd < 0 {
			return cut
		}
	}
	if err := unix.Shutdown(f.fd, unix.SHUT_WR); err != nil {
		return os.NewSyscallError("shutdown", err)
	}
	u.tailOf(f).err = os.NewSyscallError("send", unix.EPIPE) // of small writes too
	return cut
}

func (u *iouring) abort(c *Coroutine, err error) {
	if c.flight != flying {
		return
	}
	c.flight, c.err = ending, err
	// This reaches the kernel before anything that the coroutine asks for
	// next: where the operation has completed by then, it finds nothing.
	*u.entry() = uring.SQE{Op: uring.OpAsyncCancel, Flags: u.skip(), FD: -1, Addr: uint64(uintptr(unsafe.Pointer(c)))}
}

// fly suspends the coroutine that runs until the kernel has done with its
// entry, the last in the ring, and returns what came of it: a number, or the
// kernel's error, or why the kernel was to cancel it.
func (u *iouring) fly(f *file, s *side) (int, error) {
	c := u.loop.current
	s.push(c)
	if s.deadline != 0 {
		c.late = true
		u.loop.timers.add(c, s.deadline)
	}
	c.flight = flying
	f.flights++
	err := c.park()
	f.flights--
	if c.res >= 0 {
		return int(c.res), nil
	}
	if errno := unix.Errno(-c.res); err == nil || errno != unix.ECANCELED && errno != unix.EINTR {
		return 0, errno
	}
	return 0, err
}

// read asks for a message at once if there is likely to be one. Otherwise the
// kernel is told to wait for it first, rather than to try in vain.
func (u *iouring) read(f *file, p []byte) (int, error) {
	var first uint16
	if !f.in.ready && u.ring.PollsFirst() {
		first = uring.PollFirst
	}
	*u.entry() = uring.SQE{
		Op: uring.OpRecv, FD: int32(f.fd), IOPrio: first, UserData: u.me(),
		Addr: address(p), Len: length(p),
	}
	n, err := u.fly(f, &f.in)
	runtime.KeepAlive(p)
	if err != nil {
		return 0, called("recv", err)
	}
	f.in.ready = u.loop.current.more
	return n, nil
}

func (u *iouring) write(f *file, p []byte) (int, error) {
	if err := u.settle(f); err != nil {
		return 0, err
	}
	if f.tail != nil && f.tail.err != nil {
		return 0, f.tail.err
	}
	if len(p) <= small && u.ring.RetriesSend() {
		u.leave(f, p)
		return len(p), nil
	}
	for done := 0; ; {
		rest := p[done:]
		*u.entry() = uring.SQE{
			Op: uring.OpSend, FD: int32(f.fd), UserData: u.me(),
			Addr: address(rest), Len: length(rest), OpFlags: unix.MSG_NOSIGNAL,
		}
		n, err := u.fly(f, &f.out)
		runtime.KeepAlive(p)
		if err != nil {
			return done, called("send", err)
		}
		if done += n; done == len(p) {
			return done, nil
		}
		if err := f.begin(&f.out); err != nil {
			return done, err
		}
	}
}

func (u *iouring) accept(f *file) (int, netip.AddrPort, error) {
	s := u.scratch()
	defer u.reuse(s)
	for {
		s.addr.size = unix.SizeofSockaddrInet6
		*u.entry() = uring.SQE{
			Op: uring.OpAccept, FD: int32(f.fd), OpFlags: unix.SOCK_CLOEXEC, UserData: u.me(),
			Addr: uint64(uintptr(unsafe.Pointer(&s.addr.RawSockaddrInet6))), Off: uint64(uintptr(unsafe.Pointer(&s.addr.size))),
		}
		fd, err := u.fly(f, &f.in)
		switch err {
		case nil:
			return fd, s.addr.addrPort(), nil
		case unix.EINTR, unix.ECONNABORTED: // the latter has gone away again
			if err := f.begin(&f.in); err != nil {
				return -1, netip.AddrPort{}, err
			}
		default:
			return -1, netip.AddrPort{}, called("accept", err)
		}
	}
}

func (u *iouring) connect(f *file, fd int, to netip.AddrPort) error {
	s := u.scratch()
	defer u.reuse(s)
	s.addr = *toSockaddr(to)
	u.admit(f, fd)
	*u.entry() = uring.SQE{
		Op: uring.OpConnect, FD: int32(fd), UserData: u.me(),
		Addr: uint64(uintptr(unsafe.Pointer(&s.addr.RawSockaddrInet6))), Off: uint64(s.addr.size),
	}
	_, err := u.fly(f, &f.out)
	if err == nil {
		return nil
	}
	if f.fd >= 0 {
		u.remove(f)
	}
	return called("connect", err)
}

// ReadFile opens the named file, reads from its start until buf is full or the
// file ends, and closes it, while other coroutines run. It is waited for when
// the job ends. The loop must be one of NewUring.
func (c *Coroutine) ReadFile(name string, buf []byte) (int, error) {
	c.check()
	if c.loop.cause != nil {
		return 0, c.loop.cause
	}
	n, call, err := c.loop.source.(fileSource).readFile(name, buf)
	if err != nil {
		return n, &os.PathError{Op: call, Path: name, Err: err}
	}
	return n, nil
}

// A fileSource reads files. It is an interface so that buf comes from the heap,
// as what the kernel writes to while the coroutine is parked must: stacks move.
type fileSource interface {
	readFile(name string, buf []byte) (n int, call string, err error)
}

var _ fileSource = (*iouring)(nil)

// readFile also returns the call that failed. To close the file needs no
// waiting for: what is opened from then on is so after it in the ring.
func (u *iouring) readFile(name string, buf []byte) (n int, call string, err error) {
	if strings.IndexByte(name, 0) >= 0 {
		return 0, "open", unix.EINVAL // as package syscall has it
	}
	s := u.scratch()
	defer u.reuse(s)
	s.path = append(append(s.path[:0], name...), 0)
	fd, err := u.hold(uring.SQE{
		Op: uring.OpOpenat, FD: unix.AT_FDCWD, OpFlags: unix.O_RDONLY | unix.O_CLOEXEC, UserData: u.me(),
		Addr: address(s.path),
	})
	if err != nil {
		return 0, "open", err
	}
	defer func() {
		*u.entry() = uring.SQE{Op: uring.OpClose, Flags: u.skip(), FD: int32(fd)}
	}()
	for n < len(buf) {
		rest := buf[n:]
		k, err := u.hold(uring.SQE{
			Op: uring.OpRead, FD: int32(fd), UserData: u.me(),
			Addr: address(rest), Len: length(rest), Off: uint64(n),
		})
		runtime.KeepAlive(buf)
		if err != nil {
			return n, "read", err
		}
		if k == 0 {
			break
		}
		n += k
	}
	return n, "", nil
}

// hold suspends the coroutine that runs until the operation has completed,
// whatever happens meanwhile.
func (u *iouring) hold(e uring.SQE) (int, error) {
	c := u.loop.current
	for {
		*u.entry() = e
		c.flight = holding
		c.park()
		switch errno := unix.Errno(-c.res); {
		case c.res >= 0:
			return int(c.res), nil
		case errno != unix.EINTR:
			return 0, errno
		}
	}
}

// scratch returns one that is free.
func (u *iouring) scratch() *scratch {
	last := len(u.spare) - 1
	if last < 0 {
		return new(scratch)
	}
	s := u.spare[last]
	u.spare = u.spare[:last]
	return s
}

func (u *iouring) reuse(s *scratch) { u.spare = append(u.spare, s) }

func address(p []byte) uint64 { return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(p)))) }

// length is how much of p one operation is for.
func length(p []byte) uint32 { return uint32(min(len(p), 1<<30)) }

// called is the error of an operation, named after its system call, or why its
// wait was ended.
func called(call string, err error) error {
	if errno, ok := err.(unix.Errno); ok {
		return os.NewSyscallError(call, errno)
	}
	return err
}
