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
	"github.com/concbench/concbench/runners/reexec"
	"github.com/concbench/concbench/runners/usage"
)

// A crew is a set of worker processes, each in a place of its own.
type crew struct {
	hands   []*hand     // by place; nil where a worker is missing
	missing error       // why the last one is
	gone    usage.Usage // of those that have ended

	// mu is held by who changes hands, and by who reads them while others may
	// change them.
	mu sync.Mutex
}

// A hand is a worker process, as the pool sees it.
type hand struct {
	*wire.Worker
	place   int
	late    *time.Timer // kills it, unless it is up in time
	up      bool        // it has said Hello
	worked  bool        // it has done a range
	busy    bool        // with one
	wide    bool        // of more than one task, when it was given
	plan    *plan       // that it has prepared
	first   int         // task of the range
	failure error       // of the first of the range's tasks that failed
}

// muster starts so many workers and returns when they are up.
func (c *crew) muster(size int) error {
	c.hands = make([]*hand, size)
	if c.fill(); c.missing != nil {
		return c.missing
	}
	for _, h := range c.hands {
		if err := h.greet(); err != nil {
			ended := c.end(h)
			h.Forget()
			return fmt.Errorf("a worker process does not start: %w: %w", err, ended)
		}
	}
	return nil
}

// fill starts a worker in each place that has none, as far as it can; missing
// says why it could not.
func (c *crew) fill() {
	for place, h := range c.hands {
		if h != nil {
			continue
		}
		w, err := wire.Start()
		if err != nil {
			c.missing = fmt.Errorf("start worker process %d of %d: %w", place+1, len(c.hands), err)
			return
		}
		c.mu.Lock()
		c.hands[place] = &hand{Worker: w, place: place, late: time.AfterFunc(reexec.Patience, w.Kill)}
		c.mu.Unlock()
	}
}

// greet waits for the worker to be up.
func (h *hand) greet() error {
	kind, _, err := h.Next()
	if err == nil && kind != wire.Hello {
		err = fmt.Errorf("an unexpected message %q", kind)
	}
	if err == nil {
		h.rise()
	}
	return err
}

// rise notes that the worker is up.
func (h *hand) rise() {
	h.up = true
	h.late.Stop()
}

// end ends a worker, if it has not ended, takes it out of the crew, and says how
// it ended. What is on its tray can be read until it is forgotten.
func (c *crew) end(h *hand) error {
	c.mu.Lock()
	c.hands[h.place] = nil
	c.mu.Unlock()
	h.late.Stop()
	h.Kill()
	used, err := h.Wait()
	c.gone = c.gone.Add(used)
	if err == nil {
		err = errors.New("it ended: exit status 0")
	}
	c.missing = err
	return err
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
		used, err := h.used()
		if err != nil {
			ended := c.end(h) // and so in gone
			h.Forget()
			if h.up {
				continue
			}
			return usage.Usage{}, fmt.Errorf("a worker process does not start: %w: %w", err, ended)
		}
		sum = sum.Add(used)
	}
	return sum.Add(c.gone), nil
}

func (h *hand) used() (u usage.Usage, err error) {
	if !h.up {
		if err := h.greet(); err != nil {
			return u, err
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
		if h != nil {
			h.Dismiss()
		}
	}
	var errs []error
	for place, h := range c.hands {
		if h == nil {
			continue
		}
		_, err := h.Wait()
		h.late.Stop()
		if err != nil && h.Failed() {
			errs = append(errs, fmt.Errorf("a worker process: %w", err))
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
