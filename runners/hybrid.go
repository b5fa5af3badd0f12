package runners

import (
	"context"
	"errors"
	"sync"

	"github.com/concbench/concbench/runners/internal/aio"
	"github.com/concbench/concbench/runners/internal/kthread"
)

func init() {
	Register(Model{
		Name:    "hybrid",
		Summary: "an event loop, and a pool of kernel threads for what would hold it",
		Honest:  "eventloop's loop; Block, Compute and ReadFile go to as many threads as Python's ThreadPoolExecutor has, through a bounded queue, as with asyncio's run_in_executor, and the loop goes on meanwhile",
		Option:  PoolSize("threads", ExecutorSize),
		Unsupported: sync.OnceValue(func() error {
			if err := kthread.Supported(); err != nil {
				return err
			}
			return loopUnsupported()
		}),
		Offers: func(c Config, _ int) Offers {
			return Offers{Children: true, SharedMemory: true, Listener: true, Threads: 1 + int(c.Option), TaskBytes: 2900}
		},
		Procs: func(c Config, _ int) int { return threadProcs(c.Cores, 1+int(c.Option)) },
		New:   newHybrid,
	})
}

// A hybrid is a loop and its executor. The executor's threads are made with the
// runner and stay until it is closed.
type hybrid struct {
	loop     *aio.Loop
	executor *aio.Executor
	threads  int

	turn    sync.Mutex // one Run or Close at a time
	closed  bool       // under turn
	restore func()     // ends the calm
}

func newHybrid(c Config) (Runner, error) {
	if err := kthread.Supported(); err != nil {
		return nil, err
	}
	r := &hybrid{threads: 1 + int(c.Option), restore: kthread.Calm()} // before there is the loop, which is to be punctual
	var err error
	if r.loop, err = aio.New(coFaults); err != nil {
		r.restore()
		return nil, err
	}
	r.executor = aio.NewExecutor(int(c.Option), ErrDied)
	return r, nil
}

func (r *hybrid) Run(ctx context.Context, job Job) (Outcome, error) {
	r.turn.Lock()
	defer r.turn.Unlock()
	if r.closed {
		return Outcome{}, ErrClosed
	}
	led := release(ctx, job, coSync{})
	j := &coJob{ctx: ctx, away: r.call}
	if err := j.runTasks(r.loop, led, job.Tasks); err != nil {
		return Outcome{}, err
	}
	r.executor.Bury()
	return led.outcome(r.threads)
}

// call makes a call in the executor. How it ends there is how it ends for the
// task, except that runtime.Goexit, which ends a thread of the executor, must
// not end the loop's: it is a panic with ErrDied here.
func (r *hybrid) call(c *aio.Coroutine, call func(), must bool) error {
	err := r.executor.Call(c, call, must)
	var p *aio.Panic
	if errors.As(err, &p) {
		panic(&PanicError{p.Value, p.Stack})
	}
	return err
}

// Close returns when the threads are gone.
func (r *hybrid) Close() error {
	r.turn.Lock()
	defer r.turn.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	r.executor.Close()
	err := r.loop.Close()
	r.restore()
	return err
}
