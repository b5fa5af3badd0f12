package runnertest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var meetChecks = []check{
	{promise: "a queue is first in, first out", run: firstInFirstOut},
	{promise: "a queue without a bound never makes Put wait", run: unbounded},
	{promise: "Put waits while the queue is full", needs: runners.Needs{Together: 2}, run: putWaits},
	{promise: "Get waits while the queue is empty", needs: runners.Needs{Together: 2}, run: getWaits},
	{promise: "many put and many get, and nothing is lost", needs: runners.Needs{Together: 2}, run: manyPutManyGet},
	{promise: "a mutex has one holder", run: oneHolder},
	{promise: "a mutex is passed on to who waits", needs: runners.Needs{Together: 2}, run: passedOn},
}

func firstInFirstOut(r *rig) {
	for _, capacity := range []int{0, 5} {
		r.pass(1, func(s runners.Sync) runners.Body {
			q := s.NewQueue(capacity)
			return func(t runners.Task, _ int) (uint64, error) {
				for round := range 3 {
					for i := range 5 {
						if err := q.Put(t, round*5+i); err != nil {
							return 0, err
						}
					}
					for i := range 5 {
						if v, err := q.Get(t); v != round*5+i || err != nil {
							return 0, fmt.Errorf("got %v for %d, %v", v, round*5+i, err)
						}
					}
				}
				return 0, nil
			}
		})
	}
}

func unbounded(r *rig) {
	const values = 10_000
	r.pass(1, func(s runners.Sync) runners.Body {
		q := s.NewQueue(0)
		return func(t runners.Task, _ int) (uint64, error) {
			for i := range values {
				if err := q.Put(t, i); err != nil {
					return 0, err
				}
			}
			for i := range values {
				if v, err := q.Get(t); v != i || err != nil {
					return 0, fmt.Errorf("got %v for %d, %v", v, i, err)
				}
			}
			return 0, nil
		}
	})
}

func putWaits(r *rig) {
	const capacity, values = 3, 10
	r.pass(2, func(s runners.Sync) runners.Body {
		q := s.NewQueue(capacity)
		var put atomic.Int64
		return func(t runners.Task, i int) (uint64, error) {
			if i == 0 {
				for v := range values {
					if err := q.Put(t, v); err != nil {
						return 0, err
					}
					put.Add(1)
				}
				return 0, nil
			}
			if err := t.Sleep(5 * time.Millisecond); err != nil {
				return 0, err
			}
			for v := range values {
				if n := put.Load(); n > int64(v+capacity) {
					return 0, fmt.Errorf("%d values put and %d got, with room for %d", n, v, capacity)
				}
				if got, err := q.Get(t); got != v || err != nil {
					return 0, fmt.Errorf("got %v for %d, %v", got, v, err)
				}
			}
			return 0, nil
		}
	})
}

func getWaits(r *rig) {
	r.two(
		func(t runners.Task, q runners.Queue) error {
			for i := range 5 {
				if v, err := q.Get(t); v != i || err != nil {
					return fmt.Errorf("got %v for %d, %v", v, i, err)
				}
			}
			return nil
		},
		func(t runners.Task, q runners.Queue) error {
			for i := range 5 {
				if err := errors.Join(t.Sleep(time.Millisecond), q.Put(t, i)); err != nil {
					return err
				}
			}
			return nil
		})
}

func manyPutManyGet(r *rig) {
	const each = 100
	pairs := r.together(40) / 2
	for _, capacity := range []int{0, 1, 7} {
		got := make([]atomic.Int32, pairs*each)
		r.pass(2*pairs, func(s runners.Sync) runners.Body {
			q := s.NewQueue(capacity)
			return func(t runners.Task, i int) (uint64, error) {
				// By turns a getter and a putter, so that a pool holds as many of both.
				last := make([]int, pairs) // one getter sees the values of each putter in their order
				for j := range each {
					if i%2 == 1 {
						if err := q.Put(t, i/2*each+j); err != nil {
							return 0, err
						}
						continue
					}
					v, err := q.Get(t)
					if err != nil {
						return 0, err
					}
					value := v.(int)
					got[value].Add(1)
					if putter, n := value/each, value%each+1; n <= last[putter] {
						return 0, fmt.Errorf("value %d of putter %d after %d", n, putter, last[putter])
					} else {
						last[putter] = n
					}
				}
				return 0, nil
			}
		})
		for v := range got {
			require.EqualValues(r, 1, got[v].Load(), "value %d, capacity %d", v, capacity)
		}
	}
}

func oneHolder(r *rig) {
	const each = 50
	tasks := r.together(40)
	count := 0 // not atomic: the race detector watches, too
	r.pass(tasks, func(s runners.Sync) runners.Body {
		m := s.NewMutex()
		holders := 0
		return func(t runners.Task, _ int) (uint64, error) {
			for i := range each {
				if err := m.Lock(t); err != nil {
					return 0, err
				}
				holders++
				if i%10 == 0 {
					if err := t.Yield(); err != nil { // while holding it
						return 0, err
					}
				}
				if holders != 1 {
					return 0, fmt.Errorf("%d holders", holders)
				}
				holders--
				count++
				m.Unlock()
			}
			return 0, nil
		}
	})
	assert.Equal(r, tasks*each, count)
}

func passedOn(r *rig) {
	tasks := r.together(20)
	r.pass(tasks, func(s runners.Sync) runners.Body {
		m, all := s.NewMutex(), newMeeting(s, tasks)
		return func(t runners.Task, _ int) (uint64, error) {
			if err := all.join(t); err != nil {
				return 0, err
			}
			if err := m.Lock(t); err != nil {
				return 0, err
			}
			defer m.Unlock()
			return 0, t.Sleep(100 * time.Microsecond) // all others wait for the lock meanwhile
		}
	})
}
