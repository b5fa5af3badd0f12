package aio

import "github.com/concbench/concbench/runners/internal/ring"

// A Queue hands values between the coroutines of one loop, first in, first
// out, to those who wait in the order in which they came. The zero Queue has
// no bound.
type Queue struct {
	Capacity int // 0: no bound

	values  ring.Ring[any]
	getters waiting
	putters waiting // each with its value
}

// Put appends a value; while the queue is full it waits.
func (q *Queue) Put(c *Coroutine, v any) error {
	c.check()
	if c.loop.cause != nil {
		return c.loop.cause
	}
	if g := q.getters.first; g != nil {
		g.value = v
		g.wake(nil)
		return nil
	}
	if q.Capacity > 0 && q.values.Len() >= q.Capacity {
		c.value = v
		err := c.wait(&q.putters, 0, false)
		c.value = nil
		return err
	}
	q.values.Push(v)
	return nil
}

// Get takes the first value; while there is none it waits.
func (q *Queue) Get(c *Coroutine) (any, error) {
	c.check()
	if c.loop.cause != nil {
		return nil, c.loop.cause
	}
	if q.values.Len() == 0 {
		err := c.wait(&q.getters, 0, false)
		v := c.value
		c.value = nil
		return v, err
	}
	v := q.values.Pop()
	if p := q.putters.first; p != nil {
		q.values.Push(p.value)
		p.wake(nil)
	}
	return v, nil
}

// A Mutex is a lock between the coroutines of one loop. It goes to those who
// wait in the order in which they came.
type Mutex struct {
	held    bool
	waiters waiting
}

// Lock takes the lock; while another holds it, it waits.
func (m *Mutex) Lock(c *Coroutine) error {
	c.check()
	if c.loop.cause != nil {
		return c.loop.cause
	}
	if m.held {
		return c.wait(&m.waiters, 0, false)
	}
	m.held = true
	return nil
}

// Unlock gives the lock back.
func (m *Mutex) Unlock() {
	if !m.held {
		panic("unlock of a mutex that is not locked")
	}
	if c := m.waiters.first; c != nil {
		c.loop.check()
		c.wake(nil)
		return
	}
	m.held = false
}
