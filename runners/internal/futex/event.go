package futex

import (
	"sync/atomic"
	"time"
)

// An Event happens once. Its zero value has not happened.
type Event struct{ happened atomic.Uint32 }

// Set makes it happen.
func (e *Event) Set() {
	e.happened.Store(1)
	wake(&e.happened, all)
}

// Happened reports whether it has happened.
func (e *Event) Happened() bool { return e.happened.Load() != 0 }

// Within waits for d, at least, or until the event happens, and reports whether
// it has happened. The wait is timed by CLOCK_MONOTONIC and ends as late as the
// timer slack of the thread allows (50 µs; prctl(2), PR_SET_TIMERSLACK), as
// clock_nanosleep(2) does.
func (e *Event) Within(d time.Duration) bool {
	start, left := time.Now(), d
	for !e.Happened() {
		if left <= 0 || wait(&e.happened, 0, left) {
			return e.Happened()
		}
		left = d - time.Since(start) // a signal came between
	}
	return true
}
