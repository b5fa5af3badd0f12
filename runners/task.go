// Package runners holds the concurrency models: one file a model, behind one
// interface, so that one and the same body of work runs under each of them.
//
// A Model describes itself and makes a Runner; a Runner runs a Job; a Job is a
// number of tasks, each of which runs the Job's Body once with a Task of its
// own. Whatever may wait is a method of the Task, and waits as the model waits:
// a kernel thread blocks, a coroutine suspends, a goroutine parks.
//
// The package knows no workload.
package runners

import (
	"context"
	"errors"
	"net"
	"time"
)

// A Task is one unit of work as its model runs it.
//
// A Task and the connections it made belong to its own body: no other
// goroutine touches them, and nothing inside Block does. One reader task and
// one writer task of the same job may share a connection. A model whose tasks
// suspend panics with ErrForeign where that rule is broken.
//
// When the job's context ends, whatever waits returns an error that wraps the
// context's cause; only Block and ReadFile are waited for.
type Task interface {
	// Context ends when the job is cancelled.
	Context() context.Context

	// Sleep waits for d, at least.
	Sleep(d time.Duration) error

	// Yield lets others run: asyncio.sleep(0), sched_yield, Gosched.
	Yield() error

	// Dial connects to a numeric address ("127.0.0.1:80") on "tcp", "tcp4" or
	// "tcp6", with TCP_NODELAY set and keep-alive probes off in every model. The
	// connection also has CloseWrite() error. The body closes what it opens:
	// how long a connection that it leaves open stays so is the model's affair.
	Dial(network, address string) (net.Conn, error)

	// Listen listens on a numeric address. What the listener accepts belongs to
	// the task that accepted it.
	Listen(network, address string) (net.Listener, error)

	// ReadFile opens the named regular file, reads from its start until buf is
	// full or the file ends, and closes it. A file longer than buf is no error.
	ReadFile(name string, buf []byte) (n int, err error)

	// Block makes a call that knows nothing of the model: it holds the thread.
	Block(call func())

	// Compute calls step until it returns false, or the job is cancelled. A
	// step is a fixed amount of CPU work, 20 to 200 µs of it.
	Compute(step func() bool) error

	// Go starts a child task, which ends before its parent's body is held to
	// have returned, waited for or not. In a pool the children run on their
	// parent's worker, one after another, when it waits.
	Go(body func(Task) error)

	// Wait waits for the children started since the last Wait and returns the
	// first error, in order of starting, that one of them returned. A child's
	// panic is its error.
	Wait() error
}

// A HalfCloser is a connection whose sending side can be closed alone, as
// every connection of Task.Dial and Task.Listen can.
type HalfCloser interface {
	net.Conn
	CloseWrite() error
}

// A Queue hands values from task to task, first in, first out.
type Queue interface {
	// Put waits while the queue is full.
	Put(t Task, v any) error
	// Get waits while the queue is empty.
	Get(t Task) (any, error)
}

// A Mutex is a lock that one task at a time holds.
type Mutex interface {
	Lock(t Task) error
	Unlock()
}

// A Sync makes what the tasks of one job meet at, in the model's own way.
type Sync interface {
	// NewQueue makes a queue that holds up to capacity values; with capacity 0
	// it has no bound.
	NewQueue(capacity int) Queue
	NewMutex() Mutex
}

var (
	// ErrDied is the failure of a task whose worker ended under it
	// (runtime.Goexit, or a killed process).
	ErrDied = errors.New("the worker that held the task died")

	// ErrClosed is what a closed Runner returns.
	ErrClosed = errors.New("runner closed")

	// ErrForeign is what a task panics with when it waits on a goroutine or
	// thread that is not its own.
	ErrForeign = errors.New("a task may wait only on its own body's goroutine: no other goroutine, and nothing inside Block, may use a Task or its connections")
)
