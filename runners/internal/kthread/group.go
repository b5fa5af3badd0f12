package kthread

import (
	"context"
	"fmt"
	"time"

	"github.com/concbench/concbench/runners/internal/futex"
)

// A Group is all that the threads of one job wait on. When the job's context
// ends, it ends: whatever waits returns Err, and so does what would wait later.
type Group struct {
	ctx   context.Context
	stop  func() bool // of the context's AfterFunc
	ended futex.Event
	over  chan struct{} // closed when end has returned
	err   error         // set before ended

	mu      futex.Mutex
	members map[Ender]struct{}
}

// An Ender is something that threads wait on. End makes those that wait, and
// all that come later, go without.
type Ender interface{ End() }

// NewGroup makes a group that ends with ctx. Close it.
func NewGroup(ctx context.Context) *Group {
	g := &Group{ctx: ctx, over: make(chan struct{}), members: map[Ender]struct{}{}}
	g.stop = context.AfterFunc(ctx, g.end)
	return g
}

// Err returns nil until the group has ended, and then an error that wraps the
// context's cause.
func (g *Group) Err() error {
	if g.ended.Happened() {
		return g.err
	}
	return nil
}

// Sleep waits for d, at least, or until the group ends.
//
// Note: all sleepers wait on one word, which costs the end of a job one system
// call however many they are.
func (g *Group) Sleep(d time.Duration) error {
	if g.ended.Within(d) {
		return g.err
	}
	return nil
}

// Add makes e end with the group: at once, if the group has ended.
func (g *Group) Add(e Ender) {
	g.mu.Lock()
	g.members[e] = struct{}{}
	ended := g.ended.Happened()
	g.mu.Unlock()
	if ended {
		e.End()
	}
}

// Remove undoes Add.
func (g *Group) Remove(e Ender) {
	g.mu.Lock()
	delete(g.members, e)
	g.mu.Unlock()
}

func (g *Group) end() {
	defer close(g.over)
	g.err = fmt.Errorf("cancelled: %w", context.Cause(g.ctx))
	g.ended.Set()
	for _, e := range g.list() {
		e.End()
	}
}

// list returns the members, so that they are ended without the lock that those
// who wake need.
func (g *Group) list() []Ender {
	g.mu.Lock()
	defer g.mu.Unlock()
	list := make([]Ender, 0, len(g.members))
	for e := range g.members {
		list = append(list, e)
	}
	return list
}

// Close lets go of the context and closes the descriptors that tasks have left
// open. No thread may wait on the group any more.
func (g *Group) Close() {
	if !g.stop() {
		<-g.over
	}
	for _, e := range g.list() {
		if c, ok := e.(interface{ Close() error }); ok {
			c.Close()
		}
	}
}
