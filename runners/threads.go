package runners

import (
	"context"
	"sync/atomic"

	"github.com/concbench/concbench/runners/internal/futex"
	"github.com/concbench/concbench/runners/internal/kthread"
)

func init() {
	Register(Model{
		Name:        "threads",
		Summary:     "a kernel thread per task",
		Honest:      "each task is a new kernel thread that blocks in ordinary system calls on blocking descriptors, sleeps and locks on futexes, and is joined",
		Quick:       true,
		Unsupported: kthread.Supported,
		Offers: func(_ Config, tasks int) Offers {
			return Offers{Children: true, SharedMemory: true, Listener: true, OwnWorker: true, OwnThread: true, Threads: tasks}
		},
		Procs: func(c Config, tasks int) int { return threadProcs(c.Cores, tasks) },
		New: func(Config) (Runner, error) {
			if err := kthread.Supported(); err != nil {
				return nil, err
			}
			return &threads{restore: kthread.Calm()}, nil
		},
	})
}

type threads struct {
	closed  atomic.Bool
	restore func() // ends the calm
}

// Run returns when the threads are gone, as a program does that joins them.
func (r *threads) Run(ctx context.Context, job Job) (Outcome, error) {
	if r.closed.Load() {
		return Outcome{}, ErrClosed
	}
	j := newThreadJob(ctx, false)
	defer j.end()
	l := release(ctx, job, j)
	tasks := make([]threadTask, job.Tasks)
	made := make([]*kthread.Thread, job.Tasks)
	var running futex.Latch
	running.Add(job.Tasks)
	for i := range tasks {
		tasks[i].job = j
		made[i] = j.start(func() {
			defer running.Done()
			l.run(&tasks[i], i)
		})
	}
	running.Wait()
	for _, t := range made {
		t.Join()
	}
	return l.outcome(int(j.peak.Load()))
}

func (r *threads) Close() error {
	r.closed.Store(true)
	r.restore()
	return nil
}
