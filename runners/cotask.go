package runners

import (
	"context"
	"net"

	"github.com/concbench/concbench/runners/internal/aio"
	"github.com/concbench/concbench/runners/internal/kthread"
)

// A coTask is the Task of the models that are made of coroutines in an event
// loop.
type coTask struct {
	*aio.Coroutine
	job  *coJob
	kids *coKids // nil: none since the last Wait
}

var _ Task = (*coTask)(nil)

// A coJob is what the tasks of one Run share.
type coJob struct {
	ctx context.Context

	// away makes a call that holds the thread, and returns when it has ended:
	// in place, where all other tasks of the loop stand still, or elsewhere,
	// while the coroutine is suspended. Unless the call must be made, it may be
	// left out when the job is cancelled; the error is why.
	away func(c *aio.Coroutine, call func(), must bool) error

	// read, if not nil, reads files while the coroutine is suspended; else
	// that is a call like others.
	read fileReader
}

// inPlace is the away of a loop on which all stand still.
func inPlace(c *aio.Coroutine, call func(), _ bool) error {
	c.Apart(call)
	return nil
}

// coKids is the account of a task's children.
type coKids struct {
	started int
	first   int   // number of the failed child that was started first
	err     error // its failure
}

// coFaults are the errors of a loop.
var coFaults = aio.Faults{Died: ErrDied, Foreign: ErrForeign, Closed: ErrClosed}

// A coLoop is a loop, or a group of them.
type coLoop interface {
	Run(ctx context.Context, tasks int, task func(c *aio.Coroutine, i int)) error
}

// runTasks runs a job's tasks in a loop, a coroutine each.
func (j *coJob) runTasks(l coLoop, led *ledger, tasks int) error {
	all := make([]coTask, tasks)
	return l.Run(j.ctx, tasks, func(c *aio.Coroutine, i int) {
		t := &all[i]
		t.Coroutine, t.job = c, j
		led.run(t, i)
	})
}

func (t *coTask) Context() context.Context { return t.job.ctx }

func (t *coTask) Dial(network, address string) (net.Conn, error) {
	c, err := t.Coroutine.Dial(network, address)
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (t *coTask) Listen(network, address string) (net.Listener, error) {
	l, err := t.Coroutine.Listen(network, address)
	if err != nil {
		return nil, err
	}
	return l, nil
}

func (t *coTask) Block(call func()) { t.job.away(t.Coroutine, call, true) }

func (t *coTask) Compute(step func() bool) (err error) {
	refused := t.job.away(t.Coroutine, func() {
		for t.job.ctx.Err() == nil {
			if !step() {
				return
			}
		}
		err = cancelled(t.job.ctx, "compute")
	}, false)
	if refused != nil {
		return refused
	}
	return err
}

func (t *coTask) ReadFile(name string, buf []byte) (n int, err error) {
	if t.job.read != nil {
		return t.job.read(t.Coroutine, name, buf)
	}
	refused := t.job.away(t.Coroutine, func() { n, err = kthread.ReadFile(name, buf) }, false)
	if refused != nil {
		return 0, refused
	}
	return n, err
}

func (t *coTask) Go(body func(Task) error) {
	if t.kids == nil {
		t.kids = &coKids{}
	}
	kids, number := t.kids, t.kids.started
	kids.started++
	t.Coroutine.Go(func(c *aio.Coroutine) {
		kid := &coTask{Coroutine: c, job: t.job}
		guard(func() error { return kid.family(body) }, func(err error) {
			if err != nil && (kids.err == nil || number < kids.first) {
				kids.first, kids.err = number, err
			}
		})
	})
}

// family runs a child's body and waits for its own children, however the body
// ends.
func (t *coTask) family(body func(Task) error) (err error) {
	if t.job.ctx.Err() != nil {
		return cancelled(t.job.ctx, "child not started")
	}
	defer func() {
		if kids := t.Wait(); err == nil {
			err = kids
		}
	}()
	return body(t)
}

func (t *coTask) Wait() error {
	err := t.Coroutine.Wait()
	if kids := t.kids; kids != nil {
		t.kids = nil
		if kids.err != nil {
			return kids.err
		}
	}
	return err
}

// A coSync makes what the tasks of one loop meet at.
type coSync struct{}

func (coSync) NewQueue(capacity int) Queue { return &coQueue{aio.Queue{Capacity: capacity}} }
func (coSync) NewMutex() Mutex             { return &coMutex{} }

type coQueue struct{ q aio.Queue }

func (q *coQueue) Put(t Task, v any) error { return q.q.Put(t.(*coTask).Coroutine, v) }
func (q *coQueue) Get(t Task) (any, error) { return q.q.Get(t.(*coTask).Coroutine) }

type coMutex struct{ aio.Mutex }

func (m *coMutex) Lock(t Task) error { return m.Mutex.Lock(t.(*coTask).Coroutine) }
