package aio

import (
	"context"
	"sync/atomic"
)

// A Group is several loops, on a thread each, that share jobs. A coroutine
// stays on the loop that it was started on, and its children too.
//
// Coroutines of different loops meet at a SharedQueue or a SharedMutex. A
// connection or listener belongs to the loop that it was made on; a coroutine
// of another loop may use it as well, at the price of an errand. What each loop
// listens on may be listened on by the others too (SO_REUSEPORT, socket(7)):
// the kernel spreads the connections over them.
type Group struct{ loops []*Loop }

// NewGroup starts so many loops, or none.
func NewGroup(faults Faults, loops int) (*Group, error) {
	g := &Group{}
	for range loops {
		l, err := New(faults)
		if err != nil {
			g.Close()
			return nil, err
		}
		l.group = g // the loop does not look before its first job
		g.loops = append(g.loops, l)
	}
	return g, nil
}

// A share is a job that the loops of a group share.
type share struct {
	group *Group
	busy  atomic.Int32 // loops with coroutines of the job
	parts atomic.Int32 // loops that have not forgotten the job
	ended chan struct{}
}

// Run starts a coroutine per task, task i on loop i modulo their number, and is
// for the rest like a Loop's.
func (g *Group) Run(ctx context.Context, tasks int, task func(c *Coroutine, i int)) error {
	s := &share{group: g, ended: make(chan struct{})}
	s.busy.Store(int32(len(g.loops)))
	s.parts.Store(int32(len(g.loops)))
	jobs := make([]*job, len(g.loops))
	for i, l := range g.loops {
		j := &job{ctx: ctx, tasks: tasks, first: i, step: len(g.loops), task: task, over: s.forgotten, share: s}
		if !l.Post(func() { l.begin(j) }) {
			return l.faults.Closed
		}
		jobs[i] = j
	}
	stop := context.AfterFunc(ctx, func() {
		for i, l := range g.loops {
			l.Post(func() { l.cancel(jobs[i]) })
		}
	})
	<-s.ended
	stop()
	return nil
}

// leave tells that the last of a loop's own coroutines has ended. The loop keeps
// the job, and with it what it was cancelled for, as long as others may send
// it on errands.
func (s *share) leave() {
	if s.busy.Add(-1) > 0 {
		return
	}
	for _, l := range s.group.loops {
		l.Post(l.finish)
	}
}

// forgotten is what a loop calls when it has forgotten the job.
func (s *share) forgotten() {
	if s.parts.Add(-1) == 0 {
		close(s.ended)
	}
}

// Close is like a Loop's, except that it must not be called during a Run.
func (g *Group) Close() error {
	for _, l := range g.loops {
		l.Close()
	}
	return nil
}
