package aio

import (
	"net"
	"net/netip"
	"os"
	"time"
)

// Why an operation may fail without the system's doing.
var (
	errClosed   = net.ErrClosed
	errDeadline = os.ErrDeadlineExceeded
)

// A source is where I/O ends. The loop asks it what has happened; a coroutine
// asks it for an operation, in which it may be suspended any number of times.
// Only interrupt may be called on another thread.
//
// The errors are the system's (os.SyscallError), or why a wait was ended.
type source interface {
	// poll gathers what has happened and wakes who waited for it. If nothing
	// has, it waits for d, at most; 0 is not at all, below 0 as long as it takes.
	poll(d time.Duration)

	// interrupt ends the poll that waits, or else the next that would.
	interrupt()

	// attach is called on the thread that runs the loop from then on, before
	// all else; detach on the one that did, if another is to take its place,
	// when no coroutine is in the middle of anything.
	attach()
	detach()

	// abort asks the kernel to end the operation that it has in hand for a
	// coroutine, whose wait ends with it; err is why.
	abort(c *Coroutine, err error)

	// add takes charge of a descriptor, and closes it where that fails; remove
	// closes it and ends the waits for it.
	add(f *file, fd int) error
	remove(f *file) error

	// read and accept return as soon as they have something, write when all is
	// written. The end of a stream is 0 bytes.
	read(f *file, p []byte) (int, error)
	write(f *file, p []byte) (int, error)
	accept(f *file) (fd int, peer netip.AddrPort, err error)

	// connect takes charge of a new socket, as add does, and connects it.
	connect(f *file, fd int, to netip.AddrPort) error

	// shut ends the stream that is written.
	shut(f *file) error

	// flush sees that nothing waits for the next poll to begin: the loop may
	// not come to it for long.
	flush()

	// close gives back all that the source holds, descriptors in its charge
	// included.
	close()
}

// A file is a descriptor in the charge of a source.
type file struct {
	loop    *Loop
	fd      int // -1: closed
	tag     int32
	flights int32 // operations that the kernel has in hand
	tail    *tail // nil: there was none yet
	in      side
	out     side
	rest    []byte // read, and not yet asked for

	// hungUp says that no more edges need come: what is left to read or to
	// learn is there already.
	hungUp bool
}

// A side is one of a file's two directions.
type side struct {
	waiting
	ready    bool  // as far as is known: trying may tell otherwise
	deadline int64 // since the loop's epoch; 0: none
}

// until sets a deadline, also for the waits under way.
func (s *side) until(l *Loop, deadline int64) {
	s.deadline = deadline
	for c := s.first; c != nil; c = c.after {
		l.timers.remove(c)
		if deadline != 0 {
			c.late = true
			l.timers.add(c, deadline)
		}
	}
}

// A flight is the state of the operation that the kernel has in hand for a
// coroutine, one at most. Until it has landed, the kernel may write to the
// coroutine's buffer.
type flight uint8

const (
	landed  flight = iota // or there is none
	flying                // and ends early when the coroutine's wait is to end
	ending                // has been told to
	holding               // is waited for, whatever happens
)
