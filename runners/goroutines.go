package runners

import (
	"context"
	"fmt"
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
		Option:  procsOption,
		Control: "wide",
		Offers: func(Config, int) Offers {
			return Offers{Children: true, SharedMemory: true, Listener: true, OwnWorker: true, TaskBytes: 2800}
		},
		Procs: func(c Config, tasks int) int {
			if c.Option == wide {
				return threadProcs(c.Cores, tasks)
			}
			return c.Cores
		},
		New: func(Config) (Runner, error) { return new(goroutines), nil },
	})
}

// The GOMAXPROCS of goroutines.
const (
	plain int64 = iota // the number of cores, as a Go program has it
	wide               // what the model threads has for the job
)

// procsOption tells what more Ps do apart from what threads do: they change the
// pace of garbage collection, whoever runs on them.
var procsOption = &Option{
	Name:    "procs",
	Doc:     "plain (GOMAXPROCS is the number of cores) or wide (it is what threads have for the job: a control)",
	Default: func(int) int64 { return plain },
	Parse: func(s string) (int64, error) {
		switch s {
		case "plain":
			return plain, nil
		case "wide":
			return wide, nil
		}
		return 0, fmt.Errorf("procs %q: want plain or wide", s)
	},
	Format: func(v int64) string { return map[int64]string{plain: "plain", wide: "wide"}[v] },
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
