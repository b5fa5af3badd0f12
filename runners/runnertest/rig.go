package runnertest

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

// patience is how long a job may take before it is cancelled and its check
// fails: far more than any needs, even beside a hundred busy threads.
const patience = time.Minute

// A rig is a Runner under test.
type rig struct {
	*testing.T
	runner runners.Runner
	model  runners.Model
	config runners.Config
}

// newRig makes a Runner. When the check has ended, it closes it and sees that
// nothing is left behind.
func newRig(t *testing.T, m runners.Model, c runners.Config) *rig {
	wakePoller(t)
	t.Setenv("TMPDIR", t.TempDir()) // for the census
	before := takeCensus()
	runner, err := m.New(c)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, runner.Close())
		before.requireNothingLeft(t)
	})
	return &rig{t, runner, m, c}
}

// offers returns what the model offers to that many tasks.
func (r *rig) offers(tasks int) runners.Offers { return r.model.Offers(r.config, tasks) }

// together returns how many of so many tasks the model runs at once.
func (r *rig) together(tasks int) int {
	if most := r.offers(tasks).Together; most > 0 {
		return min(most, tasks)
	}
	return tasks
}

// start runs a job and sees that every task is accounted for.
func (r *rig) start(ctx context.Context, tasks int, make func(runners.Sync) runners.Body) (runners.Outcome, error) {
	return r.startJob(ctx, runners.Job{Tasks: tasks, Make: make})
}

func (r *rig) startJob(ctx context.Context, job runners.Job) (runners.Outcome, error) {
	tasks := job.Tasks
	procs := r.config.Cores
	if r.model.Procs != nil {
		procs = r.model.Procs(r.config, tasks)
	}
	if runtime.GOMAXPROCS(0) != procs {
		runtime.GOMAXPROCS(procs)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("the job does not end"))
	defer cancel()
	o, err := r.runner.Run(ctx, job)
	require.Equal(r, tasks, o.Done+o.Failed, "tasks done and tasks failed")
	require.Len(r, o.Samples, tasks)
	if o.Failed == 0 {
		require.NoError(r, o.Err)
	} else {
		require.Error(r, o.Err)
	}
	return o, err
}

// run runs a job of which tasks may fail.
func (r *rig) run(tasks int, make func(runners.Sync) runners.Body) runners.Outcome {
	o, err := r.start(context.Background(), tasks, make)
	require.NoError(r, err)
	return o
}

// pass runs a job of which every task must succeed.
func (r *rig) pass(tasks int, make func(runners.Sync) runners.Body) runners.Outcome {
	o := r.run(tasks, make)
	require.NoError(r, o.Err)
	return o
}

// alone makes the body of tasks that meet nowhere and have no checksum.
func alone(body func(t runners.Task, i int) error) func(runners.Sync) runners.Body {
	return func(runners.Sync) runners.Body {
		return func(t runners.Task, i int) (uint64, error) { return 0, body(t, i) }
	}
}

// one runs one task, which must succeed.
func (r *rig) one(body func(t runners.Task) error) runners.Outcome {
	return r.pass(1, alone(func(t runners.Task, _ int) error { return body(t) }))
}

// two runs two tasks that share a queue without a bound. Both must succeed.
func (r *rig) two(first, second func(runners.Task, runners.Queue) error) {
	r.pass(2, func(s runners.Sync) runners.Body {
		q := s.NewQueue(0)
		return func(t runners.Task, i int) (uint64, error) {
			if i == 0 {
				return 0, first(t, q)
			}
			return 0, second(t, q)
		}
	})
}

// A meeting has tasks wait for one another, n at a time.
type meeting struct {
	n    int64
	here atomic.Int64
	off  runners.Queue
}

func newMeeting(s runners.Sync, n int) *meeting {
	return &meeting{n: int64(n), off: s.NewQueue(0)}
}

func (m *meeting) join(t runners.Task) error {
	if m.here.Add(1)%m.n != 0 {
		_, err := m.off.Get(t)
		return err
	}
	for range m.n - 1 {
		if err := m.off.Put(t, nil); err != nil {
			return err
		}
	}
	return nil
}

// within sees that what f measures stays below a limit once in a few attempts:
// on a shared machine one alone says little, and a model that cannot do it
// never will. Where others take the CPUs away, the limit is that much longer.
func (r *rig) within(limit time.Duration, what string, f func() time.Duration) {
	var took time.Duration
	for range 4 {
		if took = f(); took <= limit || took <= time.Duration(float64(limit)*strain()) {
			return
		}
	}
	require.LessOrEqual(r, took, limit, what)
}
