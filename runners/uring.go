package runners

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/concbench/concbench/runners/internal/aio"
)

func init() {
	Register(Model{
		Name:    "uring",
		Summary: "one kernel thread, completions by io_uring, a coroutine per task",
		Honest:  "no liburing and no cgo: what the tasks ask for in a turn is handed over, and waited for, in one io_uring_enter; sockets, timers, files and cancellation are completions; a write of up to 512 bytes goes with what follows it; Block and Compute stall the loop",
		Unsupported: sync.OnceValue(func() error {
			l, err := aio.NewUring(coFaults)
			if err != nil {
				return err
			}
			return l.Close()
		}),
		Offers: func(Config, int) Offers {
			return Offers{Children: true, SharedMemory: true, Listener: true, Threads: 1}
		},
		New: newUring,
	})
}

// A uringLoop is a loop on completions. Files that are not in memory may be
// read by threads of the kernel (io-wq), which come and go as it sees fit and
// run no code of this program.
type uringLoop struct {
	loop   *aio.Loop
	closed atomic.Bool
}

func newUring(Config) (Runner, error) {
	l, err := aio.NewUring(coFaults)
	if err != nil {
		return nil, err
	}
	return &uringLoop{loop: l}, nil
}

func (r *uringLoop) Run(ctx context.Context, job Job) (Outcome, error) {
	if r.closed.Load() {
		return Outcome{}, ErrClosed
	}
	led := release(ctx, job, coSync{})
	j := &coJob{ctx: ctx, away: inPlace, read: (*aio.Coroutine).ReadFile}
	if err := j.runTasks(r.loop, led, job.Tasks); err != nil {
		return Outcome{}, err
	}
	return led.outcome(1)
}

func (r *uringLoop) Close() error {
	r.closed.Store(true)
	return r.loop.Close()
}
