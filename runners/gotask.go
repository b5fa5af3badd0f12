package runners

import (
	"context"
	"io"
	"os"
	"runtime"
	"sync"
	"time"
)

// A goTask is the Task of the models that are made of plain goroutines: it
// waits as a Go programmer would have it wait.
//
// There may be a million of them: what is in here is counted against the
// footprint of an idle task.
type goTask struct {
	job   *goJob
	timer *time.Timer // of Sleep, made by the first one
	kids  *goKids     // nil: none since the last Wait
}

// goKids are the children that a task has started since its last Wait.
type goKids struct {
	waiting []*goKid // in order
	running sync.WaitGroup
}

var _ Task = (*goTask)(nil)

func (t *goTask) Context() context.Context { return t.job.ctx }

func (t *goTask) Sleep(d time.Duration) error {
	if t.job.ctx.Done() == nil { // nothing can cut it short, nor needs to be waited for beside it
		time.Sleep(d)
		return nil
	}
	if t.timer == nil {
		t.timer = time.NewTimer(d)
	} else {
		t.timer.Reset(d)
	}
	select {
	case <-t.timer.C:
		return nil
	case <-t.job.ctx.Done():
		t.timer.Stop()
		return cancelled(t.job.ctx, "sleep")
	}
}

func (t *goTask) Yield() error {
	runtime.Gosched()
	if t.job.ctx.Err() != nil {
		return cancelled(t.job.ctx, "yield")
	}
	return nil
}

func (t *goTask) ReadFile(name string, buf []byte) (int, error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n, err := io.ReadFull(f, buf)
	if err == io.EOF || err == io.ErrUnexpectedEOF { // the file is shorter than buf
		err = nil
	}
	return n, err
}

func (t *goTask) Block(call func()) { call() }

func (t *goTask) Compute(step func() bool) error {
	for t.job.ctx.Err() == nil {
		if !step() {
			return nil
		}
	}
	return cancelled(t.job.ctx, "compute")
}

// Go starts a child on a goroutine of its own, or leaves it for Wait where
// goroutines are what the model is short of.
func (t *goTask) Go(body func(Task) error) {
	kid := &goKid{goTask: goTask{job: t.job}, body: body}
	if t.kids == nil {
		t.kids = &goKids{}
	}
	kids := t.kids
	kids.waiting = append(kids.waiting, kid)
	if t.job.inline {
		return
	}
	kids.running.Add(1)
	go func() {
		defer kids.running.Done()
		kid.run()
	}()
}

func (t *goTask) Wait() (first error) {
	kids := t.kids
	if kids == nil {
		return nil
	}
	kids.running.Wait()
	for len(kids.waiting) > 0 {
		kid := kids.waiting[0]
		kids.waiting = kids.waiting[1:] // before it runs: should it die, it is not run again
		if t.job.inline {
			kid.run()
		}
		if first == nil {
			first = kid.err
		}
	}
	t.kids = nil
	if first == nil && t.job.ctx.Err() != nil {
		return cancelled(t.job.ctx, "wait")
	}
	return first
}

// A goKid is a child task.
type goKid struct {
	goTask
	body func(Task) error
	err  error // set when it has ended
}

func (k *goKid) run() {
	guard(k.family, func(err error) { k.err = err })
}

// family runs the child's body and waits for its own children, however the
// body ends.
func (k *goKid) family() (err error) {
	if k.job.ctx.Err() != nil {
		return cancelled(k.job.ctx, "child not started")
	}
	defer func() {
		if kids := k.Wait(); err == nil {
			err = kids
		}
	}()
	return k.body(k)
}
