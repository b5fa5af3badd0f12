package runners

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// A ledger keeps the account of one job: every model runs its tasks through
// ledger.run, so that all of them pay the same for it (two readings of the
// clock and three words written, to a place of the task's own).
type ledger struct {
	ctx      context.Context
	body     Body
	released time.Time
	samples  []Sample

	mu       sync.Mutex // taken for failures only
	failures int
	first    int   // number of the failed task with the lowest number
	err      error // its failure
}

// release starts the clock of a job.
func release(ctx context.Context, job Job, meet Sync) *ledger {
	l := &ledger{ctx: ctx, samples: make([]Sample, job.Tasks), first: job.Tasks}
	l.body = job.Make(meet)
	l.released = time.Now()
	return l
}

// run runs task i to its end, its children's included. A panic is the task's
// failure; runtime.Goexit too, and goes on to end the goroutine.
func (l *ledger) run(t Task, i int) {
	if l.ctx.Err() != nil {
		l.fail(i, context.Cause(l.ctx))
		return
	}
	s := &l.samples[i]
	s.Start = time.Since(l.released)
	err, waited := ErrDied, false
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
		if err == nil {
			return
		}
		defer l.fail(i, err) // even if a child ends this goroutine too
		if !waited {
			t.Wait()
		}
	}()
	sum, bodyErr := l.body(t, i)
	childErr := t.Wait()
	waited = true // not before: a child that ends its parent's worker leaves others to wait for
	if err = bodyErr; err == nil {
		err = childErr
	}
	if err == nil {
		s.Sum = sum
		s.End = max(time.Since(l.released), s.Start+1) // a clock may tick more coarsely than tasks end
	}
}

// fail records that task i failed.
func (l *ledger) fail(i int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failures++
	if i < l.first {
		l.first, l.err = i, err
	}
}

// outcome closes the account; every task must have ended by now.
func (l *ledger) outcome(threads int) (Outcome, error) {
	o := Outcome{Failed: l.failures, Done: len(l.samples) - l.failures, Samples: l.samples, Threads: threads}
	for i := range l.samples {
		o.Sum += l.samples[i].Sum
	}
	if l.err != nil {
		o.Err = fmt.Errorf("task %d: %w", l.first, l.err)
	}
	if l.ctx.Err() != nil && l.failures > 0 {
		return o, fmt.Errorf("job cancelled: %w", context.Cause(l.ctx))
	}
	return o, nil
}

// A PanicError is a task's panic as its failure.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v\n\n%s", e.Value, e.Stack) }

// Unwrap returns the value that the task panicked with, if it was an error.
func (e *PanicError) Unwrap() error { err, _ := e.Value.(error); return err }

// panicked makes a panic that is being recovered from a failure. One that came
// from another thread, where it had been recovered before, is one already.
func panicked(p any) *PanicError {
	if e, ok := p.(*PanicError); ok {
		return e
	}
	return &PanicError{p, debug.Stack()}
}

// guard calls f and hands report what became of it: its error, its panic as a
// PanicError, or ErrDied where runtime.Goexit ended it.
func guard(f func() error, report func(error)) {
	err := ErrDied
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
		report(err)
	}()
	err = f()
}
