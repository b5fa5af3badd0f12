package runners

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/concbench/concbench/runners/internal/aio"
)

func init() {
	Register(Model{
		Name:        "eventloop",
		Summary:     "one kernel thread, a coroutine per task",
		Honest:      "non-blocking sockets, readiness by edge-triggered epoll, timers in a heap; Block, Compute and ReadFile stall the loop, as in asyncio",
		Quick:       true,
		Unsupported: loopUnsupported,
		Offers: func(Config, int) Offers {
			return Offers{Children: true, SharedMemory: true, Listener: true, Threads: 1}
		},
		New: newEventLoop,
	})
}

// loopUnsupported says why there can be no loop over epoll here.
var loopUnsupported = sync.OnceValue(func() error {
	l, err := aio.New(coFaults)
	if err != nil {
		return err
	}
	return l.Close()
})

type eventLoop struct {
	loop   *aio.Loop
	closed atomic.Bool
}

func newEventLoop(Config) (Runner, error) {
	l, err := aio.New(coFaults)
	if err != nil {
		return nil, err
	}
	return &eventLoop{loop: l}, nil
}

func (r *eventLoop) Run(ctx context.Context, job Job) (Outcome, error) {
	if r.closed.Load() {
		return Outcome{}, ErrClosed
	}
	led := release(ctx, job, coSync{})
	j := &coJob{ctx: ctx, away: inPlace}
	if err := j.runTasks(r.loop, led, job.Tasks); err != nil {
		return Outcome{}, err
	}
	return led.outcome(1)
}

func (r *eventLoop) Close() error {
	r.closed.Store(true)
	return r.loop.Close()
}
