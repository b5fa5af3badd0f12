package mixed

import (
	"time"

	"golang.org/x/sys/windows"
)

// hold keeps its thread in the kernel for d, as a driver does that waits for its
// server. time.Sleep would not: it parks the goroutine, and the thread goes on.
func hold(d time.Duration) error {
	for end := time.Now().Add(d); ; {
		// Up to the next millisecond, which is what the call counts in.
		left := time.Until(end) + time.Millisecond - 1
		if left < time.Millisecond {
			return nil
		}
		windows.SleepEx(uint32(left/time.Millisecond), false)
	}
}
