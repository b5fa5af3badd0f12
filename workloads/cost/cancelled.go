package cost

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

var (
	errCancel  = errors.New("the job is cancelled on purpose")
	errTooLong = errors.New("the job was not cancelled while the task waited")
)

const (
	longWait = time.Hour             // longer than a job may take
	settled  = 10 * time.Millisecond // for the last ones to begin to wait
)

// cancelled is a job that ends itself when all its tasks wait.
func cancelled(tasks int) workloads.Work {
	var end context.CancelCauseFunc // of the op to come
	var last *cancelJob             // of the op
	return workloads.Work{
		Failed: tasks,
		Context: func() (ctx context.Context) {
			ctx, end = context.WithCancelCause(context.Background())
			return ctx
		},
		Make: func(runners.Sync) runners.Body {
			last = &cancelJob{tasks: int64(tasks), end: end}
			return last.task
		},
		Observe: func(o runners.Outcome, into *workloads.Observed) error { return last.observe(o, into) },
	}
}

// A cancelJob is one op.
type cancelJob struct {
	tasks        int64
	end          context.CancelCauseFunc
	begun, ended atomic.Int64
	cancelledAt  time.Time     // written before the cancellation
	took         time.Duration // written by the last task to end
	wrong        atomic.Value  // a wait that ended with another error, or with none
}

func (j *cancelJob) task(t runners.Task, _ int) (uint64, error) {
	if j.begun.Add(1) == j.tasks {
		if err := t.Sleep(settled); err != nil {
			return 0, err
		}
		j.cancelledAt = time.Now()
		j.end(errCancel)
	}
	err := t.Sleep(longWait)
	if !errors.Is(err, errCancel) {
		j.wrong.Store(errors.Join(errTooLong, err))
	}
	if j.ended.Add(1) == j.tasks {
		j.took = time.Since(j.cancelledAt)
	}
	return 0, err
}

func (j *cancelJob) observe(o runners.Outcome, into *workloads.Observed) error {
	if err, ok := j.wrong.Load().(error); ok {
		return err
	}
	if n := j.ended.Load(); n != j.tasks {
		return fmt.Errorf("the bodies of %d of %d tasks returned: %w", n, j.tasks, o.Err)
	}
	into.Add(cancelTime, float64(j.took))
	return nil
}
