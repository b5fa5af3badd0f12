package kthread

import (
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners/internal/futex"
)

// A side is one direction of a connection: its deadline, kept by the socket's
// own timeout (socket(7), SO_RCVTIMEO and SO_SNDTIMEO), and who is inside.
//
// The timeout is a length of time and counts from the start of each system
// call; so it is set before each, but only where there is a deadline. The kernel
// counts it in ticks, of 1 to 10 ms.
//
// A deadline set by another thread while one is inside reaches the wait under
// way through a signal: the kernel begins a call without a timeout again, with
// the new one, and ends a call with a timeout with EINTR (signal(7)). Either the
// one who sets the deadline sees the other inside, or the other, having said so
// first, sees the deadline.
type side struct {
	option   int            // SO_RCVTIMEO or SO_SNDTIMEO
	inside   atomic.Uintptr // self of the thread that is in a system call, or about to be; else 0
	deadline atomic.Int64   // nanoseconds since epoch; 0: none
	armed    atomic.Bool    // the socket has a timeout; set under mu
	mu       futex.Mutex
}

// epoch lends deadlines the monotonic clock. It lies back so that no deadline
// worth setting is 0.
var epoch = time.Now().Add(-time.Hour)

// timed reports whether arm is needed.
func (s *side) timed() bool { return s.deadline.Load() != 0 || s.armed.Load() }

// arm gives the socket the time that is left, or takes its timeout away. It
// fails when the time is over.
func (s *side) arm(fd int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	left, over := s.left()
	if over {
		return os.ErrDeadlineExceeded
	}
	return s.timeout(fd, left)
}

// set sets the deadline; the zero time means none.
func (s *side) set(fd int, t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	deadline := time.Duration(0)
	if !t.IsZero() {
		deadline = max(t.Sub(epoch), 1)
	}
	s.deadline.Store(int64(deadline))
	if id := s.inside.Load(); id != 0 {
		left, _ := s.left()
		s.timeout(fd, left)
		threads.interrupt(id)
	}
}

// left is the time left until the deadline, more than 0; 0 without a deadline.
func (s *side) left() (left time.Duration, over bool) {
	deadline := time.Duration(s.deadline.Load())
	if deadline == 0 {
		return 0, false
	}
	left = deadline - time.Since(epoch)
	return max(left, 1), left <= 0
}

// timeout sets the socket's timeout; 0 means none.
func (s *side) timeout(fd int, d time.Duration) error {
	s.armed.Store(d > 0)
	tv := unix.NsecToTimeval(int64(d + time.Microsecond - 1)) // rounded up: 0 is none
	return os.NewSyscallError("setsockopt", unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, s.option, &tv))
}
