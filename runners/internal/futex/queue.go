package futex

import "github.com/concbench/concbench/runners/internal/ring"

// A Queue hands values from thread to thread, first in, first out, both in
// values and in those that wait.
//
// A value goes straight to the thread that has waited longest, which finds it
// at hand when it wakes and needs no lock.
type Queue struct {
	capacity int // 0: no bound
	mu       Mutex
	ended    bool
	values   ring.Ring[any]
	getters  ring.Ring[*waiter] // only while values is empty
	putters  ring.Ring[*waiter] // only while values is full
}

// A waiter is a thread at one end of a queue.
type waiter struct {
	spot
	value any
	ok    bool
}

// NewQueue makes a queue that holds up to capacity values; with capacity 0 it
// has no bound.
func NewQueue(capacity int) *Queue { return &Queue{capacity: capacity} }

// Put waits while the queue is full. It reports false when the queue has ended.
func (q *Queue) Put(v any) bool {
	q.mu.Lock()
	switch {
	case q.ended:
		q.mu.Unlock()
		return false
	case q.getters.Len() > 0:
		w := q.getters.Pop()
		q.mu.Unlock()
		w.value, w.ok = v, true
		w.wake()
		return true
	case q.capacity == 0 || q.values.Len() < q.capacity:
		q.values.Push(v)
		q.mu.Unlock()
		return true
	}
	w := &waiter{value: v}
	q.putters.Push(w)
	q.mu.Unlock()
	w.await()
	return w.ok
}

// Get waits while the queue is empty. It reports false when the queue has
// ended, whatever is left in it.
func (q *Queue) Get() (v any, ok bool) {
	q.mu.Lock()
	if q.ended {
		q.mu.Unlock()
		return nil, false
	}
	if q.values.Len() == 0 {
		w := &waiter{}
		q.getters.Push(w)
		q.mu.Unlock()
		w.await()
		return w.value, w.ok
	}
	v = q.values.Pop()
	if q.putters.Len() == 0 {
		q.mu.Unlock()
		return v, true
	}
	w := q.putters.Pop()
	q.values.Push(w.value)
	q.mu.Unlock()
	w.ok = true
	w.wake()
	return v, true
}

// End makes all that wait, and all that come later, go without.
func (q *Queue) End() {
	q.mu.Lock()
	q.ended = true
	getters, putters := q.getters, q.putters
	q.getters, q.putters, q.values = ring.Ring[*waiter]{}, ring.Ring[*waiter]{}, ring.Ring[any]{}
	q.mu.Unlock()
	for _, waiters := range []ring.Ring[*waiter]{getters, putters} {
		for waiters.Len() > 0 {
			waiters.Pop().wake()
		}
	}
}
