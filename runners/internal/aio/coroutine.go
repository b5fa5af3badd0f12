package aio

import (
	"iter"
	"math"
	"os"
	"time"

	"github.com/concbench/concbench/runners/internal/gid"
)

// A Coroutine runs a function that suspends wherever it has to wait. Its
// methods are for that function alone.
//
// There may be a million of them: what is in here is counted against the
// footprint of an idle task.
type Coroutine struct {
	loop  *Loop
	next  func() (struct{}, bool) // resumes it; nil until it is first made
	yield func(struct{}) bool     // suspends it
	self  uintptr                 // its goroutine
	task  func(*Coroutine, int)   // what it runs, as a task of a job,
	index int                     // and which
	child func(*Coroutine)        // or as a child
	owner *Coroutine              // whose child it is
	kids  int                     // its children that live

	older, newer *Coroutine // all that live, in order of starting

	// Of a wait: why it ended, what it is on, what has been handed over.
	err           error
	on            *waiting
	before, after *Coroutine
	value         any
	alarm         int32 // its place in the loop's timers, from 1; 0: no alarm
	res           int32 // what came of its operation
	flight        flight
	more          bool // and after it, something was left to receive
	late          bool // the alarm ends the wait with os.ErrDeadlineExceeded
	parked        bool // it waits, and nothing has woken it yet
	joining       bool // it waits for its children
	started       bool
	dropped       bool // it ends without starting
	handed        bool // it has been given what it waits for; under the lock of that
	delivered     bool // its await is over
}

// make makes the coroutine itself. It must be called on the loop's thread.
func (c *Coroutine) make() {
	c.next, _ = iter.Pull(c.run)
}

// run is the coroutine's outermost function. It must not keep much on the
// stack, which is 2 KiB as long as that suffices.
func (c *Coroutine) run(yield func(struct{}) bool) {
	if c.dropped {
		return
	}
	c.yield, c.self, c.started = yield, gid.Self(), true
	c.loop.running.Store(c.self)
	defer c.end() // after runtime.Goexit too
	if c.child != nil {
		c.child(c)
	} else {
		c.task(c, c.index)
	}
}

func (c *Coroutine) end() {
	c.loop.running.Store(0) // its goroutine may be another's from now on
	c.loop.forget(c)
	c.next, c.yield = nil, nil // a job's coroutines stay until the last has ended
	if c.owner == nil {
		return
	}
	c.owner.kids--
	if c.owner.kids == 0 && c.owner.joining {
		c.owner.wake(nil)
	}
}

// check panics unless it is the coroutine itself that asks.
func (c *Coroutine) check() {
	if c.loop.check(); c.loop.current != c {
		panic(c.loop.faults.Foreign)
	}
}

// park suspends the coroutine until something wakes it, and returns what that
// gave as the reason. Unlike wait, it does so in a job that has ended as well.
func (c *Coroutine) park() error {
	c.parked = true
	c.yield(struct{}{})
	return c.err
}

// wake ends a wait, whatever it is for, and reports whether there was one. A
// wait for an operation that the kernel has in hand ends later, when that does.
func (c *Coroutine) wake(err error) bool {
	if !c.parked {
		return false
	}
	if c.on != nil {
		c.on.remove(c)
	}
	c.loop.timers.remove(c)
	if c.flight != landed {
		c.loop.source.abort(c, err)
		return true
	}
	c.parked, c.err = false, err
	c.loop.ready.Push(c)
	return true
}

// wait parks the coroutine on a list, if on is not nil, and until a time, if
// until is not 0. late says that to be woken by the time is a failure.
func (c *Coroutine) wait(on *waiting, until int64, late bool) error {
	if c.loop.cause != nil { // perhaps only since it was last woken
		return c.loop.cause
	}
	if on != nil {
		on.push(c)
	}
	if until != 0 {
		c.late = late
		c.loop.timers.add(c, until)
	}
	return c.park()
}

// rung is what an alarm does.
func (c *Coroutine) rung() {
	if c.late {
		c.wake(os.ErrDeadlineExceeded)
	} else {
		c.wake(nil)
	}
}

// Sleep waits for d, at least.
func (c *Coroutine) Sleep(d time.Duration) error {
	if d <= 0 {
		return c.Yield()
	}
	c.check()
	if c.loop.cause != nil {
		return c.loop.cause
	}
	at := c.loop.now() + int64(d)
	if at < 0 { // longer than time lasts
		at = math.MaxInt64
	}
	return c.wait(nil, at, false)
}

// Yield lets every other coroutine that can go on do so first, and the loop
// look for I/O.
func (c *Coroutine) Yield() error {
	c.check()
	if c.loop.cause == nil {
		c.loop.ready.Push(c)
		c.yield(struct{}{})
	}
	return c.loop.cause
}

// Go starts a child in the same loop. It begins when those have had their turn
// that are ready now.
func (c *Coroutine) Go(child func(*Coroutine)) {
	c.check()
	kid := &Coroutine{loop: c.loop, child: child, owner: c}
	c.kids++
	c.loop.start(kid)
}

// Wait waits until all children have ended, also when the job is cancelled:
// their own waits end then. It returns the job's cause if that has ended while
// it waited.
func (c *Coroutine) Wait() error {
	c.check()
	if c.kids == 0 {
		return nil
	}
	c.joining = true
	for c.kids > 0 {
		c.park()
	}
	c.joining = false
	return c.loop.cause
}

// Apart makes a call to code that knows nothing of the loop, in place: all
// other coroutines stand still meanwhile, and for this one to wait inside the
// call panics.
func (c *Coroutine) Apart(call func()) {
	c.check()
	c.loop.source.flush()
	c.loop.running.Store(0)
	defer c.loop.running.Store(c.self)
	call()
}
