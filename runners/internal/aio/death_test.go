package aio

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGoexitEndsTheTasksThatHaveBegunAndNoOthers(t *testing.T) {
	l := newLoop(t)
	const tasks, killer = 100, 40
	errs, ran := make([]error, tasks), make([]int, tasks)
	var order []int
	run(t, l, tasks, func(c *Coroutine, i int) {
		ran[i]++
		order = append(order, i)
		if i == killer {
			runtime.Goexit()
		}
		errs[i] = c.Sleep(10 * time.Millisecond)
		if i < killer {
			assert.Equal(t, errDied, c.Sleep(1), "clean-up can wait no more")
		}
	})
	for i := range tasks {
		assert.Equal(t, 1, ran[i])
		assert.Equal(t, i, order[i])
		switch {
		case i < killer:
			assert.Equal(t, errDied, errs[i])
		default:
			assert.NoError(t, errs[i])
		}
	}
	assert.Len(t, l.tids, 2)
	run(t, l, 10, func(c *Coroutine, _ int) { assert.NoError(t, c.Sleep(1)) })
}

func TestGoexitInTheCleanUpAfterGoexit(t *testing.T) {
	l := newLoop(t)
	deferred := 0
	run(t, l, 500, func(c *Coroutine, i int) {
		defer func() { deferred++ }()
		if i == 499 || c.Sleep(time.Hour) != nil {
			runtime.Goexit()
		}
	})
	assert.Equal(t, 500, deferred)
	run(t, l, 10, func(c *Coroutine, _ int) { assert.NoError(t, c.Sleep(1)) })
}

func TestTheWholeFamilyEndsWithTheLoop(t *testing.T) {
	l := newLoop(t)
	goroutines := runtime.NumGoroutine()
	var events []string
	run(t, l, 2, func(c *Coroutine, i int) {
		if i == 1 {
			c.Sleep(time.Millisecond)
			c.Go(func(*Coroutine) { events = append(events, "unstarted child") })
			runtime.Goexit()
		}
		c.Go(func(c *Coroutine) {
			assert.Equal(t, errDied, c.Sleep(time.Hour))
			events = append(events, "child")
		})
		assert.Equal(t, errDied, c.Wait())
		events = append(events, "parent")
	})
	assert.ElementsMatch(t, []string{"unstarted child", "child", "parent"}, events)
	settles(t, func() bool { return runtime.NumGoroutine() <= goroutines })
}

func TestADeathAfterACancellationLeavesTheJobCancelled(t *testing.T) {
	l := newLoop(t)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	later := 0
	require.NoError(t, l.Run(ctx, 10, func(c *Coroutine, i int) {
		if i == 3 {
			cancel(cause)
			l.cancel(l.job) // now, and not when the letter comes
			runtime.Goexit()
		}
		if i > 3 {
			assert.Equal(t, cause, c.Sleep(time.Hour))
			later++
			return
		}
		assert.Contains(t, []error{cause, errDied}, c.Sleep(time.Hour))
	}))
	assert.Equal(t, 6, later)
}
