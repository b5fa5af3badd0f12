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

var taskChecks = []check{
	{promise: "every task runs exactly once, in run after run", run: everyTaskOnce},
	{promise: "a job without tasks is done", run: noTasks},
	{promise: "a context that never ends will do", run: endlessContext},
	{promise: "the checksums add up", run: sumsAddUp},
	{promise: "as many tasks as offered are in flight together", run: inFlight},
	{promise: "a task keeps its thread, and shares it with no other", needs: runners.Needs{OwnThread: true}, run: ownThread},
	{promise: "an error fails its task alone", run: errorFailsItsTask},
	{promise: "a panic fails its task alone", run: panicFailsItsTask},
	{promise: "of many failures the lowest task's is reported", run: lowestFailure},
}

func everyTaskOnce(r *rig) {
	for _, tasks := range []int{1, 7, 1000, 1, 7} {
		ran := make([]atomic.Int32, tasks)
		o := r.pass(tasks, alone(func(_ runners.Task, i int) error {
			ran[i].Add(1)
			return nil
		}))
		assert.Equal(r, tasks, o.Done)
		for i := range ran {
			require.EqualValues(r, 1, ran[i].Load(), "runs of task %d of %d", i, tasks)
		}
	}
}

func noTasks(r *rig) {
	o := r.pass(0, alone(func(runners.Task, int) error { return errors.New("a task ran") }))
	assert.Zero(r, o.Done)
}

func endlessContext(r *rig) {
	o, err := r.runner.Run(context.Background(), runners.Job{Tasks: 3, Make: alone(func(t runners.Task, _ int) error {
		if err := t.Context().Err(); err != nil {
			return err
		}
		t.Go(func(t runners.Task) error { return t.Sleep(time.Millisecond) })
		return errors.Join(t.Sleep(time.Millisecond), t.Yield(), t.Wait())
	})})
	require.NoError(r, err)
	require.NoError(r, o.Err)
	assert.Equal(r, 3, o.Done)
}

func sumsAddUp(r *rig) {
	const tasks = 100
	sum := func(i int) uint64 { return uint64(i+1) * 0x9e3779b97f4a7c15 } // overflows: the sum is modulo 2^64
	var want uint64
	for i := range tasks {
		want += sum(i)
	}
	o := r.pass(tasks, func(runners.Sync) runners.Body {
		return func(_ runners.Task, i int) (uint64, error) { return sum(i), nil }
	})
	assert.Equal(r, want, o.Sum)
	for i, s := range o.Samples {
		require.Equal(r, sum(i), s.Sum, "task %d", i)
	}
}

func inFlight(r *rig) {
	const tasks = 60
	together := r.together(tasks)
	rounds := tasks / together
	began := time.Now()
	o := r.pass(rounds*together, func(s runners.Sync) runners.Body {
		m := newMeeting(s, together)
		return func(t runners.Task, i int) (uint64, error) { return 0, m.join(t) }
	})
	took := time.Since(began)
	assert.Equal(r, together, o.InFlight())
	for i, s := range o.Samples {
		require.True(r, 0 <= s.Start && s.Start <= s.End && 0 < s.End && s.End <= took, "task %d: %+v in a job of %v", i, s, took)
	}
}

func errorFailsItsTask(r *rig) {
	wrong := errors.New("wrong")
	o := r.run(20, func(runners.Sync) runners.Body {
		return func(_ runners.Task, i int) (uint64, error) {
			if i == 13 {
				return 1000, wrong
			}
			return 1, nil
		}
	})
	failedAlone(r, o, 13)
	assert.ErrorIs(r, o.Err, wrong)
	assert.EqualValues(r, 19, o.Sum, "a failed task's checksum does not count")
}

func panicFailsItsTask(r *rig) {
	wrong := errors.New("wrong")
	o := r.run(20, alone(func(_ runners.Task, i int) error {
		if i == 13 {
			panic(wrong)
		}
		return nil
	}))
	failedAlone(r, o, 13)
	var p *runners.PanicError
	require.ErrorAs(r, o.Err, &p)
	assert.Equal(r, wrong, p.Value)
	assert.Contains(r, string(p.Stack), "panicFailsItsTask", "the stack shows where")
	assert.ErrorIs(r, o.Err, wrong)
}

// failedAlone sees that of all tasks only the given one failed.
func failedAlone(r *rig, o runners.Outcome, task int) {
	assert.Equal(r, 1, o.Failed)
	assert.ErrorContains(r, o.Err, fmt.Sprintf("task %d:", task))
	for i, s := range o.Samples {
		assert.Equal(r, i == task, s.End == 0, "task %d: %+v", i, s)
	}
}

func lowestFailure(r *rig) {
	o := r.run(30, alone(func(t runners.Task, i int) error {
		switch {
		case i == 4: // and not the first to fail, where tasks run together
			return errors.Join(t.Sleep(5*time.Millisecond), errors.New("the lowest"))
		case i > 4 && i%2 == 0:
			return errors.New("another")
		}
		return nil
	}))
	assert.Equal(r, 13, o.Failed)
	assert.ErrorContains(r, o.Err, "task 4: the lowest")
}
