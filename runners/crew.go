package runners

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/concbench/concbench/runners/internal/wire"
	"github.com/concbench/concbench/runners/usage"
)

// A crew is a set of worker processes, each in a place of its own.
type crew struct {
	hands    []*hand                      // by place; nil where a worker is missing
	missing  error                        // why the last one is
	gone     usage.Usage                  // of those that have ended
	patience time.Duration                // with a worker that is starting, while it is waited for
	start    func() (*wire.Worker, error) // wire.Start
	post     wire.Post

	// mu is held by who changes hands, and by who reads them while others may
	// change them.
	mu sync.Mutex
}

// A hand is a worker process, as the pool sees it.
type hand struct {
	*wire.Worker
	place   int
	up      bool  // it has said Hello
	unfit   error // why it was given up before it was up, though it had not ended
	worked  bool  // it has done a range
	busy    bool  // with one
	wide    bool  // of more than one task, when it was given
	plan    *plan // that it has prepared
	first   int   // task of the range
	failure error // of the first of the range's tasks that failed
}

// muster starts so many workers and returns when they are up.
func (c *crew) muster(size int) error {
	c.hands = make([]*hand, size)
	if err := c.fill(); err != nil {
		return err
	}
	for _, h := range c.hands {
		if c.greet(h); !h.up {
			ended := c.end(h)
			h.Forget()
			return fmt.Errorf("a worker process does not start: %w", ended)
		}
	}
	return nil
}

// fill starts a worker in each place that has none, as far as it can.
func (c *crew) fill() error {
	for place, h := range c.hands {
		if h != nil {
			continue
		}
		w, err := c.start()
		if err != nil {
			c.missing = fmt.Errorf("start worker process %d of %d: %w", place+1, len(c.hands), err)
			return c.missing
		}
		c.mu.Lock()
		c.hands[place] = &hand{Worker: w, place: place}
		c.mu.Unlock()
	}
	return nil
}

// greet waits for the worker to be up. The time that it may take is counted from
// here: before, it may have had to share the CPUs with many others that start.
func (c *crew) greet(h *hand) {
	for until := time.Now().Add(c.patience); !h.Ready(); {
		left := time.Until(until)
		if left <= 0 {
			if !c.late(h) {
				break
			}
			return
		}
		if _, h.unfit = c.post.Await([]*wire.Worker{h.Worker}, left); h.unfit != nil {
			return
		}
	}
	h.hello()
}

// late gives up a worker that was waited for too long, unless something has come
// of it after all: who waits may himself have had to wait for a CPU.
func (c *crew) late(h *hand) bool {
	if h.Ready() {
		return false
	}
	h.unfit = fmt.Errorf("it was not up within %v", c.patience)
	return true
}

// hello takes the worker's first message, which is there, and notes that it is
// up, or why not.
func (h *hand) hello() {
	kind, _, err := h.Next()
	if h.up = err == nil && kind == wire.Hello; err == nil && !h.up {
		h.unfit = fmt.Errorf("an unexpected message %q", kind)
	}
}

// greetReady notes which of the workers that were starting are up by now. One
// that has ended instead leaves its place.
func (c *crew) greetReady() {
	for _, h := range c.hands {
		if h == nil || h.up || !h.Ready() {
			continue
		}
		if h.hello(); !h.up {
			c.end(h)
			h.Forget()
		}
	}
}

// end ends a worker, if it has not ended, takes it out of the crew, and says how
// it ended. What is on its tray can be read until it is forgotten.
func (c *crew) end(h *hand) error {
	c.mu.Lock()
	c.hands[h.place] = nil
	c.mu.Unlock()
	h.Kill()
	used, ended := h.Wait()
	c.gone = c.gone.Add(used)
	if h.unfit != nil {
		ended = fmt.Errorf("%w: %w", h.unfit, ended)
	}
	c.missing = ended
	return ended
}

// watch has the workers told when the job is cancelled, until the returned
// function is called.
func (c *crew) watch(ctx context.Context, job uint64) (stop func()) {
	told := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() {
		defer close(told)
		message := wire.Numbered(job, pack(context.Cause(ctx), nil).bytes())
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, h := range c.hands {
			if h != nil {
				h.Cancel(message) // one that is gone has no tasks left to cancel
			}
		}
	})
	return func() {
		if !cancel() {
			<-told
		}
	}
}

func (c *crew) pids() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	var pids []int
	for _, h := range c.hands {
		if h != nil {
			pids = append(pids, h.PID())
		}
	}
	return pids
}

// usage asks each worker what it has used. None of them is busy.
func (c *crew) usage() (usage.Usage, error) {
	sum := usage.Usage{}
	for _, h := range c.hands {
		if h == nil {
			continue
		}
		used, err := c.account(h)
		if err != nil {
			ended := c.end(h) // and so in gone
			h.Forget()
			if h.up {
				continue
			}
			return usage.Usage{}, fmt.Errorf("a worker process does not start: %w", ended)
		}
		sum = sum.Add(used)
	}
	return sum.Add(c.gone), nil
}

// errNotUp says that of a worker nothing can be asked; its end tells why.
var errNotUp = errors.New("a worker process is not up")

func (c *crew) account(h *hand) (u usage.Usage, err error) {
	if !h.up {
		if c.greet(h); !h.up {
			return u, errNotUp
		}
	}
	if err := h.Send(wire.Account); err != nil {
		return u, err
	}
	kind, content, err := h.Next()
	if err == nil && kind != wire.Used {
		err = fmt.Errorf("an unexpected message %q", kind)
	}
	if err == nil {
		err = json.Unmarshal(content, &u)
	}
	return u, err
}

// dismiss returns when all workers are gone. The error is of those that could
// not give back what they had.
func (c *crew) dismiss() error {
	for _, h := range c.hands {
		if h == nil {
			continue
		}
		if h.Dismiss(); !h.up {
			h.Kill() // it has nothing to give back
		}
	}
	var errs []error
	for place, h := range c.hands {
		if h == nil {
			continue
		}
		if _, ended := h.Wait(); h.Failed() {
			errs = append(errs, fmt.Errorf("a worker process: %w", ended))
		}
		c.mu.Lock()
		c.hands[place] = nil
		c.mu.Unlock()
		h.Forget()
	}
	return errors.Join(errs...)
}

// A plan is what workers prepare: a job, apart from its running.
type plan struct {
	prepared
	message []byte
}

func newPlan(job Job) (*plan, error) {
	p := &plan{prepared: prepared{job.Spec, job.Tasks}}
	p.Spec.Params = maps.Clone(p.Spec.Params)
	var err error
	p.message, err = json.Marshal(p.prepared)
	return p, err
}

// is says whether a job needs nothing else prepared.
func (p *plan) is(job Job) bool {
	s, t := p.Spec, job.Spec
	return p.Tasks == job.Tasks && s.Workload == t.Workload && s.Seed == t.Seed && s.Origin == t.Origin && s.Data == t.Data && maps.Equal(s.Params, t.Params)
}
