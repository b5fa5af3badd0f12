package cost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestTheOthersCompleteHoweverATaskFails(t *testing.T) {
	const tasks = 50
	for fault, failing := range map[string]int{"none": 0, "error": 5, "panic": 5, "exit": 5, "kill": 5, "cancel": tasks} {
		t.Run(fault, func(t *testing.T) {
			s := worktest.Spec(t, faults{}, workloads.Params{"fault": fault, "share": "10"}, "")
			work := worktest.Prepare(t, faults{}, s, tasks)
			assert.Equal(t, failing, work.Failed)
			worktest.Each(t, faults{}.Needs(s.Params, tasks), s, tasks, work, done(tasks, work))
		})
	}
}

func TestTheShareOfTheTasksFails(t *testing.T) {
	for _, c := range []struct{ tasks, share, want int }{{1000, 1, 10}, {9, 1, 1}, {7, 50, 3}, {1, 1, 1}, {33, 100, 33}} {
		s := worktest.Spec(t, faults{}, workloads.Params{"share": fmt.Sprint(c.share)}, "")
		assert.Equal(t, c.want, worktest.Prepare(t, faults{}, s, c.tasks).Failed)
		for seed := range uint64(10) {
			j, fail := faultJob{seed: seed * 1e15, tasks: c.tasks, failing: c.want}, 0
			for i := range c.tasks {
				if j.fails(i) {
					fail++
				}
			}
			assert.Equal(t, c.want, fail, "%d of %d", c.share, c.tasks)
		}
	}
}

func TestNoTaskKillsTheProcessThatPreparedTheJob(t *testing.T) {
	s := worktest.Spec(t, faults{}, workloads.Params{"fault": "kill", "share": "100"}, "")
	work := worktest.Prepare(t, faults{}, s, 1)
	_, err := work.Make(nil)(hasty{}, 0)
	assert.ErrorIs(t, err, errNotMine)
	s.Data = work.Data
	again := worktest.Prepare(t, faults{}, s, 1)
	_, err = again.Make(nil)(hasty{}, 0)
	assert.ErrorIs(t, err, errNotMine, "nor where it prepares it again")
}

func TestAFailureThatIsNoneOfThoseToldIsNoticed(t *testing.T) {
	ended := func(fails ...bool) (samples []runners.Sample) {
		for _, failed := range fails {
			end := time.Duration(1)
			if failed {
				end = 0
			}
			samples = append(samples, runners.Sample{End: end})
		}
		return samples
	}
	panicked := &runners.PanicError{Value: errFault}
	for _, c := range []struct {
		fault string
		right bool
		o     runners.Outcome
	}{
		{"error", true, runners.Outcome{Err: errFault, Samples: ended(true, false)}},
		{"error", false, runners.Outcome{Err: errFault, Samples: ended(false, true)}},
		{"error", false, runners.Outcome{Err: errFault, Samples: ended(true, true)}},
		{"error", false, runners.Outcome{Samples: ended(false, false)}},
		{"error", false, runners.Outcome{Err: io.EOF, Samples: ended(true, false)}},
		{"error", false, runners.Outcome{Err: panicked, Samples: ended(true, false)}},
		{"panic", true, runners.Outcome{Err: panicked, Samples: ended(true, false)}},
		{"panic", false, runners.Outcome{Err: errFault, Samples: ended(true, false)}},
		{"panic", false, runners.Outcome{Err: &runners.PanicError{Value: io.EOF}, Samples: ended(true, false)}},
		{"exit", true, runners.Outcome{Err: runners.ErrDied, Samples: ended(true, false)}},
		{"exit", false, runners.Outcome{Err: panicked, Samples: ended(true, false)}},
		{"kill", false, runners.Outcome{Err: errNotDead, Samples: ended(true, false)}},
	} {
		j := &faultJob{tasks: 2, failing: 1, fault: c.fault} // the first task fails
		assert.Equal(t, c.right, j.observe(c.o, nil) == nil, "%+v", c)
	}
}

func TestTheCancellationIsTimed(t *testing.T) {
	const tasks = 100
	s := worktest.Spec(t, faults{}, workloads.Params{"fault": "cancel"}, "")
	work := worktest.Prepare(t, faults{}, s, tasks)
	m, config, err := runners.Lookup("goroutines", 2)
	require.NoError(t, err)
	r, err := m.New(config)
	require.NoError(t, err)
	defer r.Close()
	for range 2 {
		ctx := work.Context()
		begin := time.Now()
		o, err := r.Run(ctx, runners.Job{Tasks: tasks, Make: work.Make})
		took := time.Since(begin)
		assert.ErrorIs(t, err, errCancel)
		assert.ErrorIs(t, context.Cause(ctx), errCancel)
		var own workloads.Observed
		require.NoError(t, work.Observe(o, &own))
		own.EndOp()
		ns := own.Figures()[cancelTime]
		assert.Positive(t, ns)
		assert.LessOrEqual(t, ns, float64(took-settled), "the time before the cancellation is not in it")
	}
	assert.Equal(t, cancelTime, faults{}.Measures(s.Params).Figures[0].Unit)
}

func TestATaskThatDoesNotWaitForTheCancellationIsNoticed(t *testing.T) {
	for _, early := range []error{nil, errors.New("woken by something else")} {
		j := &cancelJob{tasks: 1, end: func(error) {}}
		j.task(waking{hasty{}, early}, 0)
		assert.ErrorIs(t, j.observe(runners.Outcome{}, new(workloads.Observed)), errTooLong)
	}
	j := &cancelJob{tasks: 2, end: func(error) {}}
	j.task(waking{hasty{}, errCancel}, 0)
	assert.ErrorContains(t, j.observe(runners.Outcome{}, new(workloads.Observed)), "1 of 2")
}

// A waking task wakes from a long sleep with an error of its own.
type waking struct {
	hasty
	with error
}

func (w waking) Sleep(d time.Duration) error {
	if d < longWait {
		return nil
	}
	return w.with
}
