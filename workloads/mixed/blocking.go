package mixed

import (
	"errors"
	"fmt"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// blocking settles block-stalls, executor-helps and hybrid-best: what a call
// that knows nothing of the model does to the tasks that do not make it.
type blocking struct{}

func init() { workloads.Register(blocking{}) }

var _ workloads.Measurer = blocking{}

func (blocking) About() workloads.About {
	return workloads.About{
		Name:    "blocking",
		Kind:    workloads.Mixed,
		Summary: "one task in some makes a system call that blocks, the others make short waits",
		Unit:    "5 waits of 1 ms, unless told; or, of one task in ten, one system call that holds its thread for 20 ms",
		Params: []workloads.Param{
			{Name: "every", Default: "10", Doc: "one task in so many blocks: 2 to 1000000", Check: workloads.Whole(2, 1_000_000)},
			{Name: "call", Default: "20ms", Doc: "how long the call blocks: a duration from 1ms to 10s", Check: workloads.Span(time.Millisecond, 10*time.Second)},
			{Name: "waits", Default: "5", Doc: "waits of each other task: 1 to 10000", Check: workloads.Whole(1, 10_000)},
			{Name: "wait", Default: "1ms", Doc: "how long each of them lasts: a duration from 1us to 10s", Check: workloads.Span(time.Microsecond, 10*time.Second)},
		},
		Small: workloads.Params{"every": "4", "call": "5ms", "waits": "3"},
		Full: []workloads.Case{
			{Tasks: 100},
			{Tasks: 100, Params: workloads.Params{"every": "50"}},
		},
	}
}

func (blocking) Needs(p workloads.Params, tasks int) runners.Needs {
	calls := workloads.Together(blockers(tasks, p.Int("every")), p.Duration("call"))
	return runners.Needs{Together: max(calls, workloads.Together(tasks, p.Duration("wait")*time.Duration(p.Int("waits"))))}
}

// blockers is how many tasks block, at the most.
func blockers(tasks, every int) int { return (tasks + every - 1) / every }

func (blocking) Measures(workloads.Params) workloads.Measures {
	return workloads.Measures{Figures: workloads.Spread("others", "time of a task that does not block", "p99")}
}

func (blocking) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	j := blockingJob{seed: s.Seed, tasks: tasks, every: p.Int("every"), call: p.Duration("call"), waits: p.Int("waits"), wait: p.Duration("wait")}
	work := workloads.Work{Make: func(runners.Sync) runners.Body { return j.task }, Observe: j.observe}
	waited, called := data.Key(s.Seed, j.waits), data.Key(s.Seed, 1)
	for i := range tasks {
		work.Sum += data.Sum(waited, i)
	}
	for first := 0; first < tasks; first += j.every {
		i := j.blocker(first / j.every)
		work.Sum += data.Sum(called, i) - data.Sum(waited, i)
	}
	return work, nil
}

type blockingJob struct {
	seed         uint64
	tasks        int
	every, waits int
	call, wait   time.Duration
}

// blocker is the task that blocks in a group of as many as there is one in. It
// is drawn: were it always the first, models that deal out tasks in turn would
// have all of them in one place. The last group may be smaller.
func (j *blockingJob) blocker(group int) int {
	first := group * j.every
	return first + int(data.Key(j.seed, group)%uint64(min(j.every, j.tasks-first)))
}

func (j *blockingJob) blocks(i int) bool { return i == j.blocker(i/j.every) }

// task returns a sum of how often it has waited.
func (j *blockingJob) task(t runners.Task, i int) (uint64, error) {
	if j.blocks(i) {
		calls, took, err := 0, time.Duration(0), error(nil)
		t.Block(func() {
			began := time.Now()
			err = hold(j.call)
			took = time.Since(began)
			calls++
		})
		if err != nil {
			return 0, err
		}
		if took < j.call {
			return 0, fmt.Errorf("the call blocked for %v of %v", took, j.call)
		}
		return data.Sum(data.Key(j.seed, calls), i), nil
	}
	waits := 0
	for range j.waits {
		began := time.Now()
		if err := t.Sleep(j.wait); err != nil {
			return 0, err
		}
		if waited := time.Since(began); waited < j.wait {
			return 0, fmt.Errorf("waited %v of %v", waited, j.wait)
		}
		waits++
	}
	return data.Sum(data.Key(j.seed, waits), i), nil
}

func (j *blockingJob) observe(o runners.Outcome, into *workloads.Observed) error {
	for i, s := range o.Samples {
		switch {
		case j.blocks(i):
		case s.End == 0:
			return errors.New("a task has no time")
		default:
			into.Time("others", int64(s.End))
		}
	}
	return nil
}
