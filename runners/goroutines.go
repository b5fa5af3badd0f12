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
	s := newSwarm(ctx, job, j)
	s.running.Add(job.Tasks)
	for i := range s.tasks {
		go s.run(i)
	}
	s.running.Wait()
	return s.ledger.outcome(0)
}

func (g *goroutines) Close() error {
	g.closed.Store(true)
	return nil
}

// A swarm is one job of tasks that are submitted one by one: what they have in
// common is here, so that each holds no more than its number.
type swarm struct {
	ledger  *ledger
	tasks   []goTask
	running sync.WaitGroup
}

func newSwarm(ctx context.Context, job Job, j *goJob) *swarm {
	s := &swarm{ledger: release(ctx, job, j), tasks: make([]goTask, job.Tasks)}
	for i := range s.tasks {
		s.tasks[i].job = j
	}
	return s
}

func (s *swarm) run(i int) {
	defer s.running.Done()
	s.ledger.run(&s.tasks[i], i)
}
