package runnertest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var cpuChecks = []check{
	{promise: "Compute takes every step, and none after the last", run: computeSteps},
	{promise: "Compute stops between steps when the job is cancelled", run: computeStops},
	{promise: "Block returns when the call has", run: blockCalls},
	{promise: "a panic inside Block is its task's", run: blockPanics},
	{promise: "Block is waited for when the job is cancelled", run: blockIsWaitedFor},
}

func computeSteps(r *rig) {
	r.pass(20, alone(func(t runners.Task, i int) error {
		steps := 0
		err := t.Compute(func() bool { steps++; return steps <= i })
		if err != nil || steps != i+1 {
			return fmt.Errorf("%d steps of %d, %w", steps, i+1, err)
		}
		return nil
	}))
}

func computeStops(r *rig) {
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	var steps atomic.Int64
	o, err := r.start(ctx, 3, alone(func(t runners.Task, _ int) error {
		return t.Compute(func() bool {
			if steps.Add(1) == 100 { // by a clock it might be before the first
				cancel(cause)
			}
			for began := time.Now(); time.Since(began) < 50*time.Microsecond; {
			}
			return true
		})
	}))
	require.ErrorIs(r, err, cause)
	assert.ErrorIs(r, o.Err, cause)
	assert.Equal(r, 3, o.Failed)
	assert.GreaterOrEqual(r, steps.Load(), int64(100))
}

func blockCalls(r *rig) {
	r.pass(5, alone(func(t runners.Task, _ int) error {
		calls := 0
		t.Block(func() {
			time.Sleep(time.Millisecond)
			calls++
		})
		if calls != 1 {
			return fmt.Errorf("%d calls", calls)
		}
		return nil
	}))
}

func blockPanics(r *rig) {
	o := r.run(3, alone(func(t runners.Task, i int) error {
		t.Block(func() {
			if i == 1 {
				panic("wrong")
			}
		})
		return nil
	}))
	failedAlone(r, o, 1)
	var p *runners.PanicError
	require.ErrorAs(r, o.Err, &p)
	assert.Equal(r, "wrong", p.Value)
}

func blockIsWaitedFor(r *rig) {
	for _, who := range []string{"a task", "its child"} {
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(context.Background())
		var ended atomic.Bool
		block := func(t runners.Task) error {
			t.Block(func() {
				cancel(cause)
				time.Sleep(20 * time.Millisecond)
				ended.Store(true)
			})
			return t.Sleep(time.Hour)
		}
		o, err := r.start(ctx, 1, alone(func(t runners.Task, _ int) error {
			if who == "a task" {
				return block(t)
			}
			t.Go(block)
			return nil
		}))
		assert.True(r, ended.Load(), who)
		assert.ErrorIs(r, err, cause, who)
		assert.ErrorIs(r, o.Err, cause, who)
	}
}
