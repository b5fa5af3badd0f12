// Package gil is a global interpreter lock as CPython has it since version 3.2
// (Python/ceval_gil.c; A. Pitrou, "Reworking the GIL", python-dev, October 2009),
// and what threads under it wait on: connections, files, semaphores, queues.
//
// A thread holds the lock while it runs its own code. It lets go around whatever
// may wait and around foreign calls, and between two steps of its code where
// another thread has asked for the lock.
package gil

import (
	"container/list"
	"sync/atomic"
	"time"

	"github.com/concbench/concbench/runners/internal/futex"
	"github.com/concbench/concbench/runners/internal/gid"
)

// A Lock is a global interpreter lock. A thread that finds it taken waits; when
// it has waited for the switch interval, and the lock has not changed hands
// meanwhile, it asks the holder to drop it. The holder sees that at its next
// step, drops the lock, and does not come back for it before another thread has
// had it.
//
// Who is let go by a Drop has no right to the lock, only a chance: the thread
// that dropped it, or a third one, may be faster. A thread that waits for I/O
// beside one that computes loses that race each time, and waits for an interval
// after each of its calls: the convoy effect (D. Beazley, "Understanding the
// Python GIL", 2010).
//
// Note: CPython's mutex and two condition variables are here a futex.Mutex, a
// list of events and a latch. Where nobody waits, none of them makes a system
// call. A thread is told by gid.Self, as CPython tells it by its thread state.
type Lock struct {
	interval time.Duration
	foreign  error

	asked atomic.Bool // the holder is to drop the lock; set only while somebody waits

	mu       futex.Mutex
	held     bool
	last     uintptr      // who holds the lock, or held it last
	switches int          // times that the lock has changed hands
	waiters  list.List    // of *futex.Event, each of one thread
	switched *futex.Latch // of the thread that was asked and has dropped the lock; nil: none
}

// New makes a lock that nobody holds. foreign is the panic of who drops it
// without holding it.
func New(interval time.Duration, foreign error) *Lock {
	return &Lock{interval: interval, foreign: foreign}
}

// Take waits for the lock. Nothing ends the wait but the lock.
func (l *Lock) Take() {
	me := gid.Self()
	l.mu.Lock()
	for l.held {
		l.wait()
	}
	l.held = true
	if l.asked.Load() {
		l.asked.Store(false)
	}
	var switched *futex.Latch
	if l.last != me {
		l.last = me
		l.switches++
		switched, l.switched = l.switched, nil
	}
	l.mu.Unlock()
	if switched != nil {
		switched.Done()
	}
}

// wait waits until the lock is dropped, up to the interval. mu is held before
// and after.
func (l *Lock) wait() {
	switches, dropped := l.switches, new(futex.Event)
	place := l.waiters.PushBack(dropped)
	l.mu.Unlock()
	told := dropped.Within(l.interval)
	l.mu.Lock()
	l.waiters.Remove(place) // unless who told it has
	if !told && l.held && l.switches == switches {
		l.asked.Store(true)
	}
}

// Drop lets go of the lock, and gives the longest waiting thread the chance to
// take it. Where the holder was asked for it, Drop returns when another thread
// has taken it.
func (l *Lock) Drop() { l.drop(true) }

// Leave lets go of the lock for the last time.
func (l *Lock) Leave() { l.drop(false) }

func (l *Lock) drop(returns bool) {
	l.mu.Lock()
	if !l.held || l.last != gid.Self() {
		l.mu.Unlock()
		panic(l.foreign)
	}
	l.held = false
	var dropped *futex.Event
	if first := l.waiters.Front(); first != nil {
		dropped = l.waiters.Remove(first).(*futex.Event)
	}
	var switched *futex.Latch
	if returns && l.asked.Load() { // who has asked still waits: only the lock ends that
		switched = new(futex.Latch)
		switched.Add(1)
		l.switched = switched
	}
	l.mu.Unlock()
	if dropped != nil {
		dropped.Set()
	}
	if switched != nil {
		switched.Wait()
	}
}

// Step is where the holder may be made to wait for others: the check that an
// interpreter makes between two steps of a program.
func (l *Lock) Step() {
	if l.asked.Load() {
		l.Drop()
		l.Take()
	}
}

// Away makes a call without the lock.
func (l *Lock) Away(call func()) {
	l.Drop()
	defer l.Take() // whatever becomes of the call
	call()
}
