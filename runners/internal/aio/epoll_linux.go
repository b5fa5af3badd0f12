package aio

import (
	"net/netip"
	"os"
	"slices"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// epoll is readiness by epoll(7). Every descriptor is registered once, edge
// triggered, both directions; who wants something tries it, unless it is known
// to be in vain, and waits for the edge where the answer is EAGAIN.
//
// What cannot block goes through RawSyscall, which does not tell Go's scheduler;
// only the poll that waits does.
type epoll struct {
	loop   *Loop
	fd     int
	wakeup int // eventfd(2); being edge triggered, it need not be read
	files  []*file
	tag    int32 // of the file added last; tells a stale event from its successor's
	events [256]unix.EpollEvent
	millis bool // the kernel has no epoll_pwait2(2) (Linux 5.11)

	// Of the read under way: where to, and where what is more than was asked for.
	into  [2]unix.Iovec
	spill [2 << 10]byte
}

var _ source = (*epoll)(nil)

const edges = unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET

func newEpoll(l *Loop) (source, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	wakeup, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("eventfd", err)
	}
	e := &epoll{loop: l, fd: fd, wakeup: wakeup}
	if err := e.control(wakeup, 0); err != nil {
		e.close()
		return nil, err
	}
	return e, nil
}

func (e *epoll) control(fd int, tag int32) error {
	event := unix.EpollEvent{Events: edges, Fd: int32(fd), Pad: tag}
	return os.NewSyscallError("epoll_ctl", unix.EpollCtl(e.fd, unix.EPOLL_CTL_ADD, fd, &event))
}

func (e *epoll) add(f *file, fd int) error {
	e.tag++
	*f = file{loop: e.loop, fd: fd, tag: e.tag, in: side{ready: true}, out: side{ready: true}}
	if err := e.control(fd, f.tag); err != nil {
		unix.Close(fd)
		f.fd = -1
		return err
	}
	if fd >= len(e.files) {
		e.files = append(e.files, make([]*file, fd+1-len(e.files))...)
	}
	e.files[fd] = f
	return nil
}

// remove needs no epoll_ctl(2): a descriptor that is closed and has no
// duplicate is gone from the set.
func (e *epoll) remove(f *file) error {
	fd := f.fd
	f.fd, e.files[fd] = -1, nil
	f.in.wakeAll(errClosed)
	f.out.wakeAll(errClosed)
	return os.NewSyscallError("close", unix.Close(fd))
}

func (e *epoll) close() {
	for fd, f := range e.files {
		if f != nil {
			f.fd = -1
			unix.Close(fd)
		}
	}
	e.files = nil
	unix.Close(e.wakeup)
	unix.Close(e.fd)
}

func (e *epoll) interrupt() {
	one := [8]byte{1}
	unix.Write(e.wakeup, one[:]) // fails only at 2^64-1, when it is readable anyway
}

// Readiness is bound to no thread, and the kernel has no operation in hand.
func (e *epoll) attach()                 {}
func (e *epoll) detach()                 {}
func (e *epoll) abort(*Coroutine, error) {}
func (e *epoll) flush()                  {}

func (e *epoll) poll(d time.Duration) {
	n, errno := e.gather(d)
	if errno != 0 && errno != unix.EINTR {
		panic(os.NewSyscallError("epoll_wait", errno)) // none of the others can be
	}
	if errno != 0 {
		return
	}
	for i := range e.events[:n] {
		e.dispatch(&e.events[i])
	}
}

func (e *epoll) gather(d time.Duration) (int, unix.Errno) {
	events := uintptr(unsafe.Pointer(&e.events))
	if d == 0 {
		n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(e.fd), events, uintptr(len(e.events)), 0, 0, 0)
		return int(n), errno
	}
	if d > 0 && !e.millis {
		limit := unix.NsecToTimespec(int64(d))
		n, _, errno := unix.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(e.fd), events, uintptr(len(e.events)), uintptr(unsafe.Pointer(&limit)), 0, 0)
		if errno != unix.ENOSYS && errno != unix.EPERM { // EPERM: a sandbox older than the call
			return int(n), errno
		}
		e.millis = true
	}
	limit := -1
	if d > 0 { // rounded up, and far short of overflow
		limit = int(min((d+time.Millisecond-1)/time.Millisecond, 1<<30))
	}
	n, _, errno := unix.Syscall6(unix.SYS_EPOLL_PWAIT, uintptr(e.fd), events, uintptr(len(e.events)), uintptr(limit), 0, 0)
	return int(n), errno
}

func (e *epoll) dispatch(event *unix.EpollEvent) {
	fd := int(event.Fd)
	if fd >= len(e.files) || e.files[fd] == nil || e.files[fd].tag != event.Pad {
		return // the eventfd, or closed since
	}
	f := e.files[fd]
	if event.Events&(unix.EPOLLRDHUP|unix.EPOLLHUP|unix.EPOLLERR) != 0 {
		f.hungUp = true
	}
	if event.Events&(unix.EPOLLIN|unix.EPOLLRDHUP|unix.EPOLLHUP|unix.EPOLLERR) != 0 {
		f.in.ready = true
		f.in.wakeAll(nil)
	}
	if event.Events&(unix.EPOLLOUT|unix.EPOLLHUP|unix.EPOLLERR) != 0 {
		f.out.ready = true
		f.out.wakeAll(nil)
	}
}

// await suspends the coroutine that runs until one side of f is worth a try.
func (e *epoll) await(f *file, s *side) error {
	if err := e.loop.current.wait(&s.waiting, s.deadline, true); err != nil {
		return err
	}
	if f.fd < 0 {
		return errClosed // after the edge, and before the coroutine's turn
	}
	return nil
}

// read tries, unless the last read came back short: then the stream is known
// to be empty, and an edge comes when it no longer is (epoll(7), questions and
// answers, 9), except after the last edge of all.
//
// A message is often read into just the space that it needs, and such a read
// does not come back short. So where the space is small there is always more of
// it, in spill; else each wait for a message would begin with a system call that
// finds nothing.
func (e *epoll) read(f *file, p []byte) (int, error) {
	for {
		if len(f.rest) > 0 {
			n := copy(p, f.rest)
			if f.rest = f.rest[n:]; len(f.rest) == 0 {
				f.rest = nil // there may be thousands of connections
			}
			return n, nil
		}
		if f.in.ready {
			n, room, errno := e.receive(f.fd, p)
			switch errno {
			case 0:
				f.in.ready = n == room || f.hungUp
				if n > len(p) {
					f.rest = slices.Clone(e.spill[:n-len(p)])
					f.in.wakeAll(nil) // no edge will
					n = len(p)
				}
				return n, nil
			case unix.EAGAIN:
				f.in.ready = false
			case unix.EINTR:
				continue
			default:
				return 0, os.NewSyscallError("read", errno)
			}
		}
		if err := e.await(f, &f.in); err != nil {
			return 0, err
		}
	}
}

// receive reads into p, and, if p is small, what is more into spill. room is
// how much it could have read.
func (e *epoll) receive(fd int, p []byte) (n, room int, errno unix.Errno) {
	if len(p) >= len(e.spill) {
		r, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
		return int(r), len(p), errno
	}
	e.into[0].Base, e.into[1].Base = unsafe.SliceData(p), &e.spill[0]
	e.into[0].SetLen(len(p))
	e.into[1].SetLen(len(e.spill))
	r, _, errno := unix.RawSyscall(unix.SYS_READV, uintptr(fd), uintptr(unsafe.Pointer(&e.into)), uintptr(len(e.into)))
	e.into[0].Base = nil
	return int(r), len(p) + len(e.spill), errno
}

func (e *epoll) write(f *file, p []byte) (int, error) {
	done := 0
	for {
		if f.out.ready {
			rest := p[done:]
			n, _, errno := unix.RawSyscall(unix.SYS_WRITE, uintptr(f.fd), uintptr(unsafe.Pointer(unsafe.SliceData(rest))), uintptr(len(rest)))
			switch errno {
			case 0:
				if done += int(n); done == len(p) {
					return done, nil
				}
				continue // to EAGAIN, which asks the kernel for the edge
			case unix.EAGAIN:
				f.out.ready = false
			case unix.EINTR:
				continue
			default:
				return done, os.NewSyscallError("write", errno)
			}
		}
		if err := e.await(f, &f.out); err != nil {
			return done, err
		}
	}
}

func (e *epoll) shut(f *file) error {
	return os.NewSyscallError("shutdown", unix.Shutdown(f.fd, unix.SHUT_WR))
}

func (e *epoll) accept(f *file) (int, netip.AddrPort, error) {
	for {
		if f.in.ready {
			fd, peer, errno := accept(f.fd)
			switch errno {
			case 0:
				return fd, peer, nil
			case unix.EAGAIN:
				f.in.ready = false
			case unix.EINTR, unix.ECONNABORTED: // the latter has gone away again
				continue
			default:
				return -1, netip.AddrPort{}, os.NewSyscallError("accept4", errno)
			}
		}
		if err := e.await(f, &f.in); err != nil {
			return -1, netip.AddrPort{}, err
		}
	}
}

// connect is for a socket that was not yet added: until it connects, it would
// be reported as hung up.
func (e *epoll) connect(f *file, fd int, to netip.AddrPort) error {
	switch errno := connect(fd, to); errno {
	case 0, unix.EINPROGRESS, unix.EINTR:
	default:
		unix.Close(fd)
		return os.NewSyscallError("connect", errno)
	}
	if err := e.add(f, fd); err != nil {
		return err
	}
	for {
		err := e.await(f, &f.out)
		if err == nil {
			var pending bool
			if pending, err = connecting(fd); err == nil && pending {
				continue
			}
		}
		if err != nil && f.fd >= 0 {
			e.remove(f)
		}
		return err
	}
}
