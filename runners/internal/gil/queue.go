package gil

import "github.com/concbench/concbench/runners/internal/ring"

// A Queue hands values from thread to thread, first in, first out. Whoever
// calls Put or Get holds the global lock, which is what guards the values.
type Queue struct {
	values ring.Ring[any]
	filled *Semaphore // a unit for each value
	room   *Semaphore // a unit for each value that there is room for; nil: no bound
}

// NewQueue makes a queue that holds up to capacity values; with capacity 0 it
// has no bound.
func NewQueue(l *Lock, capacity int) *Queue {
	q := &Queue{filled: NewSemaphore(l, 0, 0)}
	if capacity > 0 {
		q.room = NewSemaphore(l, capacity, capacity)
	}
	return q
}

// Put waits while the queue is full. It reports false when the queue has ended.
func (q *Queue) Put(v any) bool {
	if q.room != nil && !q.room.Down() {
		return false
	}
	q.values.Push(v)
	return q.filled.Up()
}

// Get waits while the queue is empty. It reports false when the queue has
// ended, whatever is left in it.
func (q *Queue) Get() (v any, ok bool) {
	if !q.filled.Down() {
		return nil, false
	}
	v = q.values.Pop()
	if q.room != nil {
		q.room.Up()
	}
	return v, true
}

// End makes all that wait, and all that come later, go without.
func (q *Queue) End() {
	q.filled.End()
	if q.room != nil {
		q.room.End()
	}
}
