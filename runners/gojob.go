package runners

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
)

// A goJob is what the tasks of one Run share.
type goJob struct {
	ctx    context.Context
	inline bool // children run on their parent's goroutine, when it waits

	// What cannot wait for ctx by itself is woken when ctx ends.
	mu    sync.Mutex
	wakes map[waker]struct{}
	stop  func() bool
	woken chan struct{} // closed when all of them are
}

// A waker holds up goroutines that know nothing of the context. wake lets them
// go, and whoever comes later; it may be called more than once.
type waker interface{ wake() }

func newGoJob(ctx context.Context, inline bool) *goJob {
	j := &goJob{ctx: ctx, inline: inline}
	if ctx.Done() != nil {
		j.wakes = map[waker]struct{}{}
		j.woken = make(chan struct{})
		j.stop = context.AfterFunc(ctx, j.wake)
	}
	return j
}

// end lets go of the context. All tasks have ended.
func (j *goJob) end() {
	if j.stop != nil && !j.stop() {
		<-j.woken
	}
}

func (j *goJob) wake() {
	defer close(j.woken)
	j.mu.Lock()
	defer j.mu.Unlock()
	for w := range j.wakes {
		w.wake()
	}
}

// add has w woken when the context ends, which it may have done already.
func (j *goJob) add(w waker) {
	if j.wakes == nil {
		return
	}
	j.mu.Lock()
	j.wakes[w] = struct{}{}
	j.mu.Unlock()
	if j.ctx.Err() != nil {
		w.wake()
	}
}

func (j *goJob) remove(w waker) {
	if j.wakes == nil {
		return
	}
	j.mu.Lock()
	delete(j.wakes, w)
	j.mu.Unlock()
}

// cancelled is the error of a wait that the end of the context cut short.
func cancelled(ctx context.Context, what string) error {
	return fmt.Errorf("%s: %w", what, context.Cause(ctx))
}

// waited is the error of a wait on something that wake may have let go.
func (j *goJob) waited(what string, err error) error {
	if err != nil && j.ctx.Err() != nil && errors.Is(err, os.ErrDeadlineExceeded) {
		return cancelled(j.ctx, what)
	}
	return err
}
