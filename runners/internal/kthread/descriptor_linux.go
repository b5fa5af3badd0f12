package kthread

import (
	"net"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A descriptor is a blocking socket that one thread may close while another is
// inside a system call on it. The kernel would leave that one blocked, and hand
// the number out again under its feet; so Close wakes those inside by shutdown,
// and the last to leave closes.
type descriptor struct {
	fd    int
	group *Group
	users atomic.Int32 // threads inside, and the closing bit
}

const closing = 1 << 30

// enter must come before a system call, and leave after it. It fails when the
// descriptor is closed or the group has ended.
func (d *descriptor) enter() error {
	if err := d.group.Err(); err != nil {
		return err
	}
	for {
		users := d.users.Load()
		if users&closing != 0 {
			return net.ErrClosed
		}
		if d.users.CompareAndSwap(users, users+1) {
			return nil
		}
	}
}

func (d *descriptor) leave() {
	if d.users.Add(-1) == closing {
		unix.Close(d.fd)
	}
}

// verdict is what to make of a system call's error, or of its end of file,
// which may be the doing of Close or of the group's end.
func (d *descriptor) verdict(err error) error {
	if ended := d.group.Err(); ended != nil {
		return ended
	}
	if d.users.Load()&closing != 0 {
		return net.ErrClosed
	}
	return err
}

// close closes the socket, and reports an error when it was closed before.
func (d *descriptor) close() error {
	for {
		users := d.users.Load()
		if users&closing != 0 {
			return net.ErrClosed
		}
		if d.users.CompareAndSwap(users, users+1|closing) {
			if users > 0 {
				d.wake()
			}
			d.leave()
			return nil
		}
	}
}

// wake makes every wait on the socket end, under way or to come: it shuts the
// socket down, which ends read, write and accept for good, and a connect that
// is under way. One that is about to begin has no time left.
func (d *descriptor) wake() {
	unix.SetsockoptTimeval(d.fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &unix.Timeval{Usec: 1})
	unix.Shutdown(d.fd, unix.SHUT_RDWR)
}

// end is the group's end: it wakes those inside.
func (d *descriptor) end() {
	for {
		users := d.users.Load()
		if users&closing != 0 {
			return
		}
		if d.users.CompareAndSwap(users, users+1) {
			d.wake()
			d.leave()
			return
		}
	}
}
