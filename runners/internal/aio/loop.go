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
	cause          error // why nothing may wait now; nil: it may

	running atomic.Uintptr // the goroutine of the coroutine that runs; see check

	mu     sync.Mutex
	inbox  []func() // from other threads
	closed bool
	told   atomic.Bool // something is in the inbox

	stopping bool          // the loop's own view of closed
	tids     []int         // of the threads it has run on; read when ended is closed
	ended    chan struct{} // closed when the loop has
}

// A job is what Run hands to the loop.
type job struct {
	ctx   context.Context
	tasks int
	task  func(*Coroutine, int)
	cause error         // why it was cancelled
	done  chan struct{} // closed when all has ended
}

// Run starts a coroutine per task, in order, and returns when all have ended,
// their children included. When ctx ends, every wait does, with its cause, and
// so do later ones. One Run at a time. The error is Faults.Closed.
func (l *Loop) Run(ctx context.Context, tasks int, task func(c *Coroutine, i int)) error {
	j := &job{ctx: ctx, tasks: tasks, task: task, done: make(chan struct{})}
	if !l.Post(func() { l.begin(j) }) {
		return l.faults.Closed
	}
	stop := context.AfterFunc(ctx, func() {
		l.Post(func() { l.cancel(j) })
	})
	<-j.done
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
	if l.told.CompareAndSwap(false, true) {
		l.source.interrupt()
	}
	return true
}

func (l *Loop) now() int64 { return int64(time.Since(l.epoch)) }

// check panics unless the calling goroutine is the coroutine that runs. It
// must come before anything of the loop is touched: another thread may be
// running it.
func (l *Loop) check() {
	if l.running.Load() != gid.Self() {
		panic(l.faults.Foreign)
	}
}

// turn does what there is to do once: look for I/O, for time that has come and
// for letters, then resume each coroutine that is ready by now.
func (l *Loop) turn() {
	l.source.poll(0)
	if l.ready.Len() == 0 && !l.told.Load() {
		if len(l.timers) == 0 {
			l.source.poll(-1)
		} else if d := l.timers[0].at - l.now(); d > 0 {
			l.source.poll(time.Duration(d))
		}
	}
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

// open reads the inbox.
func (l *Loop) open() {
	l.told.Store(false) // first: who posts from now on tells again
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
	all := make([]Coroutine, j.tasks)
	for i := range all {
		c := &all[i]
		c.loop, c.task, c.index = l, j.task, i
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
	if l.job == nil || l.live > 0 {
		return
	}
	done := l.job.done
	l.job, l.cause, l.current = nil, nil, nil
	close(done)
}
