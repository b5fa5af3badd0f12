package runners

import (
	"context"
	"sync"
	"sync/atomic"
)

func init() {
	Register(Model{
		Name:    "gopool",
		Summary: "a fixed set of goroutines",
		Honest:  "the plainest bounded pool: workers that live as long as the runner and take the next task when they are free",
		Usable:  true,
		Quick:   true,
		Option:  PoolSize("goroutines", ExecutorSize), // threadpool's: the two differ in what a worker is
		Offers:  poolOffers,
		New:     func(c Config) (Runner, error) { return newPool(int(c.Option)), nil },
	})
}

// A pool is a fixed set of goroutines.
type pool struct {
	size    int
	workers sync.WaitGroup
	shifts  chan *shift // as many of a job as workers are to work on it

	mu     sync.Mutex // one Run or Close at a time
	closed bool
}

func newPool(size int) *pool {
	p := &pool{size: size, shifts: make(chan *shift, size)}
	p.workers.Add(size)
	for range size {
		go p.work(nil)
	}
	return p
}

// A shift is a job as the workers see it: a counter from which each claims the
// number of its next task.
//
// Note: tasks come in order from one atomic addition and nobody hands them out.
// A channel of tasks, what one writes for work that arrives bit by bit, costs a
// goroutine of its own that sends and a wake-up for most tasks. Here all tasks
// are there from the start, as they are for errgroup, ants and pond, whose
// submitting loop is their own way.
type shift struct {
	ledger *ledger
	job    *goJob
	next   atomic.Int64
	ended  sync.WaitGroup
}

func (p *pool) Run(ctx context.Context, job Job) (Outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return Outcome{}, ErrClosed
	}
	j := newGoJob(ctx, true)
	defer j.end()
	s := &shift{ledger: release(ctx, job, j), job: j}
	hands := min(p.size, job.Tasks)
	s.ended.Add(hands)
	for range hands {
		p.shifts <- s
	}
	s.ended.Wait()
	return s.ledger.outcome(0)
}

// work is a worker: it works on the shift it is given, then on those to come.
func (p *pool) work(s *shift) {
	retired := false
	defer func() {
		if retired {
			p.workers.Done()
		} else { // runtime.Goexit in a task: another goes on in this one's place
			go p.work(s)
		}
	}()
	var t goTask
	for {
		if s != nil {
			s.drain(&t)
			s.ended.Done()
			s, t.job = nil, nil // keep nothing of the job alive
		}
		var open bool
		if s, open = <-p.shifts; !open {
			retired = true
			return
		}
	}
}

// drain runs tasks until all are claimed.
func (s *shift) drain(t *goTask) {
	t.job = s.job
	l, tasks := s.ledger, int64(len(s.ledger.samples))
	for {
		i := s.next.Add(1) - 1
		if i >= tasks {
			return
		}
		l.run(t, int(i))
	}
}

func (p *pool) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.closed = true
		close(p.shifts)
		p.workers.Wait()
	}
	return nil
}
