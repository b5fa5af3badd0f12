package runners

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/concbench/concbench/runners/internal/futex"
	"github.com/concbench/concbench/runners/internal/kthread"
)

func init() {
	Register(Model{
		Name:        "threadpool",
		Summary:     "a fixed set of kernel threads",
		Honest:      "kernel threads that live as long as the runner, as many as Python's ThreadPoolExecutor has, each of which blocks with the task it runs",
		Option:      PoolSize("threads", ExecutorSize),
		Quick:       true,
		Unsupported: kthread.Supported,
		Offers: func(c Config, _ int) Offers {
			return Offers{Together: int(c.Option), SharedMemory: true, Listener: true, OwnWorker: true, OwnThread: true, Threads: int(c.Option)}
		},
		Procs: func(c Config, _ int) int { return threadProcs(c.Cores, int(c.Option)) },
		New: func(c Config) (Runner, error) {
			if err := kthread.Supported(); err != nil {
				return nil, err
			}
			return newThreadPool(int(c.Option)), nil
		},
	})
}

// A threadPool is a fixed set of kernel threads.
type threadPool struct {
	turn   sync.Mutex   // one Run or Close at a time
	closed bool         // under turn
	shifts *futex.Queue // of *threadShift: as many of a job as threads are to work on it

	mu   futex.Mutex
	live []*kthread.Thread // by place
	dead []*kthread.Thread // ended under a task, not yet joined

	restore func() // ends the calm
}

func newThreadPool(size int) *threadPool {
	p := &threadPool{shifts: futex.NewQueue(0), live: make([]*kthread.Thread, size), restore: kthread.Calm()}
	for place := range p.live {
		p.hire(place, nil)
	}
	return p
}

// A threadShift is a job as the pool's threads see it: a counter from which
// each claims the number of its next task.
//
// Note: a ThreadPoolExecutor is fed through a queue, which costs a lock and
// often a wake-up a task. It must be, since work may come at any time; here all
// tasks are there from the start, and the counter is their queue. gopool does
// the same, so that the two differ in what a worker is and in nothing else.
type threadShift struct {
	ledger *ledger
	job    *threadJob
	next   atomic.Int64
	ended  futex.Latch // of the threads on this shift
}

func (p *threadPool) Run(ctx context.Context, job Job) (Outcome, error) {
	p.turn.Lock()
	defer p.turn.Unlock()
	if p.closed {
		return Outcome{}, ErrClosed
	}
	j := newThreadJob(ctx, true)
	defer j.end()
	s := &threadShift{ledger: release(ctx, job, j), job: j}
	hands := min(len(p.live), job.Tasks)
	s.ended.Add(hands)
	for range hands {
		p.shifts.Put(s)
	}
	s.ended.Wait()
	p.bury()
	return s.ledger.outcome(len(p.live))
}

// hire puts a new thread in a place, to work on the shift that the one before
// died on, if there is one, and on those to come.
func (p *threadPool) hire(place int, s *threadShift) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if died := p.live[place]; died != nil {
		p.dead = append(p.dead, died)
	}
	p.live[place] = kthread.Start(func() { p.work(place, s) })
}

// work is what a thread of the pool does.
func (p *threadPool) work(place int, s *threadShift) {
	retired := false
	defer func() {
		if !retired { // runtime.Goexit in a task: another goes on in this one's place
			p.hire(place, s)
		}
	}()
	for {
		if s != nil {
			s.drain()
			s.ended.Done()
			s = nil // keep nothing of the job alive
		}
		next, ok := p.shifts.Get()
		if !ok {
			retired = true
			return
		}
		s = next.(*threadShift)
	}
}

// drain runs tasks until all are claimed.
func (s *threadShift) drain() {
	t, tasks := threadTask{job: s.job}, int64(len(s.ledger.samples))
	for {
		i := s.next.Add(1) - 1
		if i >= tasks {
			return
		}
		s.ledger.run(&t, int(i))
	}
}

// bury waits until the threads that died are gone.
func (p *threadPool) bury() {
	p.mu.Lock()
	dead := p.dead
	p.dead = nil
	p.mu.Unlock()
	for _, t := range dead {
		t.Join()
	}
}

// Close returns when the threads are gone.
func (p *threadPool) Close() error {
	p.turn.Lock()
	defer p.turn.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	p.shifts.End()
	for _, t := range p.live {
		t.Join()
	}
	p.restore()
	return nil
}
