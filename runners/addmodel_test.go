package runners

import (
	"context"
	"sync/atomic"
)

// Adding a model takes one file of this package and nothing else. This is such
// a file, but for its name: the model is in Models, and so the conformance suite
// runs over it.

func init() {
	Register(Model{
		Name:    "backwards",
		Summary: "one task after another, the last one first",
		Honest:  "it is nothing but an example",
		Offers: func(Config, int) Offers {
			return Offers{Together: 1, SharedMemory: true, Listener: true, OwnWorker: true}
		},
		New: func(Config) (Runner, error) { return new(backwards), nil },
	})
}

type backwards struct{ closed atomic.Bool }

func (b *backwards) Run(ctx context.Context, job Job) (Outcome, error) {
	if b.closed.Load() {
		return Outcome{}, ErrClosed
	}
	j := newGoJob(ctx, true)
	defer j.end()
	l := release(ctx, job, j)
	for i := job.Tasks - 1; i >= 0; i-- {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			l.run(&goTask{job: j}, i)
		}()
		<-ended
	}
	return l.outcome(0)
}

func (b *backwards) Close() error {
	b.closed.Store(true)
	return nil
}
