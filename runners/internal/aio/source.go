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

	// close gives back all that the source holds, descriptors in its charge
	// included.
	close()
}

// A file is a descriptor in the charge of a source.
type file struct {
	loop *Loop
	fd   int // -1: closed
	tag  int32
	in   side
	out  side

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
