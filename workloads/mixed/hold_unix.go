//go:build unix

package mixed

import (
	"time"

	"golang.org/x/sys/unix"
)

// hold keeps its thread in the kernel for d, as a driver does that waits for its
// server. time.Sleep would not: it parks the goroutine, and the thread goes on.
func hold(d time.Duration) error {
	for end := time.Now().Add(d); ; {
		// Up to the next microsecond, which is what the call counts in.
		left := time.Until(end) + time.Microsecond - 1
		if left < time.Microsecond {
			return nil
		}
		wait := unix.NsecToTimeval(int64(left))
		if _, err := unix.Select(0, nil, nil, nil, &wait); err != nil && err != unix.EINTR {
			return err
		}
	}
}
