package runners

import (
	"context"
	"net"
	"sync/atomic"
	"time"

	"github.com/concbench/concbench/runners/internal/futex"
	"github.com/concbench/concbench/runners/internal/gil"
	"github.com/concbench/concbench/runners/internal/kthread"
)

func init() {
	Register(Model{
		Name:        "gil",
		Summary:     "a kernel thread per task, under a global interpreter lock",
		Honest:      "one thread at a time runs its own code, as in CPython: it lets go around every wait and foreign call, and between two steps of Compute once another has waited for the switch interval",
		Option:      Interval("switch interval", 5*time.Millisecond, time.Microsecond, time.Second), // sys.getswitchinterval's
		Unsupported: kthread.Supported,
		Offers: func(_ Config, tasks int) Offers {
			return Offers{Children: true, SharedMemory: true, Listener: true, OwnWorker: true, OwnThread: true, Threads: tasks}
		},
		Procs: func(c Config, tasks int) int { return threadProcs(c.Cores, tasks) },
		New: func(c Config) (Runner, error) {
			if err := kthread.Supported(); err != nil {
				return nil, err
			}
			return &interpreter{lock: gil.New(time.Duration(c.Option), ErrForeign), restore: kthread.Calm()}, nil
		},
	})
}

// An interpreter runs tasks on threads of which one at a time may run.
type interpreter struct {
	lock    *gil.Lock
	closed  atomic.Bool
	restore func() // ends the calm
}

// Run returns when the threads are gone, as a program does that joins them.
func (r *interpreter) Run(ctx context.Context, job Job) (Outcome, error) {
	if r.closed.Load() {
		return Outcome{}, ErrClosed
	}
	j := &gilJob{newThreadJob(ctx, false), r.lock}
	j.thread = j.begun
	defer j.end()
	l := release(ctx, job, j)
	tasks := make([]threadTask, job.Tasks)
	made := make([]*kthread.Thread, job.Tasks)
	var running futex.Latch
	running.Add(job.Tasks)
	main := kthread.Start(func() { // the program's: it is as punctual as the others
		r.lock.Take()
		defer r.lock.Leave()
		for i := range tasks {
			tasks[i].job = j.threadJob
			made[i] = j.start(func() {
				defer running.Done()
				l.run(&gilTask{&tasks[i], r.lock}, i)
			})
		}
	})
	main.Join()
	running.Wait()
	for _, t := range made {
		t.Join()
	}
	return l.outcome(int(j.peak.Load()))
}

func (r *interpreter) Close() error {
	r.closed.Store(true)
	r.restore()
	return nil
}

// A gilJob is a threadJob under a lock, which every thread holds from its first
// own instruction to its last.
type gilJob struct {
	*threadJob
	lock *gil.Lock
}

// begun makes a thread, and returns when it has begun. That is what
// threading.Thread.start waits for, without the lock; beside threads that
// compute it takes long to come back.
func (j *gilJob) begun(f func()) *kthread.Thread {
	begun := new(futex.Latch)
	begun.Add(1)
	t := kthread.Start(func() {
		j.lock.Take()
		defer j.lock.Leave()
		begun.Done()
		f()
	})
	j.lock.Away(begun.Wait)
	return t
}

// NewQueue makes a queue that the lock guards.
func (j *gilJob) NewQueue(capacity int) Queue {
	q := gil.NewQueue(j.lock, capacity)
	j.group.Add(q)
	return threadQueue{q, j.group}
}

// NewMutex makes a mutex of a semaphore, as CPython does.
func (j *gilJob) NewMutex() Mutex {
	s := gil.NewSemaphore(j.lock, 1, 1)
	j.group.Add(s)
	return gilMutex{s, j.group}
}

type gilMutex struct {
	free  *gil.Semaphore
	group *kthread.Group
}

func (m gilMutex) Lock(Task) error {
	if err := m.group.Err(); err != nil {
		return err
	}
	if !m.free.Down() {
		return m.group.Err()
	}
	return nil
}

func (m gilMutex) Unlock() { m.free.Up() }

// A gilTask is a threadTask that drops the lock for all that it does itself.
type gilTask struct {
	*threadTask
	lock *gil.Lock
}

var _ Task = (*gilTask)(nil)

func (t *gilTask) Sleep(d time.Duration) error {
	t.lock.Drop()
	err := t.threadTask.Sleep(d)
	t.lock.Take()
	return err
}

func (t *gilTask) Yield() error {
	t.lock.Drop()
	err := t.threadTask.Yield()
	t.lock.Take()
	return err
}

func (t *gilTask) Dial(network, address string) (net.Conn, error) {
	t.lock.Drop()
	c, err := t.threadTask.Dial(network, address)
	t.lock.Take()
	if err != nil {
		return nil, err
	}
	return t.lock.Conn(c.(HalfCloser)), nil
}

func (t *gilTask) Listen(network, address string) (net.Listener, error) {
	t.lock.Drop()
	l, err := t.threadTask.Listen(network, address)
	t.lock.Take()
	if err != nil {
		return nil, err
	}
	return t.lock.Listener(l), nil
}

func (t *gilTask) ReadFile(name string, buf []byte) (int, error) {
	if err := t.job.group.Err(); err != nil {
		return 0, err
	}
	return t.lock.ReadFile(name, buf)
}

// Block calls C code that drops the lock, as such code does that takes long.
func (t *gilTask) Block(call func()) { t.lock.Away(call) }

func (t *gilTask) Compute(step func() bool) error {
	for {
		if err := t.job.group.Err(); err != nil {
			return err
		}
		t.lock.Step()
		if !step() {
			return nil
		}
	}
}

func (t *gilTask) Go(body func(Task) error) {
	kid := &threadKid{threadTask: threadTask{job: t.job}, body: body}
	kid.task = &gilTask{&kid.threadTask, t.lock}
	t.begin(kid)
}

func (t *gilTask) Wait() error {
	if len(t.kids) == 0 {
		return nil
	}
	t.lock.Drop()
	err := t.threadTask.Wait()
	t.lock.Take()
	return err
}
