// Package futex holds what kernel threads meet at: a mutex, a queue, an event
// and a latch, over futex(2) alone.
//
// They exist because Go's channels and the locks of package sync park
// goroutines: between two goroutines that are locked to their threads a round
// trip through a channel takes several times as long as one through a futex,
// since the thread that wakes must hand its P to the one that is woken.
//
// Where nobody waits, none of them makes a system call. What may wait for long
// has an End, after which all that wait return, and nothing waits any more.
//
// Note: nothing spins before it waits. The threads of this project outnumber
// the cores by far, and a thread that spins keeps the one that it waits for
// from running.
package futex

import (
	"sync/atomic"
	"time"
)

// forever is the timeout of a wait without one.
const forever time.Duration = -1

// all is the number of waiters to wake where all shall wake.
const all = 1<<31 - 1

// A spot is where one thread waits for one waker.
type spot struct{ state atomic.Uint32 }

const (
	spotNew   = iota // nobody waits yet
	spotWaits        // the thread sleeps, or is about to
	spotWoken
)

// await returns once wake was called, before or after.
func (s *spot) await() {
	if !s.state.CompareAndSwap(spotNew, spotWaits) {
		return
	}
	for s.state.Load() == spotWaits {
		wait(&s.state, spotWaits, forever)
	}
}

// wake is called once.
func (s *spot) wake() {
	if s.state.Swap(spotWoken) == spotWaits {
		wake(&s.state, 1)
	}
}
