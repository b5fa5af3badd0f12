package runners

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A size is kept to: no more tasks are in flight than it says, and the pools
// that are compared have one default size.
func TestAPoolIsAsLargeAsItSays(t *testing.T) {
	const tasks = 200
	for _, value := range []string{"gopool:3", "errgroup:3", "ants:3", "pond:3", "threadpool:3"} {
		t.Run(value, func(t *testing.T) {
			m, c, err := Lookup(value, 2)
			require.NoError(t, err)
			assert.EqualValues(t, ExecutorSize(2), m.Option.Default(2))
			if m.Unsupported != nil && m.Unsupported() != nil {
				t.Skip("not runnable:", m.Unsupported())
			}
			r, err := m.New(c)
			require.NoError(t, err)
			defer r.Close()
			var inside, peak atomic.Int32
			o, err := r.Run(context.Background(), Job{Tasks: tasks, Make: func(Sync) Body {
				return func(task Task, _ int) (uint64, error) {
					n := inside.Add(1)
					for most := peak.Load(); n > most && !peak.CompareAndSwap(most, n); {
						most = peak.Load()
					}
					for range 10 {
						runtime.Gosched()
					}
					inside.Add(-1)
					return 1, nil
				}
			}})
			require.NoError(t, err)
			assert.EqualValues(t, tasks, o.Sum)
			assert.LessOrEqual(t, peak.Load(), int32(3))
		})
	}
}
