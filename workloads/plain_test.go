package workloads_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

func count(context.Context) error { return nil }

type counter struct{}

func (*counter) add(context.Context) error { return nil }

func generic[T any](context.Context) error { return nil }

func TestPlainIsNamedAsItsFunction(t *testing.T) {
	assert.Equal(t, "count", workloads.Plain(count).About().Name)
	assert.Equal(t, "add", workloads.Plain(new(counter).add).About().Name)
	assert.Equal(t, "generic", workloads.Plain(generic[map[string]any]).About().Name)
	assert.Equal(t, "other", workloads.Plain(count).As("other").About().Name)

	literal := workloads.Plain(func(context.Context) error { return nil })
	assert.PanicsWithValue(t, `workloads: Plain does not know how to name a function literal: write Plain(f).As("name")`, func() { workloads.Register(literal) })
	assert.Equal(t, "nothing", literal.As("nothing").About().Name)
	func() {
		nested := workloads.Plain(func(context.Context) error { return nil })
		assert.Panics(t, func() { nested.About() })
	}()
}

func TestPlainHasTheTasksThatAreAskedFor(t *testing.T) {
	w := workloads.Plain(count).Tasks(7, 90)
	assert.Equal(t, []workloads.Case{{Tasks: 7}, {Tasks: 90}}, w.About().Quick)
	assert.Equal(t, []workloads.Case{{Tasks: 20}}, workloads.Plain(count).About().Quick)
}

// outcomes runs 9 tasks of a function under every model that shares memory with
// this process: what the function counts can be seen here.
func outcomes(t *testing.T, f func(context.Context) error, check func(t *testing.T, o runners.Outcome, work workloads.Work)) {
	w := workloads.Plain(f).As("counted")
	for _, m := range runners.Models() {
		_, config, err := runners.Lookup(m.Name, 2)
		require.NoError(t, err)
		if m.Unsupported != nil && m.Unsupported() != nil || !m.Offers(config, 9).SharedMemory {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			work, err := w.Prepare(runners.Spec{Workload: "counted"}, 9)
			require.NoError(t, err)
			r, err := m.New(config)
			require.NoError(t, err)
			defer r.Close()
			o, err := r.Run(t.Context(), runners.Job{Tasks: 9, Make: work.Make})
			require.NoError(t, err)
			check(t, o, work)
		})
	}
}

func TestPlainCallsItsFunctionOnceATask(t *testing.T) {
	var calls atomic.Int64
	outcomes(t, func(ctx context.Context) error { calls.Add(1); return ctx.Err() }, func(t *testing.T, o runners.Outcome, work workloads.Work) {
		assert.Equal(t, int64(9), calls.Swap(0))
		assert.Equal(t, 9, o.Done)
		assert.Equal(t, work.Sum, o.Sum)
	})
}

func TestAnErrorOfAPlainFunctionFailsItsTask(t *testing.T) {
	var calls atomic.Int64
	outcomes(t, func(context.Context) error {
		if calls.Add(1)%9 == 4 {
			return errors.New("out of paper")
		}
		return nil
	}, func(t *testing.T, o runners.Outcome, work workloads.Work) {
		assert.Equal(t, 1, o.Failed)
		assert.ErrorContains(t, o.Err, "out of paper")
		assert.Equal(t, 8, o.Done)
		assert.NotEqual(t, work.Sum, o.Sum)
	})
}

func TestAPanicOfAPlainFunctionFailsItsTask(t *testing.T) {
	var calls atomic.Int64
	outcomes(t, func(context.Context) error {
		if calls.Add(1)%9 == 4 {
			panic("out of ink")
		}
		return nil
	}, func(t *testing.T, o runners.Outcome, _ workloads.Work) {
		assert.Equal(t, 1, o.Failed)
		assert.ErrorContains(t, o.Err, "out of ink")
	})
}
