package aio

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAQueueServesThoseWhoWaitInTheirOrder(t *testing.T) {
	l := newLoop(t)
	for _, capacity := range []int{0, 1, 3} {
		q := Queue{Capacity: capacity}
		got := make([]any, 4)
		run(t, l, 5, func(c *Coroutine, i int) {
			if i < 4 {
				got[i], _ = q.Get(c)
				return
			}
			for v := range 4 {
				assert.NoError(t, q.Put(c, v))
			}
		})
		assert.Equal(t, []any{0, 1, 2, 3}, got)
	}
}

func TestPutWaitsWhileTheQueueIsFull(t *testing.T) {
	l := newLoop(t)
	q := Queue{Capacity: 2}
	put := 0
	run(t, l, 2, func(c *Coroutine, i int) {
		if i == 0 {
			for v := range 10 {
				assert.NoError(t, q.Put(c, v))
				put++
			}
			return
		}
		for v := range 10 {
			c.Yield()
			c.Yield()
			assert.Equal(t, min(v+2, 10), put)
			got, err := q.Get(c)
			assert.NoError(t, err)
			assert.Equal(t, v, got)
		}
	})
}

func TestAMutexGoesToThoseWhoWaitInTheirOrder(t *testing.T) {
	l := newLoop(t)
	var m Mutex
	var order []int
	run(t, l, 5, func(c *Coroutine, i int) {
		for range 2 {
			assert.NoError(t, m.Lock(c))
			c.Yield()
			order = append(order, i)
			m.Unlock()
		}
	})
	assert.Equal(t, []int{0, 1, 2, 3, 4, 0, 1, 2, 3, 4}, order)
	assert.Panics(t, m.Unlock)
}
