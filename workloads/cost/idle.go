package cost

import (
	"sync/atomic"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// idle settles mem-threads and async-scales: what a task costs that does
// nothing, in memory and in threads, and how many of them there can be.
type idle struct{}

func init() { workloads.Register(idle{}) }

var _ workloads.Measurer = idle{}

func (idle) About() workloads.About {
	return workloads.About{
		Name:    "idle",
		Kind:    workloads.Cost,
		Summary: "tasks wait, all at once, for the last of them to let them go",
		Unit:    "one task begun, parked at a queue of the model's until all are and for the set time, and woken",
		Params: []workloads.Param{
			{Name: "hold", Default: "100ms", Doc: "how long all wait: a duration from 1ms to 10s; 1 us more for each task, since it takes that much longer to look at them", Check: workloads.Span(time.Millisecond, 10*time.Second)},
		},
		Small: workloads.Params{"hold": "1ms"},
		Sweeps: []workloads.Sweep{{Over: "tasks", Cases: []workloads.Case{
			{Tasks: 10}, {Tasks: 100}, {Tasks: 1000}, {Tasks: 10_000}, {Tasks: 100_000}, {Tasks: 1_000_000},
		}}},
		Concurrent: true,
	}
}

func (idle) Needs(_ workloads.Params, tasks int) runners.Needs {
	return runners.Needs{Together: tasks, SharedMemory: true}
}

// Measures says that the time is that of the hold; memory and threads are what
// bench measures of every job.
func (idle) Measures(workloads.Params) workloads.Measures { return workloads.Measures{Paced: true} }

// Prepare knows that every task gets the one token there is, a copy of it each.
func (idle) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	hold := workloads.Params(s.Params).Duration("hold") + time.Duration(tasks)*time.Microsecond
	token := data.Key(s.Seed, tasks)
	work := workloads.Work{Make: func(meet runners.Sync) runners.Body {
		// With a capacity of 1 those that wait are woken one by one, and not all to
		// find that one of them was faster.
		l := &lobby{tasks: int64(tasks), hold: hold, door: meet.NewQueue(1), token: token}
		return l.task
	}}
	for i := range tasks {
		work.Sum += data.Sum(token, i)
	}
	return work, nil
}

// A lobby is where the tasks of one op wait for the last.
type lobby struct {
	tasks int64
	hold  time.Duration
	here  atomic.Int64

	opened time.Time // when the last had waited, and began to let the others go

	door  runners.Queue // of tokens: one for each task but the last
	token any           // made once, so that a token takes no memory of its own
}

func (l *lobby) task(t runners.Task, i int) (uint64, error) {
	token := l.token
	var err error
	if l.here.Add(1) < l.tasks {
		token, err = l.door.Get(t)
	} else {
		err = l.open(t)
	}
	if err != nil {
		return 0, err
	}
	number, _ := token.(uint64)
	return data.Sum(number, i), nil
}

// open lets the others go, after a while in which all wait.
func (l *lobby) open(t runners.Task) error {
	if l.hold > 0 {
		if err := t.Sleep(l.hold); err != nil {
			return err
		}
	}
	l.opened = time.Now()
	for range l.tasks - 1 {
		if err := l.door.Put(t, l.token); err != nil {
			return err
		}
	}
	return nil
}
