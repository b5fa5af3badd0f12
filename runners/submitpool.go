package runners

import (
	"context"
	"sync"
)

// A submitPool runs jobs on a pool of goroutines that takes functions one by
// one, as the pools do that people pick: the caller of Run submits each task,
// and waits in submit where the pool wants it to.
type submitPool struct {
	// open readies the pool for one job. submit has the pool run f; wait returns
	// when all that was submitted has ended.
	open func() (submit func(f func()) error, wait func())

	shut func() error // returns when the pool's goroutines are gone

	mu     sync.Mutex // one Run or Close at a time
	closed bool
}

// poolOffers is what a fixed number of goroutines gives a job.
func poolOffers(c Config, _ int) Offers {
	return Offers{Together: int(c.Option), SharedMemory: true, Listener: true}
}

func (p *submitPool) Run(ctx context.Context, job Job) (Outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return Outcome{}, ErrClosed
	}
	j := newGoJob(ctx, true)
	defer j.end()
	l := release(ctx, job, j)
	submit, wait := p.open()
	tasks := make([]goTask, job.Tasks)
	for i := range tasks {
		tasks[i].job = j
		if err := submit(func() { l.run(&tasks[i], i) }); err != nil {
			l.fail(i, err)
		}
	}
	wait()
	return l.outcome(0)
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
func counted(submit func(f func()) error) func() (func(func()) error, func()) {
	return func() (func(func()) error, func()) {
		var running sync.WaitGroup
		return func(f func()) error {
			running.Add(1)
			err := submit(func() {
				defer running.Done()
				f()
			})
			if err != nil {
				running.Done()
			}
			return err
		}, running.Wait
	}
}
