package runners

import (
	"context"
	"fmt"
	"sync"

	"github.com/concbench/concbench/runners/internal/aio"
)

func init() {
	Register(Model{
		Name:        "multiloop",
		Summary:     "an event loop per core, a coroutine per task",
		Honest:      "as many of eventloop's loops as cores, a kernel thread each; tasks are dealt out and stay where they are, as do their connections; they share an address by SO_REUSEPORT and what they meet at by locks of its own",
		Option:      loopCount,
		Unsupported: loopUnsupported,
		Offers: func(c Config, _ int) Offers {
			return Offers{Children: true, SharedMemory: true, Listener: true, Threads: int(c.Option), Files: 2 * int(c.Option), TaskBytes: 2900}
		},
		// A loop that returns from epoll_wait(2) must win a P back, as any thread.
		Procs: func(c Config, _ int) int { return threadProcs(c.Cores, int(c.Option)) },
		New: func(c Config) (Runner, error) {
			g, err := aio.NewGroup(coFaults, int(c.Option))
			if err != nil {
				return nil, err
			}
			return &multiLoop{group: g, loops: int(c.Option)}, nil
		},
	})
}

// mostLoops is far beyond a loop a core, and far below the 10,000 threads at
// which the Go runtime ends the program.
const mostLoops = 1024

var loopCount = func() *Option {
	o := PoolSize("loops", func(cores int) int { return min(cores, mostLoops) })
	parse := o.Parse
	o.Doc = fmt.Sprintf("number of loops, 1 to %d", mostLoops)
	o.Parse = func(s string) (int64, error) {
		n, err := parse(s)
		if err == nil && n > mostLoops {
			err = fmt.Errorf("size %q: want a number of loops, 1 to %d", s, mostLoops)
		}
		return n, err
	}
	return o
}()

// A multiLoop is a group of loops.
//
// Task i runs on loop i modulo their number, and a child on its parent's. A
// listener or a connection is the loop's on which it was made; a task that was
// given one from elsewhere can use it, but every call goes through its own loop.
// Tasks on different loops may listen on one address, and each accepts a share
// of the connections; two on one loop may not. Port 0 is a port that nobody
// else listens on, until another task listens on what it became.
type multiLoop struct {
	group *aio.Group
	loops int

	turn   sync.Mutex // one Run or Close at a time
	closed bool       // under turn
}

func (r *multiLoop) Run(ctx context.Context, job Job) (Outcome, error) {
	r.turn.Lock()
	defer r.turn.Unlock()
	if r.closed {
		return Outcome{}, ErrClosed
	}
	led := release(ctx, job, sharedSync{})
	j := &coJob{ctx: ctx, away: inPlace}
	if err := j.runTasks(r.group, led, job.Tasks); err != nil {
		return Outcome{}, err
	}
	return led.outcome(r.loops)
}

// Close returns when the threads are gone.
func (r *multiLoop) Close() error {
	r.turn.Lock()
	defer r.turn.Unlock()
	r.closed = true
	return r.group.Close()
}

// A sharedSync makes what tasks of several loops meet at.
type sharedSync struct{}

func (sharedSync) NewQueue(capacity int) Queue {
	return &sharedQueue{aio.SharedQueue{Capacity: capacity}}
}

func (sharedSync) NewMutex() Mutex { return &sharedMutex{} }

type sharedQueue struct{ q aio.SharedQueue }

func (q *sharedQueue) Put(t Task, v any) error { return q.q.Put(t.(*coTask).Coroutine, v) }
func (q *sharedQueue) Get(t Task) (any, error) { return q.q.Get(t.(*coTask).Coroutine) }

type sharedMutex struct{ aio.SharedMutex }

func (m *sharedMutex) Lock(t Task) error { return m.SharedMutex.Lock(t.(*coTask).Coroutine) }
