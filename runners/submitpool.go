package runners

import (
	"context"
	"sync"
)

// A submitPool runs jobs on a pool of goroutines that takes functions one by
// one, as the pools do that people pick: the caller of Run submits each task,
// and waits in submit where the pool wants it to.
type submitPool struct {
	// open readies the pool for one job. submit has the pool run task i of it,
	// through one closure, as its users would write it; wait returns when all
	// that was submitted has ended.
	open func(s *swarm) (submit func(i int) error, wait func())

	shut func() error // returns when the pool's goroutines are gone

	mu     sync.Mutex // one Run or Close at a time
	closed bool
}

// poolOffers is what a fixed number of goroutines gives a job.
func poolOffers(c Config, _ int) Offers {
	return Offers{Together: int(c.Option), SharedMemory: true, Listener: true, OwnWorker: true}
}

func (p *submitPool) Run(ctx context.Context, job Job) (Outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return Outcome{}, ErrClosed
	}
	j := newGoJob(ctx, true)
	defer j.end()
	s := newSwarm(ctx, job, j)
	submit, wait := p.open(s)
	for i := range s.tasks {
		if err := submit(i); err != nil {
			s.ledger.fail(i, err)
		}
	}
	wait()
	return s.ledger.outcome(0)
}

func (p *submitPool) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	return p.shut()
}

// counted makes an open of a pool that does not itself tell when all of a job
// has ended: a WaitGroup does, as its users would have it.
func counted(submit func(f func()) error) func(*swarm) (func(int) error, func()) {
	return func(s *swarm) (func(int) error, func()) {
		s.running.Add(len(s.tasks))
		return func(i int) error {
			err := submit(func() { s.run(i) })
			if err != nil {
				s.running.Done()
			}
			return err
		}, s.running.Wait
	}
}
