package runners

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// account runs a task by hand for each body, as a model does, and closes the
// account.
func account(ctx context.Context, bodies ...Body) (Outcome, error) {
	job := Job{Tasks: len(bodies), Make: func(Sync) Body {
		return func(t Task, i int) (uint64, error) { return bodies[i](t, i) }
	}}
	l := release(ctx, job, nil)
	for i := range bodies {
		ended := make(chan struct{})
		go func() { // a goroutine of its own, for the sake of Goexit
			defer close(ended)
			l.run(&goTask{job: newGoJob(ctx, true)}, i)
		}()
		<-ended
	}
	return l.outcome(3)
}

func done(sum uint64) Body {
	return func(t Task, _ int) (uint64, error) { return sum, t.Sleep(time.Millisecond) }
}

func fails(err error) Body { return func(Task, int) (uint64, error) { return 99, err } }

func TestLedgerCountsWhatIsDone(t *testing.T) {
	o, err := account(t.Context(), done(1), done(2), done(1<<63), done(1<<63))
	require.NoError(t, err)
	assert.NoError(t, o.Err)
	assert.Equal(t, 4, o.Done)
	assert.Zero(t, o.Failed)
	assert.EqualValues(t, 3, o.Sum, "modulo 2^64")
	assert.Equal(t, 3, o.Threads)
	for i, s := range o.Samples {
		assert.GreaterOrEqual(t, s.End-s.Start, time.Millisecond, i)
		if i > 0 {
			assert.GreaterOrEqual(t, s.Start, o.Samples[i-1].End, "times since the release, not since the start")
		}
	}
}

func TestLedgerReportsTheLowestFailure(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	o, err := account(t.Context(), done(1), fails(first), done(2), fails(second))
	require.NoError(t, err, "the job as a whole went well")
	assert.Equal(t, 2, o.Failed)
	assert.Equal(t, 2, o.Done)
	assert.EqualError(t, o.Err, "task 1: first")
	assert.ErrorIs(t, o.Err, first)
	assert.EqualValues(t, 3, o.Sum)
	assert.Equal(t, uint64(0), o.Samples[1].Sum)
	assert.Zero(t, o.Samples[1].End)
}

func TestLedgerRecoversPanics(t *testing.T) {
	wrong := errors.New("wrong")
	for _, value := range []any{wrong, "wrong"} {
		o, _ := account(t.Context(), func(Task, int) (uint64, error) { panic(value) })
		var p *PanicError
		require.ErrorAs(t, o.Err, &p)
		assert.Equal(t, value, p.Value)
		assert.ErrorContains(t, p, "panic: wrong\n")
		assert.ErrorContains(t, p, "ledger_test.go", "the stack shows where")
		_, isErr := value.(error)
		assert.Equal(t, isErr, errors.Is(o.Err, wrong))
	}
}

func TestLedgerSurvivesPanicNil(t *testing.T) {
	o, _ := account(t.Context(), func(Task, int) (uint64, error) { panic(nil) })
	var p *PanicError
	assert.ErrorAs(t, o.Err, &p)
	assert.Equal(t, 1, o.Failed)
}

func TestLedgerCountsDeathOnce(t *testing.T) {
	exit := func(Task) error { runtime.Goexit(); return nil }
	for name, body := range map[string]Body{
		"the body":            func(t Task, _ int) (uint64, error) { return 0, exit(t) },
		"a child":             func(t Task, _ int) (uint64, error) { t.Go(exit); return 0, t.Wait() },
		"a child at the end":  func(t Task, _ int) (uint64, error) { t.Go(exit); return 0, nil },
		"the body, its child": func(t Task, _ int) (uint64, error) { t.Go(exit); t.Go(exit); return 0, exit(t) },
	} {
		o, err := account(t.Context(), done(1), body, done(2))
		require.NoError(t, err, name)
		assert.Equal(t, 1, o.Failed, name)
		assert.Equal(t, 2, o.Done, name)
		assert.ErrorIs(t, o.Err, ErrDied, name)
	}
}

func TestLedgerWaitsForChildrenHoweverTheBodyEnds(t *testing.T) {
	wrong := errors.New("wrong")
	for name, end := range map[string]func() error{
		"returns":   func() error { return nil },
		"fails":     func() error { return wrong },
		"panics":    func() error { panic(wrong) },
		"is killed": func() error { runtime.Goexit(); return nil },
	} {
		ran := false
		o, _ := account(t.Context(), func(t Task, _ int) (uint64, error) {
			t.Go(func(Task) error { ran = true; return nil })
			return 0, end()
		})
		assert.True(t, ran, name)
		assert.Equal(t, name == "returns", o.Failed == 0, name)
	}
}

func TestLedgerStartsNothingOnceCancelled(t *testing.T) {
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	ran := false
	o, err := account(ctx, done(1), func(Task, int) (uint64, error) { cancel(cause); return 2, nil },
		func(Task, int) (uint64, error) { ran = true; return 4, nil })
	assert.False(t, ran)
	assert.ErrorIs(t, err, cause)
	assert.EqualError(t, o.Err, "task 2: enough")
	assert.Equal(t, 2, o.Done, "what ended well is done, cancelled or not")
	assert.EqualValues(t, 3, o.Sum)
}

func TestLedgerOfACancelledJobThatWasDoneIsNoError(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	o, err := account(ctx, done(1), func(Task, int) (uint64, error) { cancel(errors.New("late")); return 2, nil })
	assert.NoError(t, err)
	assert.NoError(t, o.Err)
	assert.EqualValues(t, 3, o.Sum)
}

func TestGuard(t *testing.T) {
	wrong := errors.New("wrong")
	told := func(f func() error) (err error) {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			guard(f, func(e error) { err = e })
		}()
		<-ended
		return err
	}
	assert.NoError(t, told(func() error { return nil }))
	assert.Equal(t, wrong, told(func() error { return wrong }))
	assert.Equal(t, ErrDied, told(func() error { runtime.Goexit(); return nil }))
	var p *PanicError
	assert.ErrorAs(t, told(func() error { panic(wrong) }), &p)
	assert.Equal(t, wrong, p.Value)
}
