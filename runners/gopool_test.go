package runners

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// runs runs a job on a new pool and sees it done.
func runs(t *testing.T, p *pool, tasks int, body Body) {
	t.Helper()
	o, err := p.Run(t.Context(), Job{Tasks: tasks, Make: func(Sync) Body { return body }})
	require.NoError(t, err)
	require.NoError(t, o.Err)
}

func TestPoolOfOneRunsInOrder(t *testing.T) {
	p := newPool(1)
	defer p.Close()
	var order []int // by one goroutine after another
	runs(t, p, 100, func(_ Task, i int) (uint64, error) {
		order = append(order, i)
		return 0, nil
	})
	for i := range 100 {
		assert.Equal(t, i, order[i])
	}
}

func TestPoolRunsChildrenInOrderOnTheirParentsWorker(t *testing.T) {
	p := newPool(4)
	defer p.Close()
	runs(t, p, 20, func(t Task, _ int) (uint64, error) {
		next := 0 // the race detector would tell, were it another goroutine
		for i := range 10 {
			t.Go(func(Task) error {
				if next != i {
					panic("out of order")
				}
				next++
				return nil
			})
		}
		return 0, t.Wait()
	})
}

func TestPoolHasItsSizeFromRunToRun(t *testing.T) {
	before := runtime.NumGoroutine()
	p := newPool(7)
	for range 10 {
		var inside, most atomic.Int32
		runs(t, p, 100, func(t Task, i int) (uint64, error) {
			n := inside.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			defer inside.Add(-1)
			return 0, t.Yield()
		})
		assert.LessOrEqual(t, most.Load(), int32(7))
		assert.LessOrEqual(t, runtime.NumGoroutine(), before+7)
	}
	require.NoError(t, p.Close())
	_, err := p.Run(context.Background(), Job{})
	assert.ErrorIs(t, err, ErrClosed)
}

// What it costs to have a task run that does nothing.
func BenchmarkPoolDispatch(b *testing.B) {
	p := newPool(ExecutorSize(runtime.NumCPU()))
	defer p.Close()
	b.ReportAllocs()
	_, err := p.Run(b.Context(), Job{Tasks: b.N, Make: func(Sync) Body {
		return func(Task, int) (uint64, error) { return 1, nil }
	}})
	require.NoError(b, err)
}
