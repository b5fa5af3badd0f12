package cost

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// oversubscribe settles too-many: the same work by more and more tasks. There
// are as many tasks as a pool would have workers, and the time begins when all
// of them are there, as a pool's are. (Of kernel threads, 192 and the cores can
// have a P at once, whatever their number.)
type oversubscribe struct{}

func init() { workloads.Register(oversubscribe{}) }

// itemWait is how long an item is waited for.
const itemWait = time.Millisecond

func (oversubscribe) About() workloads.About {
	sweep := func(over, work string, least int) workloads.Sweep {
		s := workloads.Sweep{Over: over, Divided: true}
		for tasks := least; tasks <= 4096; tasks *= 4 {
			s.Cases = append(s.Cases, workloads.Case{Tasks: tasks, Params: workloads.Params{"work": work}})
		}
		return s
	}
	return workloads.About{
		Name:    "oversubscribe",
		Kind:    workloads.Cost,
		Summary: "more and more tasks share the same work",
		Unit:    "the task's share of 4,096 items, unless told: SHA-256 over 48 KiB each, which is a step (cpu), or a wait of 1 ms each (io)",
		Params: []workloads.Param{
			{Name: "work", Default: "cpu", Doc: "what an item is: cpu (computing) or io (waiting)", Check: workloads.OneOf("cpu", "io")},
			{Name: "items", Default: "4096", Doc: "items of all tasks: 1 to 1000000", Check: workloads.Whole(1, 1_000_000)},
		},
		Small: workloads.Params{"items": "100"},
		// One task alone would wait for 4 s.
		Sweeps: []workloads.Sweep{sweep("tasks that compute", "cpu", 1), sweep("tasks that wait", "io", 4)},
	}
}

// Needs asks for all tasks at once: fewer would be another point of the sweep.
func (oversubscribe) Needs(_ workloads.Params, tasks int) runners.Needs {
	return runners.Needs{Together: tasks, SharedMemory: true}
}

// workTime is how long the work takes, from when all tasks are there.
const workTime = "work-ns"

// Measures leaves out how long it takes to make the tasks: spawn measures that,
// and a pool has them before it is given work.
func (oversubscribe) Measures(workloads.Params) workloads.Measures {
	return workloads.Measures{Paced: true, Figures: []workloads.Figure{{Unit: workTime, Doc: "time for the work, the tasks being there", Judged: true}}}
}

// Prepare knows the digest of each item, and who has it.
func (oversubscribe) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	j := &shareJob{seed: s.Seed, tasks: tasks, items: p.Int("items"), input: newInput(s.Seed)}
	do, digest := j.compute, j.input.digest
	if p["work"] == "io" {
		do, digest = j.wait, j.key
	}
	var last *crew // of the op that has ended
	work := workloads.Work{
		Make: func(meet runners.Sync) runners.Body {
			c := &crew{lobby: lobby{tasks: int64(tasks), door: meet.NewQueue(0), token: uint64(0)}}
			last = c
			return func(t runners.Task, i int) (uint64, error) {
				if _, err := c.task(t, i); err != nil {
					return 0, err
				}
				sum, err := do(t, i)
				c.leave()
				return data.Sum(sum, i), err
			}
		},
		Observe: func(_ runners.Outcome, into *workloads.Observed) error {
			into.Add(workTime, float64(last.ended.Sub(last.opened)))
			return nil
		},
	}
	sums := make([]uint64, tasks)
	for item := range j.items {
		sums[item%tasks] += digest(item)
	}
	for i, sum := range sums {
		work.Sum += data.Sum(sum, i)
	}
	return work, nil
}

// A crew is the tasks of one op, who begin together.
type crew struct {
	lobby
	done  atomic.Int64 // tasks
	ended time.Time    // when the last of them was
}

func (c *crew) leave() {
	if c.done.Add(1) == c.tasks {
		c.ended = time.Now()
	}
}

// A shareJob is so many items, of which task i has items i, i + tasks,
// i + 2 tasks, …
type shareJob struct {
	seed         uint64
	tasks, items int
	input        input
}

// compute digests each item, which is its number together with what all have.
func (j *shareJob) compute(t runners.Task, i int) (sum uint64, err error) {
	if i >= j.items {
		return 0, nil
	}
	d := newDigester(j.input)
	err = t.Compute(func() bool {
		sum += d.digest(i)
		i += j.tasks
		return i < j.items
	})
	return sum, err
}

// wait waits for each item.
func (j *shareJob) wait(t runners.Task, i int) (sum uint64, err error) {
	for ; i < j.items; i += j.tasks {
		start := time.Now()
		if err := t.Sleep(itemWait); err != nil {
			return 0, err
		}
		if waited := time.Since(start); waited < itemWait {
			return 0, fmt.Errorf("item %d: waited %v of %v", i, waited, itemWait)
		}
		sum += j.key(i)
	}
	return sum, nil
}

// key is the digest of an item that is waited for.
func (j *shareJob) key(item int) uint64 { return data.Key(j.seed, item) }
