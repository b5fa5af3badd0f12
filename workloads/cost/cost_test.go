package cost

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestTheTokenGoesRoundAsOftenAsTold(t *testing.T) {
	for _, ring := range []struct {
		tasks int
		laps  string
	}{{1, "3"}, {2, "1"}, {5, "7"}} {
		params := workloads.Params{"laps": ring.laps}
		s := worktest.Spec(t, handoff{}, params, "")
		work := worktest.Prepare(t, handoff{}, s, ring.tasks)
		worktest.Each(t, handoff{}.Needs(s.Params, ring.tasks), s, ring.tasks, work, func(t *testing.T, o runners.Outcome) {
			require.NoError(t, o.Err)
			assert.Equal(t, work.Sum, o.Sum)
		})
	}
}

// A forger is a queue that gives a wrong token once.
type forger struct {
	kept []any
	gets int
}

func (f *forger) Put(_ runners.Task, v any) error { f.kept = append(f.kept, v); return nil }

func (f *forger) Get(runners.Task) (any, error) {
	v := f.kept[0].(uint64)
	f.kept = f.kept[1:]
	if f.gets++; f.gets == 2 {
		v += 2
	}
	return v, nil
}

type forging struct{ runners.Sync }

func (forging) NewQueue(int) runners.Queue { return &forger{} }

func TestAWrongTokenIsNoticed(t *testing.T) {
	s := worktest.Spec(t, handoff{}, workloads.Params{"laps": "3"}, "")
	work := worktest.Prepare(t, handoff{}, s, 1)
	sum, err := work.Make(forging{})(nil, 0)
	require.NoError(t, err)
	assert.NotEqual(t, work.Sum, sum)
}
