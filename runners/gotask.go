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
type goTask struct {
	job     *goJob
	timer   *time.Timer // of Sleep, made by the first one
	kids    []*goKid    // started since the last Wait
	running sync.WaitGroup
}

var _ Task = (*goTask)(nil)

func (t *goTask) Context() context.Context { return t.job.ctx }

func (t *goTask) Sleep(d time.Duration) error {
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
	t.kids = append(t.kids, kid)
	if t.job.inline {
		return
	}
	t.running.Add(1)
	go func() {
		defer t.running.Done()
		kid.run()
	}()
}

func (t *goTask) Wait() (first error) {
	if len(t.kids) == 0 {
		return nil
	}
	t.running.Wait()
	for len(t.kids) > 0 {
		kid := t.kids[0]
		t.kids = t.kids[1:] // before it runs: should it die, it is not run again
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
