package aio

import (
	"github.com/concbench/concbench/runners/internal/futex"
	"github.com/concbench/concbench/runners/internal/ring"
)

// A waitlist is a list of coroutines of several loops that wait for one thing,
// first in, first out. It is under the lock of that thing, and runs through the
// coroutines as a waiting does.
type waitlist struct{ first, last *Coroutine }

func (w *waitlist) push(c *Coroutine) {
	c.handed = false
	if c.before = w.last; w.last == nil {
		w.first = c
	} else {
		w.last.after = c
	}
	w.last = c
}

func (w *waitlist) remove(c *Coroutine) {
	if c.before == nil {
		w.first = c.after
	} else {
		c.before.after = c.after
	}
	if c.after == nil {
		w.last = c.before
	} else {
		c.after.before = c.before
	}
	c.before, c.after = nil, nil
}

// pop takes the first out of the list, whom to deliver to without the lock.
func (w *waitlist) pop() *Coroutine {
	c := w.first
	w.remove(c)
	c.handed = true
	return c
}

// wait parks a coroutine that is in the list, and gives back the lock that the
// list is under. The error is why it has left the list with nothing.
func (w *waitlist) wait(c *Coroutine, mu *futex.Mutex) error {
	mu.Unlock()
	return c.await(func(error) (leave bool) {
		mu.Lock()
		defer mu.Unlock()
		if !c.handed {
			w.remove(c)
		}
		return !c.handed // else what it was handed is on its way
	})
}

// A SharedQueue is a Queue between the loops of a group. A lock guards it; who
// waits does so as a coroutine, and only while another holds the lock does a
// loop stand still.
type SharedQueue struct {
	Capacity int // 0: no bound

	mu      futex.Mutex
	values  ring.Ring[any]
	getters waitlist // only while there are no values
	putters waitlist // each with its value
}

// Put appends a value; while the queue is full it waits.
func (q *SharedQueue) Put(c *Coroutine, v any) error {
	c.check()
	if c.loop.cause != nil {
		return c.loop.cause
	}
	q.mu.Lock()
	if q.getters.first != nil {
		g := q.getters.pop()
		q.mu.Unlock()
		g.value = v
		g.deliver()
		return nil
	}
	if q.Capacity > 0 && q.values.Len() >= q.Capacity {
		c.value = v
		q.putters.push(c)
		err := q.putters.wait(c, &q.mu)
		c.value = nil
		return err
	}
	q.values.Push(v)
	q.mu.Unlock()
	return nil
}

// Get takes the first value; while there is none it waits.
func (q *SharedQueue) Get(c *Coroutine) (any, error) {
	c.check()
	if c.loop.cause != nil {
		return nil, c.loop.cause
	}
	q.mu.Lock()
	if q.values.Len() == 0 {
		q.getters.push(c)
		err := q.getters.wait(c, &q.mu)
		v := c.value
		c.value = nil
		return v, err
	}
	v := q.values.Pop()
	if q.putters.first == nil {
		q.mu.Unlock()
		return v, nil
	}
	p := q.putters.pop()
	q.values.Push(p.value)
	q.mu.Unlock()
	p.deliver()
	return v, nil
}

// A SharedMutex is a Mutex between the loops of a group.
type SharedMutex struct {
	mu      futex.Mutex
	held    bool
	waiters waitlist
}

// Lock takes the lock; while another holds it, it waits.
func (m *SharedMutex) Lock(c *Coroutine) error {
	c.check()
	if c.loop.cause != nil {
		return c.loop.cause
	}
	m.mu.Lock()
	if m.held {
		m.waiters.push(c)
		return m.waiters.wait(c, &m.mu)
	}
	m.held = true
	m.mu.Unlock()
	return nil
}

// Unlock gives the lock back, or on to the one who has waited longest.
func (m *SharedMutex) Unlock() {
	m.mu.Lock()
	switch {
	case !m.held:
		m.mu.Unlock()
		panic("unlock of a mutex that is not locked")
	case m.waiters.first == nil:
		m.held = false
		m.mu.Unlock()
	default:
		next := m.waiters.pop()
		m.mu.Unlock()
		next.deliver()
	}
}
