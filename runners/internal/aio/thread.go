package aio

import (
	"runtime"
	"time"
)

// New starts a loop on readiness, by epoll. The error says why there is none on
// this system.
func New(faults Faults) (*Loop, error) { return start(faults, newEpoll) }

// NewUring starts a loop on completions, by io_uring. The error says why there
// is none on this system, and what would allow it.
func NewUring(faults Faults) (*Loop, error) { return start(faults, newIOUring) }

func start(faults Faults, from func(*Loop) (source, error)) (*Loop, error) {
	l := &Loop{faults: faults, epoch: time.Now(), ended: make(chan struct{})}
	var err error
	if l.source, err = from(l); err != nil {
		return nil, err
	}
	l.launch()
	return l, nil
}

// launch starts the loop's goroutine on a thread that will end with it, which
// the main thread cannot.
func (l *Loop) launch() {
	go func() {
		runtime.LockOSThread() // never undone: the thread ends with the goroutine
		if !onMainThread() {
			l.main()
			return
		}
		elsewhere := make(chan struct{})
		go func() {
			runtime.LockOSThread()
			close(elsewhere)
			l.main()
		}()
		<-elsewhere
		runtime.UnlockOSThread()
	}()
}

// Close ends the loop when its job is over, closes every descriptor that is
// still open and returns when the thread is gone.
func (l *Loop) Close() error {
	l.post(func() { l.stopping = true }, true)
	<-l.ended
	for _, tid := range l.tids {
		// The runtime ends the thread of a goroutine that ends locked to it; it
		// does not say when.
		for until := time.Now().Add(time.Second); threadLives(tid) && time.Now().Before(until); {
			time.Sleep(50 * time.Microsecond)
		}
	}
	return nil
}

// main is the loop's goroutine, until it is closed or a body calls
// runtime.Goexit, which ends the goroutine that resumed it too.
func (l *Loop) main() {
	keepTime()
	l.tids = append(l.tids, threadID())
	l.source.attach()
	defer l.leave()
	l.takeOver()
	for l.settle(); !l.stopping || l.job != nil; l.settle() {
		l.turn()
	}
}

// leave ends the goroutine, and starts another if the loop is to go on.
func (l *Loop) leave() {
	if p := recover(); p != nil {
		panic(p) // a mistake in this package: bodies are guarded by who wrote them
	}
	if l.stopping && l.job == nil {
		l.source.close()
		close(l.ended)
		return
	}
	defer func() { // even after another Goexit
		l.source.detach()
		l.launch()
	}()
	l.interrupt(l.faults.Died)
	for c := l.oldest; c != nil; c = c.newer {
		c.dropped = !c.started && c.owner == nil
	}
	l.bury()
}

// bury resumes the coroutines that have begun until they have ended, and those
// of tasks that have not until they are gone: only this thread can. Another
// Goexit unwinds it, and it goes on from its own deferred function.
func (l *Loop) bury() {
	defer func() {
		if l.begun() || l.ready.Len() > 0 {
			l.bury()
		}
	}()
	for l.begun() || l.ready.Len() > 0 {
		l.turn()
	}
}

// begun reports whether any coroutine lives that is not dropped.
func (l *Loop) begun() bool {
	for c := l.oldest; c != nil; c = c.newer {
		if !c.dropped {
			return true
		}
	}
	return false
}

// takeOver makes the coroutines that a loop before this one had not started
// yet, and has dropped.
func (l *Loop) takeOver() {
	l.cause = nil
	if l.job != nil {
		l.cause = l.job.cause
	}
	for c := l.oldest; c != nil; c = c.newer {
		c.dropped = false
		c.make()
		l.ready.Push(c)
	}
}
