package aio

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"github.com/concbench/concbench/runners/internal/futex"
	"github.com/concbench/concbench/runners/internal/kthread"
	"github.com/concbench/concbench/runners/internal/ring"
)

// An Executor is a fixed set of kernel threads that make calls for the
// coroutines of one loop, as asyncio's run_in_executor has a ThreadPoolExecutor
// do (https://docs.python.org/3/library/asyncio-eventloop.html).
//
// The threads take the calls, first in, first out, from a queue over futexes.
// What is in their hands is bounded: roomFor calls a thread in the queue, beside
// the one that each makes. A coroutine that comes while there is no room waits
// until there is, behind those that came before it, and the loop goes on.
//
// Note: a ThreadPoolExecutor makes a thread when there is a call and none of
// those it has is idle, up to its size. Here all are made at the start, since
// they stay: a first job would have them made, and pay for it.
type Executor struct {
	died  error        // of a call that ended its thread
	queue *futex.Queue // of *call; those taken back stay until a thread comes to them

	// Of the loop's thread.
	room    int              // calls that may yet be given to the threads
	waiting ring.Ring[*call] // until there is room

	mu   futex.Mutex
	live []*kthread.Thread // by place
	dead []*kthread.Thread // ended under a call, not yet joined
}

// roomFor is how many calls a thread may have waiting for it: enough that it
// finds the next one while the loop is at something else.
const roomFor = 4

// A call is one on its way to a thread and back.
type call struct {
	f     func()
	from  *Coroutine
	given bool         // to the threads; the loop's
	state atomic.Int32 // see below
	fault error        // *Panic: it did not return
}

const (
	callWaits   = iota
	callRuns    // or has run
	callRevoked // before it ran
)

// A Panic is how a call ended that did not return.
type Panic struct {
	Value any // Faults.Died after runtime.Goexit
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// NewExecutor starts the threads. died is the Value of the Panic where
// runtime.Goexit ended a call, and its thread, which is replaced.
func NewExecutor(threads int, died error) *Executor {
	e := &Executor{
		died:  died,
		queue: futex.NewQueue(0),
		room:  (1 + roomFor) * threads,
		live:  make([]*kthread.Thread, threads),
	}
	for place := range e.live {
		e.hire(place)
	}
	return e
}

// Call has a thread call f, and returns when it has. What ended f otherwise is
// a *Panic, with the stacks of both sides.
//
// What ends other waits revokes a call that has not begun, and is returned then;
// but a call that must be made is waited for in any case, as one is that runs.
func (e *Executor) Call(c *Coroutine, f func(), must bool) error {
	c.check()
	if c.loop.cause != nil && !must {
		return c.loop.cause
	}
	k := &call{f: f, from: c}
	e.waiting.Push(k)
	e.give()
	cause := c.await(func(error) (leave bool) {
		return !must && k.state.CompareAndSwap(callWaits, callRevoked)
	})
	if k.given {
		e.room++
		e.give()
	}
	if cause != nil {
		return cause
	}
	if p, ok := k.fault.(*Panic); ok {
		p.Stack = fmt.Appendf(p.Stack, "\nin a call for\n\n%s", debug.Stack())
	}
	return k.fault
}

// give gives the threads as many calls as there is room for.
func (e *Executor) give() {
	for e.room > 0 && e.waiting.Len() > 0 {
		if k := e.waiting.Pop(); k.state.Load() == callWaits {
			k.given = true
			e.room--
			e.queue.Put(k)
		}
	}
}

// hire puts a new thread in a place.
func (e *Executor) hire(place int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if died := e.live[place]; died != nil {
		e.dead = append(e.dead, died)
	}
	e.live[place] = kthread.Start(func() { e.work(place) })
}

// work is what a thread does.
func (e *Executor) work(place int) {
	var k *call
	retired := false
	defer func() {
		if !retired { // runtime.Goexit in a call
			e.hire(place)
			k.from.deliver()
		}
	}()
	for {
		next, ok := e.queue.Get()
		if !ok {
			retired = true
			return
		}
		k = next.(*call)
		if k.state.CompareAndSwap(callWaits, callRuns) {
			k.make(e.died)
			k.from.deliver()
		}
		k = nil // keep nothing of it alive
	}
}

// make makes the call.
func (k *call) make(died error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		p := recover()
		if p == nil {
			p = died
		}
		k.fault = &Panic{p, debug.Stack()}
	}()
	k.f()
	returned = true
}

// Bury waits until the threads that died are gone. No call may be under way.
func (e *Executor) Bury() {
	e.mu.Lock()
	dead := e.dead
	e.dead = nil
	e.mu.Unlock()
	for _, t := range dead {
		t.Join()
	}
}

// Close ends the threads and returns when they are gone. It comes before the
// loop's Close, and no call may be under way.
func (e *Executor) Close() {
	e.queue.End()
	for _, t := range e.live {
		t.Join()
	}
	e.Bury()
}
