package cost

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestNobodyGoesBeforeAllHaveWaited(t *testing.T) {
	for _, tasks := range []int{1, 2, 200} {
		s := worktest.Spec(t, idle{}, workloads.Params{"hold": "20ms"}, "")
		work := worktest.Prepare(t, idle{}, s, tasks)
		worktest.Each(t, idle{}.Needs(s.Params, tasks), s, tasks, work, func(t *testing.T, o runners.Outcome) {
			done(tasks, work)(t, o)
			assert.Equal(t, tasks, o.InFlight())
			last := slices.MaxFunc(o.Samples, func(a, b runners.Sample) int { return int(a.Start - b.Start) })
			for _, s := range o.Samples {
				assert.GreaterOrEqual(t, s.End-last.Start, 20*time.Millisecond)
			}
		})
	}
}

// A mint is a queue that gives any number of tokens, all the same.
type mint struct {
	runners.Sync
	token any
}

func (m mint) NewQueue(int) runners.Queue          { return m }
func (m mint) Put(runners.Task, any) error         { return nil }
func (m mint) Get(runners.Task) (v any, err error) { return m.token, nil }

func TestATaskThatWasNotLetGoIsNoticed(t *testing.T) {
	s := worktest.Spec(t, idle{}, nil, "")
	work := worktest.Prepare(t, idle{}, s, 2)
	for _, m := range []struct {
		token any
		right bool
	}{{data.Key(s.Seed, 2), true}, {data.Key(s.Seed, 3), false}, {nil, false}} {
		body, sum := work.Make(mint{token: m.token}), uint64(0)
		for i := range 2 {
			part, err := body(hasty{}, i)
			require.NoError(t, err)
			sum += part
		}
		assert.Equal(t, m.right, sum == work.Sum, "%v", m.token)
	}
}
