package runners

import (
	"context"
	"sync"
	"sync/atomic"
)

func init() {
	Register(Model{
		Name:    "goroutines",
		Summary: "a goroutine per task",
		Honest:  "what a Go programmer writes first: a go statement per task and a WaitGroup",
		Usable:  true,
		Quick:   true,
		Offers: func(Config, int) Offers {
			return Offers{Children: true, SharedMemory: true, Listener: true, TaskBytes: 2800}
		},
		New: func(Config) (Runner, error) { return new(goroutines), nil },
	})
}

type goroutines struct{ closed atomic.Bool }

func (g *goroutines) Run(ctx context.Context, job Job) (Outcome, error) {
	if g.closed.Load() {
		return Outcome{}, ErrClosed
	}
	j := newGoJob(ctx, false)
	defer j.end()
	l := release(ctx, job, j)
	tasks := make([]goTask, job.Tasks)
	var running sync.WaitGroup
	running.Add(job.Tasks)
	for i := range tasks {
		tasks[i].job = j
		go func() {
			defer running.Done()
			l.run(&tasks[i], i)
		}()
	}
	running.Wait()
	return l.outcome(0)
}

func (g *goroutines) Close() error {
	g.closed.Store(true)
	return nil
}
