// Package worktest runs workloads under every model, for tests.
package worktest

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// Spec is that of a job with the given parameters and the defaults of the
// others.
func Spec(t *testing.T, w workloads.Workload, given workloads.Params, origin string) runners.Spec {
	t.Helper()
	params, err := w.About().Fill(given)
	require.NoError(t, err)
	return runners.Spec{Workload: w.About().Name, Params: params, Seed: 1, Origin: origin}
}

// Prepare prepares a job and closes it when the test ends; where the machine
// cannot run it the test is skipped.
func Prepare(t *testing.T, w workloads.Workload, s runners.Spec, tasks int) workloads.Work {
	t.Helper()
	work, err := w.Prepare(s, tasks)
	var not workloads.NotRunnable
	if errors.As(err, &not) {
		t.Skip(not)
	}
	require.NoError(t, err)
	t.Cleanup(func() {
		if work.Close != nil {
			require.NoError(t, work.Close())
		}
	})
	return work
}

// Each runs prepared work under each model that can run it here, twice on one
// Runner (as often as it wants to warm up, and once more), with as many Ps as
// the model asks for, and has each outcome checked, by the work itself too.
func Each(t *testing.T, needs runners.Needs, s runners.Spec, tasks int, work workloads.Work, check func(*testing.T, runners.Outcome)) {
	s.Data = work.Data
	for _, m := range runners.Models() {
		t.Run("model="+m.Name, func(t *testing.T) {
			if m.Unsupported != nil {
				if err := m.Unsupported(); err != nil {
					t.Skip("not runnable:", err)
				}
			}
			m, config, err := runners.Lookup(m.Name, runtime.NumCPU())
			require.NoError(t, err)
			if err := bench.Runnable(needs, m.Offers(config, tasks), bench.Limits{}, tasks); err != nil {
				t.Skip("not runnable:", err)
			}
			if m.Procs != nil {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(m.Procs(config, tasks*(1+needs.ChildrenEach))))
			}
			r, err := m.New(config)
			require.NoError(t, err)
			defer r.Close()
			for range max(work.WarmUps, 1) + 1 {
				if work.Before != nil {
					require.NoError(t, work.Before())
				}
				ctx := t.Context()
				if work.Context != nil {
					ctx = work.Context()
				}
				o, err := r.Run(ctx, runners.Job{Spec: s, Tasks: tasks, Make: work.Make})
				if ctx.Err() == nil || !errors.Is(err, context.Cause(ctx)) {
					require.NoError(t, err)
				}
				check(t, o)
				if work.Observe != nil {
					require.NoError(t, work.Observe(o, new(workloads.Observed)))
				}
			}
		})
	}
}

// Once runs so many tasks of prepared work once, under the model that asks least
// of it.
func Once(t *testing.T, tasks int, work workloads.Work) runners.Outcome {
	t.Helper()
	m, config, err := runners.Lookup("goroutines", 2)
	require.NoError(t, err)
	r, err := m.New(config)
	require.NoError(t, err)
	defer r.Close()
	o, err := r.Run(t.Context(), runners.Job{Tasks: tasks, Make: work.Make})
	require.NoError(t, err)
	return o
}

// Fails checks that every task failed, and says why.
func Fails(tasks int, why string) func(*testing.T, runners.Outcome) {
	return func(t *testing.T, o runners.Outcome) {
		require.Equal(t, tasks, o.Failed)
		require.ErrorContains(t, o.Err, why)
	}
}
