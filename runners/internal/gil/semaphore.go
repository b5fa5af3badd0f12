package gil

import (
	"github.com/concbench/concbench/runners/internal/futex"
	"github.com/concbench/concbench/runners/internal/ring"
)

// A Semaphore is what CPython makes its locks of (Python/thread_pthread.h). Who
// finds a unit there takes it and keeps the global lock; who does not waits
// without it, and has the unit before it has the global lock again.
//
// Those that wait are told in turn, but whoever comes first takes the unit: a
// thread that releases a lock and takes it again does not wait for others.
type Semaphore struct {
	lock *Lock
	most int // units; 0: no bound

	mu      futex.Mutex
	units   int
	ended   bool
	waiters ring.Ring[*futex.Latch] // each of one thread
}

// NewSemaphore makes a semaphore with so many units, for those who hold the
// lock. most is how many it can have; with most 0 there is no bound.
func NewSemaphore(l *Lock, units, most int) *Semaphore {
	return &Semaphore{lock: l, units: units, most: most}
}

// Down takes a unit, and waits for one where there is none. It reports false
// when the semaphore has ended.
func (s *Semaphore) Down() bool {
	wait, ok := s.take()
	if wait == nil {
		return ok
	}
	s.lock.Drop()
	for wait != nil {
		wait.Wait()
		wait, ok = s.take()
	}
	s.lock.Take()
	return ok
}

// take takes a unit, or says what to wait on before the next attempt.
func (s *Semaphore) take() (wait *futex.Latch, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended:
		return nil, false
	case s.units > 0:
		s.units--
		return nil, true
	}
	wait = new(futex.Latch)
	wait.Add(1)
	s.waiters.Push(wait)
	return wait, false
}

// Up adds a unit, and panics when there are as many as there can be. It reports
// false, and does nothing, when the semaphore has ended.
func (s *Semaphore) Up() bool {
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		return false
	}
	if s.units == s.most && s.most > 0 {
		s.mu.Unlock()
		panic("gil: a lock is released that nobody holds")
	}
	s.units++
	var first *futex.Latch
	if s.waiters.Len() > 0 {
		first = s.waiters.Pop()
	}
	s.mu.Unlock()
	if first != nil {
		first.Done()
	}
	return true
}

// End makes all that wait, and all that come later, go without.
func (s *Semaphore) End() {
	s.mu.Lock()
	s.ended = true
	waiters := s.waiters
	s.waiters = ring.Ring[*futex.Latch]{}
	s.mu.Unlock()
	for waiters.Len() > 0 {
		waiters.Pop().Done()
	}
}
