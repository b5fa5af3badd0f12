package runners

import (
	"context"
	"net"
	"time"

	"github.com/concbench/concbench/runners/internal/futex"
	"github.com/concbench/concbench/runners/internal/kthread"
)

// A threadTask is the Task of the models whose tasks run on kernel threads: it
// blocks its thread in the kernel.
type threadTask struct {
	job  *threadJob
	kids []*threadKid // started since the last Wait
	busy futex.Latch  // of kids on threads of their own
}

var _ Task = (*threadTask)(nil)

func (t *threadTask) Context() context.Context { return t.job.ctx }

func (t *threadTask) Sleep(d time.Duration) error { return t.job.group.Sleep(d) }

func (t *threadTask) Yield() error {
	kthread.Yield()
	return t.job.group.Err()
}

func (t *threadTask) Dial(network, address string) (net.Conn, error) {
	return t.job.group.Dial(network, address)
}

func (t *threadTask) Listen(network, address string) (net.Listener, error) {
	return t.job.group.Listen(network, address)
}

func (t *threadTask) ReadFile(name string, buf []byte) (int, error) {
	if err := t.job.group.Err(); err != nil {
		return 0, err
	}
	return kthread.ReadFile(name, buf)
}

func (t *threadTask) Block(call func()) { call() }

func (t *threadTask) Compute(step func() bool) error {
	for {
		if err := t.job.group.Err(); err != nil {
			return err
		}
		if !step() {
			return nil
		}
	}
}

// Go starts a child on a thread of its own, or leaves it for Wait where the
// number of threads is fixed.
func (t *threadTask) Go(body func(Task) error) {
	kid := &threadKid{threadTask: threadTask{job: t.job}, body: body}
	kid.task = kid
	t.begin(kid)
}

func (t *threadTask) begin(kid *threadKid) {
	t.kids = append(t.kids, kid)
	if t.job.inline {
		return
	}
	t.busy.Add(1)
	kid.thread = t.job.start(func() {
		defer t.busy.Done()
		kid.run()
	})
}

func (t *threadTask) Wait() (first error) {
	waited := !t.busy.Open()
	t.busy.Wait()
	for len(t.kids) > 0 {
		kid := t.kids[0]
		t.kids = t.kids[1:] // before it runs: should it die, it is not run again
		if kid.thread == nil {
			kid.run()
		} else {
			kid.thread.Join()
		}
		if first == nil {
			first = kid.err
		}
	}
	t.kids = nil
	if first == nil && waited {
		return t.job.group.Err()
	}
	return first
}

// A threadKid is a child task.
type threadKid struct {
	threadTask
	task   Task // what the body is handed: the kid, or what the model makes of it
	body   func(Task) error
	thread *kthread.Thread // its own; nil where it runs on its parent's
	err    error           // set when it has ended
}

func (k *threadKid) run() {
	guard(k.family, func(err error) { k.err = err })
}

// family runs the child's body and waits for its own children, however the
// body ends.
func (k *threadKid) family() (err error) {
	if err := k.job.group.Err(); err != nil {
		return err
	}
	defer func() {
		if kids := k.task.Wait(); err == nil {
			err = kids
		}
	}()
	return k.body(k.task)
}
