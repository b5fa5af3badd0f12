package runners

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners/internal/aio"
)

// runEventLoop runs one job on an event loop of its own.
func runEventLoop(t *testing.T, tasks int, body Body) Outcome {
	t.Helper()
	r, err := newOneLoop(aio.New, nil)
	if err != nil {
		t.Skipf("not runnable: %v", err)
	}
	defer r.Close()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	o, err := r.Run(ctx, Job{Tasks: tasks, Make: func(Sync) Body { return body }})
	require.NoError(t, err)
	return o
}

func TestWhatHoldsTheThreadStallsTheLoop(t *testing.T) {
	const held = 20 * time.Millisecond
	hold := func() { time.Sleep(held) }
	for name, stall := range map[string]func(Task) error{
		"Block": func(t Task) error { t.Block(hold); return nil },
		"Compute": func(t Task) error {
			steps := 0
			return t.Compute(func() bool { // steps do not yield
				hold()
				steps++
				return steps < 2
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			stalling := false
			o := runEventLoop(t, 2, func(t Task, i int) (uint64, error) {
				if i == 0 {
					return 0, t.Sleep(time.Millisecond)
				}
				stalling = true
				err := stall(t)
				stalling = false
				return 0, err
			})
			require.NoError(t, o.Err)
			assert.GreaterOrEqual(t, o.Samples[0].End, held, "a sleep of 1 ms")
			assert.False(t, stalling)
		})
	}
}

func TestToWaitInsideBlockPanics(t *testing.T) {
	o := runEventLoop(t, 2, func(t Task, i int) (uint64, error) {
		if i == 0 {
			t.Block(func() { t.Yield() })
		}
		return 0, t.Yield()
	})
	assert.Equal(t, 1, o.Failed)
	assert.ErrorIs(t, o.Err, ErrForeign)
}
