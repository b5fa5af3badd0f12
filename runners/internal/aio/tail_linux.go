package aio

import (
	"io"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners/internal/uring"
)

// small is the largest write, in bytes, that does not wait to be sent.
const small = 512

// A tail is a small write that has returned when its copy was put in the ring:
// what is asked for next, a receive most often, goes to the kernel with it, as
// programs for io_uring do it. It is as with write(2), which returns when the
// data is in the socket's buffer: what becomes of it is learnt later, from the
// next write. There is one at most for a connection; the next write waits.
type tail struct {
	file   *file
	buf    []byte
	flying bool
	err    error // why nothing can be sent any more
}

func (t *tail) busy() bool { return t != nil && t.flying }

// me is the user data of the tail, which its file or the source keeps alive.
func (t *tail) me() uint64 { return uint64(uintptr(unsafe.Pointer(t))) | 1 }

func tailOf(data uint64) *tail {
	p := uintptr(data &^ 1)
	return *(**tail)(unsafe.Pointer(&p))
}

func (u *iouring) tailOf(f *file) *tail {
	if f.tail == nil {
		f.tail = &tail{file: f}
	}
	return f.tail
}

// leave makes p the tail of a connection that has none.
func (u *iouring) leave(f *file, p []byte) {
	t := u.tailOf(f)
	t.buf = append(t.buf[:0], p...)
	t.flying = true
	f.flights++
	u.tails++
	*u.entry() = uring.SQE{
		Op: uring.OpSend, FD: int32(f.fd), UserData: t.me(),
		Addr: address(t.buf), Len: length(t.buf), OpFlags: unix.MSG_NOSIGNAL | unix.MSG_WAITALL,
	}
}

// landTail takes note that a tail has been sent, or cannot be.
func (u *iouring) landTail(t *tail, res int32) {
	f := t.file
	t.flying = false
	f.flights--
	u.tails--
	switch {
	case t.err != nil:
	case res < 0:
		t.err = called("send", unix.Errno(-res))
	case int(res) < len(t.buf):
		t.err = io.ErrShortWrite
	}
	if f.fd < 0 {
		delete(u.closing, t)
	}
	for c := f.out.first; c != nil; {
		next := c.after
		if c.flight == landed { // it waits for the tail
			c.wake(nil)
		}
		c = next
	}
}

// settle waits until a connection has no tail.
func (u *iouring) settle(f *file) error {
	for f.tail.busy() {
		if err := u.loop.current.wait(&f.out.waiting, f.out.deadline, true); err != nil {
			return err
		}
		if f.fd < 0 {
			return errClosed
		}
	}
	return nil
}

// cutTails cancels those that the peers have no room for.
func (u *iouring) cutTails() {
	cut := func(t *tail) {
		if t.busy() {
			t.err = errClosed
			*u.entry() = uring.SQE{Op: uring.OpAsyncCancel, Flags: u.skip(), FD: -1, Addr: t.me()}
		}
	}
	for _, f := range u.files {
		if f != nil {
			cut(f.tail)
		}
	}
	for t := range u.closing {
		cut(t)
	}
	for u.tails > 0 || u.ring.Queued() > 0 {
		u.enter(u.tails > 0)
		u.reap()
	}
}
