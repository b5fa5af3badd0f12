package runners

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/concbench/concbench/runners/internal/aio"
)

// A oneLoop runs each job in one loop, a coroutine per task. It is all of the
// models that have nothing else.
type oneLoop struct {
	loop   *aio.Loop
	read   fileReader
	closed atomic.Bool
}

// A fileReader reads files while the coroutine is suspended; nil: none does,
// and reading stalls the loop.
type fileReader = func(c *aio.Coroutine, name string, buf []byte) (int, error)

// opener is aio.New, or another that makes a loop.
type opener = func(aio.Faults) (*aio.Loop, error)

func newOneLoop(open opener, read fileReader) (Runner, error) {
	l, err := open(coFaults)
	if err != nil {
		return nil, err
	}
	return &oneLoop{loop: l, read: read}, nil
}

// triesLoop says why there can be no such loop here.
func triesLoop(open opener) func() error {
	return sync.OnceValue(func() error {
		l, err := open(coFaults)
		if err != nil {
			return err
		}
		return l.Close()
	})
}

// loopOffers is what one loop gives a job.
func loopOffers(Config, int) Offers {
	return Offers{Children: true, SharedMemory: true, Listener: true, Threads: 1, TaskBytes: 2900}
}

func (r *oneLoop) Run(ctx context.Context, job Job) (Outcome, error) {
	if r.closed.Load() {
		return Outcome{}, ErrClosed
	}
	led := release(ctx, job, coSync{})
	j := &coJob{ctx: ctx, away: inPlace, read: r.read}
	if err := j.runTasks(r.loop, led, job.Tasks); err != nil {
		return Outcome{}, err
	}
	return led.outcome(1)
}

func (r *oneLoop) Close() error {
	r.closed.Store(true)
	return r.loop.Close()
}
