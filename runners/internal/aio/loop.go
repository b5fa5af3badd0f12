package aio

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/concbench/concbench/runners/internal/gid"
	"github.com/concbench/concbench/runners/internal/ring"
)

// A Loop runs coroutines, one at a time, on one kernel thread.
type Loop struct {
	faults Faults
	epoch  time.Time
	source source

	// Of the loop's thread alone.
	ready          ring.Ring[*Coroutine]
	timers         timers
	current        *Coroutine // the one that runs, or ran last
	oldest, newest *Coroutine // of all that live
	live           int
	job            *job
	cause          error       // why nothing may wait now; nil: it may
	group          *Group      // nil: the loop is alone
	listeners      []*Listener // those open, of a loop in a group

	running atomic.Uintptr // the goroutine of the coroutine that runs; see check

	mu     sync.Mutex
	inbox  []func() // from other threads
	closed bool
	woken  atomic.Pointer[Coroutine] // by other threads; see deliver
	told   atomic.Bool               // something is in the inbox, or is woken
	asleep atomic.Bool               // the loop waits for I/O, or is about to

	stopping bool          // the loop's own view of closed
	tids     []int         // of the threads it has run on; read when ended is closed
	ended    chan struct{} // closed when the loop has
}

// A job is what Run hands to the loop.
type job struct {
	ctx         context.Context
	tasks       int // in all; the loop's own are first, first + step, first + 2 step, …
	first, step int
	task        func(*Coroutine, int)
	cause       error  // why it was cancelled
	over        func() // called when all has ended
	share       *share // nil: no other loop works on it
	idle        bool   // none of the loop's own coroutines is left, as share knows
}

// Run starts a coroutine per task, in order, and returns when all have ended,
// their children included. When ctx ends, every wait does, with its cause, and
// so do later ones. One Run at a time. The error is Faults.Closed.
func (l *Loop) Run(ctx context.Context, tasks int, task func(c *Coroutine, i int)) error {
	done := make(chan struct{})
	j := &job{ctx: ctx, tasks: tasks, step: 1, task: task, over: func() { close(done) }}
	if !l.Post(func() { l.begin(j) }) {
		return l.faults.Closed
	}
	stop := context.AfterFunc(ctx, func() {
		l.Post(func() { l.cancel(j) })
	})
	<-done
	stop()
	return nil
}

// Post has f run on the loop's thread, outside of any coroutine, and reports
// whether it will: not so when the loop is closed. f must not wait.
func (l *Loop) Post(f func()) bool { return l.post(f, false) }

// post posts a letter, which may be the last.
func (l *Loop) post(f func(), last bool) bool {
	// The lock is held until the loop is told, so that the last letter cannot
	// end the loop, and its descriptors, under a poster's hands.
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.inbox, l.closed = append(l.inbox, f), last
	l.tell()
	return true
}

// tell has the loop look at what came from another thread. It costs a system
// call only where the loop waits and nobody else has told it: either the loop
// sees that it is told, or the one who tells it sees that it waits.
func (l *Loop) tell() {
	if l.told.CompareAndSwap(false, true) && l.asleep.Load() {
		l.source.interrupt()
	}
}

func (l *Loop) now() int64 { return int64(time.Since(l.epoch)) }

// check panics unless the calling goroutine is the coroutine that runs. It
// must come before anything of the loop is touched: another thread may be
// running it.
func (l *Loop) check() {
	if !l.here() {
		panic(l.faults.Foreign)
	}
}

// here reports whether the calling goroutine is the coroutine that runs.
func (l *Loop) here() bool { return l.running.Load() == gid.Self() }

// turn does what there is to do once: look for I/O, for time that has come and
// for letters, then resume each coroutine that is ready by now.
func (l *Loop) turn() {
	l.gather()
	if len(l.timers) > 0 {
		for now := l.now(); len(l.timers) > 0 && l.timers[0].at <= now; {
			l.timers[0].co.rung()
		}
	}
	if l.told.Load() {
		l.open()
	}
	for n := l.ready.Len(); n > 0; n-- {
		l.resume(l.ready.Pop())
	}
}

// gather looks for I/O. Where no coroutine can go on it waits for some, until
// the first timer, or until the loop is told that something came from another
// thread.
//
// Note: it looked without waiting first, so as not to trouble Go's scheduler
// where there is something already. That found nothing most of the time, and
// cost a system call a turn.
func (l *Loop) gather() {
	d := time.Duration(-1)
	if l.ready.Len() > 0 || l.told.Load() {
		d = 0
	} else if len(l.timers) > 0 {
		d = max(0, time.Duration(l.timers[0].at-l.now()))
	}
	if d == 0 {
		l.source.poll(0)
		return
	}
	l.asleep.Store(true)
	if l.told.Load() { // after asleep; see tell
		d = 0
	}
	l.source.poll(d)
	l.asleep.Store(false)
}

// open takes what came from other threads.
func (l *Loop) open() {
	l.told.Store(false) // first: who comes from now on tells again
	l.collect()
	l.mu.Lock()
	letters := l.inbox
	l.inbox = nil
	l.mu.Unlock()
	for _, f := range letters {
		f()
	}
}

func (l *Loop) resume(c *Coroutine) {
	l.current = c
	l.running.Store(c.self)
	c.next()
}

// start makes a coroutine that runs when its turn comes.
func (l *Loop) start(c *Coroutine) {
	l.live++
	if c.older = l.newest; c.older == nil {
		l.oldest = c
	} else {
		c.older.newer = c
	}
	l.newest = c
	c.make()
	l.ready.Push(c)
}

// forget is the end of a coroutine.
func (l *Loop) forget(c *Coroutine) {
	l.live--
	if c.older == nil {
		l.oldest = c.newer
	} else {
		c.older.newer = c.newer
	}
	if c.newer == nil {
		l.newest = c.older
	} else {
		c.newer.older = c.older
	}
	c.older, c.newer = nil, nil
}

// begin makes all the coroutines of a job before the first runs, as
// asyncio.gather does.
func (l *Loop) begin(j *job) {
	l.job = j
	all := make([]Coroutine, max(0, j.tasks-j.first+j.step-1)/j.step)
	for i := range all {
		c := &all[i]
		c.loop, c.task, c.index = l, j.task, j.first+i*j.step
		l.start(c)
	}
}

// cancel ends all the waits of a job, unless it is over.
func (l *Loop) cancel(j *job) {
	if l.job != j {
		return
	}
	j.cause = context.Cause(j.ctx)
	l.interrupt(j.cause)
}

// interrupt ends all waits, and those to come.
func (l *Loop) interrupt(cause error) {
	l.cause = cause
	for c := l.oldest; c != nil; c = c.newer {
		c.wake(cause)
	}
}

// settle ends the job when all its coroutines have ended.
func (l *Loop) settle() {
	switch {
	case l.job == nil || l.live > 0 || l.job.idle:
	case l.job.share == nil:
		l.finish()
	default:
		l.job.idle = true
		l.job.share.leave()
	}
}

// finish forgets the job, which is over.
func (l *Loop) finish() {
	over := l.job.over
	l.job, l.cause, l.current = nil, nil, nil
	over()
}
