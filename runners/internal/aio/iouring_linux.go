package aio

import (
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners/internal/uring"
)

// iouring is completions by io_uring(7). Who wants something puts it in the
// ring and waits for its completion; what all have put there in a turn goes to
// the kernel in one system call, which also waits for what completes.
//
// The kernel writes to a buffer until the operation has completed. So a wait
// that is to end earlier (Close, a deadline, the end of the job) only asks the
// kernel to cancel, and ends with the completion: what that brought after all
// is the result, and nothing that was received is lost. A buffer comes to read
// and write through an interface, hence from the heap, which does not move; the
// coroutine that waits keeps it alive. What else the kernel reads or writes is
// in a scratch.
//
// Time is kept in the loop's heap, and the earliest of it in the ring, as one
// timeout. A timeout a sleep would cost each sleep a request, a timer and a
// completion of the kernel's, and the limit that io_uring_enter(2) takes would
// be set again in every turn, with the thread's timer slack.
type iouring struct {
	loop   *Loop
	config uring.Config
	ring   *uring.Ring // nil: between two threads
	wakeup int         // eventfd(2); polled by the ring, and never read
	files  []*file
	spare  []*scratch

	tails   int                // that are busy
	closing map[*tail]struct{} // those among them whose files are closed

	armed int64 // when the timeout in the ring ends, since the loop's epoch; 0: there is none
	limit timespec
}

var _ source = (*iouring)(nil)

// A timespec is struct __kernel_timespec.
type timespec struct{ sec, nsec int64 }

// A scratch is what an operation needs besides a buffer, in a place that stays.
type scratch struct {
	addr sockaddr
	path []byte
}

// What a CQE's user data is when it is neither a *Coroutine nor, if it is odd,
// a *tail.
const (
	aboutNothing = 2 * iota
	aboutWakeup
	aboutTime
)

// ringConfig gathers up to 256 operations, 16 KiB of entries which stay in the
// first cache; what goes beyond is handed over in between. More completions
// than 4096 at once have to wait in the kernel.
var ringConfig = uring.Config{
	Entries:     256,
	Completions: 4096,
	Ops: []uring.Op{
		uring.OpPollAdd, uring.OpTimeout, uring.OpTimeoutRemove, uring.OpAccept, uring.OpAsyncCancel, uring.OpConnect,
		uring.OpOpenat, uring.OpClose, uring.OpRead, uring.OpSend, uring.OpRecv,
	},
}

func newIOUring(l *Loop) (source, error) { return newIOUringOf(l, ringConfig) }

func newIOUringOf(l *Loop, config uring.Config) (source, error) {
	ring, err := uring.New(config)
	if err != nil {
		return nil, err
	}
	wakeup, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		ring.Close()
		return nil, os.NewSyscallError("eventfd", err)
	}
	return &iouring{loop: l, config: config, ring: ring, wakeup: wakeup, closing: map[*tail]struct{}{}}, nil
}

// attach enables the ring, or makes another: one serves a single thread.
func (u *iouring) attach() {
	if u.ring == nil {
		u.ring = u.another()
	}
	if err := u.ring.Enable(); err != nil {
		panic(err) // it is new
	}
	u.watch()
}

// another makes a ring in place of one that is gone. The kernel had the memory
// and the descriptor for that: it is asked again where others took them.
func (u *iouring) another() *uring.Ring {
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		ring, err := uring.New(u.config)
		if err == nil {
			return ring
		}
		if time.Now().After(until) {
			panic(err)
		}
	}
}

// detach gives the ring back. All that is under way then is the watch and a
// timeout, and those point to nothing.
func (u *iouring) detach() {
	u.flush() // the last descriptors to close
	u.cutTails()
	u.ring.Close()
	u.ring, u.armed = nil, 0
}

func (u *iouring) close() {
	u.detach()
	for fd, f := range u.files {
		if f != nil {
			f.fd = -1
			unix.Close(fd)
		}
	}
	u.files = nil
	unix.Close(u.wakeup)
}

func (u *iouring) interrupt() {
	one := [8]byte{1}
	unix.Write(u.wakeup, one[:]) // fails only at 2^64-1, when it is readable anyway
}

// watch has the ring tell of every write to the eventfd.
func (u *iouring) watch() {
	*u.entry() = uring.SQE{
		Op: uring.OpPollAdd, FD: int32(u.wakeup), OpFlags: pollIn, Len: uring.PollMulti,
		UserData: aboutWakeup,
	}
}

// pollIn is POLLIN as an SQE has it: 32 bits whose halves are the other way
// round where the machine's bytes are.
var pollIn = func() uint32 {
	v := [2]uint16{unix.POLLIN}
	return *(*uint32)(unsafe.Pointer(&v))
}()

// poll enters the kernel once, if at all: it hands over, and waits if it is to.
func (u *iouring) poll(d time.Duration) {
	wait, enters := d != 0, u.ring.Enters()
	if d > 0 {
		u.arm(d)
	}
	if u.ring.Enters() != enters { // the ring was full: what that brought comes first
		wait = false
	}
	if wait || u.ring.Pending() {
		u.enter(wait)
	}
	u.reap()
}

func (u *iouring) enter(wait bool) {
	if err := u.ring.Enter(wait); err != nil {
		panic(err) // a mistake in this package
	}
}

// arm has the ring end the wait after d, when the loop's first timer rings. A
// timeout that ends earlier, of a timer that was taken back, is let be.
func (u *iouring) arm(d time.Duration) {
	at := u.loop.timers[0].at
	if u.armed != 0 && u.armed <= at {
		return
	}
	u.limit = timespec{int64(d / time.Second), int64(d % time.Second)}
	limit := uint64(uintptr(unsafe.Pointer(&u.limit)))
	e := u.entry() // which may take note of the timeout's end
	if u.armed == 0 {
		*e = uring.SQE{Op: uring.OpTimeout, FD: -1, Addr: limit, Len: 1, UserData: aboutTime}
	} else {
		// Where the timeout has just ended, this fails: the next turn arms
		// another.
		*e = uring.SQE{Op: uring.OpTimeoutRemove, Flags: u.skip(), FD: -1, OpFlags: uring.TimeoutUpdate, Addr: aboutTime, Off: limit, UserData: aboutTime}
	}
	u.armed = at
}

// skip is the flag of operations whose success is of no interest.
func (u *iouring) skip() uint8 {
	if u.ring.Skips() {
		return uring.SkipSuccess
	}
	return 0
}

// reap takes what has completed.
func (u *iouring) reap() {
	for {
		c, ok := u.ring.Take()
		if !ok {
			return
		}
		switch c.UserData {
		case aboutNothing:
		case aboutWakeup:
			if c.Flags&uring.More == 0 {
				u.watch()
			}
		case aboutTime:
			if c.Res < 0 { // as with ETIME, which is its end; 0 is an update
				u.armed = 0
			}
		default:
			if c.UserData&1 != 0 {
				u.landTail(tailOf(c.UserData), c.Res)
			} else {
				u.land(coroutineOf(c.UserData), &c)
			}
		}
	}
}

func (u *iouring) flush() {
	for u.ring.Queued() > 0 {
		u.enter(false)
		u.reap()
	}
}

// entry returns a free entry of the ring. All of it must be overwritten.
func (u *iouring) entry() *uring.SQE {
	for {
		if e := u.ring.Next(); e != nil {
			return e
		}
		u.enter(false)
		u.reap() // or the kernel might take no more
	}
}

// me is the user data of the coroutine that runs, which lives until all that it
// waits for has completed.
func (u *iouring) me() uint64 { return uint64(uintptr(unsafe.Pointer(u.loop.current))) }

func coroutineOf(data uint64) *Coroutine {
	p := uintptr(data)
	return *(**Coroutine)(unsafe.Pointer(&p))
}

// land ends the wait for an operation. If that was to be cancelled, why stands.
func (u *iouring) land(c *Coroutine, done *uring.CQE) {
	if c.flight != ending {
		c.err = nil
	}
	c.res, c.more, c.flight = done.Res, done.Flags&uring.NonEmpty != 0, landed
	c.wake(c.err)
}
