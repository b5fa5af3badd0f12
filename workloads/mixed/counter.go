package mixed

import (
	"fmt"
	"sync/atomic"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// counter settles sharing-costs, races and no-locks: what it costs to change
// what others change too, and what is lost where nobody takes care.
type counter struct{}

func init() { workloads.Register(counter{}) }

var _ workloads.Measurer = counter{}

func (counter) About() workloads.About {
	shared := func(n, sync, yield string) workloads.Case {
		return workloads.Case{Tasks: 8, Params: workloads.Params{"n": n, "sync": sync, "yield": yield}}
	}
	return workloads.About{
		Name:    "counter",
		Kind:    workloads.Mixed,
		Summary: "tasks count together",
		Unit:    "so many increments of one counter, 10,000 unless told",
		Params: []workloads.Param{
			{Name: "n", Default: "10000", Doc: "increments of a task: 1 to 100000000", Check: workloads.Whole(1, 100_000_000)},
			{
				Name: "sync", Default: "mutex", Check: workloads.OneOf("mutex", "atomic", "own", "none"),
				Doc: "how: mutex (the model's), atomic (one operation), own (a counter a task, added up at the end) or none (load, then store, each atomic alone)",
			},
			{
				Name: "yield", Default: "never", Check: workloads.OneOf("inside", "outside", "never"),
				Doc: "when others are let run: inside (between load and store, under the mutex if there is one; atomic tries again where they came between), outside (after the store) or never",
			},
		},
		Small: workloads.Params{"n": "500"},
		Full: []workloads.Case{
			shared("100000", "mutex", "never"),
			shared("100000", "atomic", "never"),
			shared("100000", "own", "never"),
			shared("5000", "none", "inside"),
			shared("5000", "none", "outside"),
			shared("100000", "none", "never"),
		},
	}
}

func (counter) Needs(workloads.Params, int) runners.Needs { return runners.Needs{SharedMemory: true} }

// Measures leaves out what cannot be but 0: anything lost is a failure there.
// The models are not compared by what is lost, for 0 has no ratio to anything.
func (counter) Measures(p workloads.Params) workloads.Measures {
	if p["sync"] != "none" {
		return workloads.Measures{}
	}
	return workloads.Measures{Figures: []workloads.Figure{{Unit: "lost/op", Doc: "increments lost"}}}
}

func (counter) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	j := &counterJob{
		seed: s.Seed, tasks: tasks, n: p.Int("n"), sync: p["sync"],
		inside: p["yield"] == "inside", outside: p["yield"] == "outside",
	}
	work := workloads.Work{Make: j.start, Observe: j.observe}
	for i := range tasks {
		work.Sum += data.Sum(data.Key(s.Seed, j.n), i)
	}
	return work, nil
}

type counterJob struct {
	seed            uint64
	tasks, n        int
	sync            string
	inside, outside bool
	tally           *tally // of the op
}

// A tally is what the tasks of an op count in.
type tally struct {
	mu     runners.Mutex
	locked uint64 // under mu
	_      [128]byte
	shared atomic.Uint64
	_      [128]byte
	own    []apart
}

// An apart is a counter that shares no cache line with another, nor a pair of
// them, which some processors fetch together.
type apart struct {
	n atomic.Uint64
	_ [120]byte
}

func (j *counterJob) start(meet runners.Sync) runners.Body {
	c := &tally{mu: meet.NewMutex(), own: make([]apart, j.tasks)}
	j.tally = c
	return func(t runners.Task, i int) (uint64, error) {
		var made int
		var err error
		switch j.sync {
		case "mutex":
			made, err = j.locked(t, c.mu, &c.locked)
		case "atomic":
			made, err = j.atomic(t, &c.shared)
		case "own":
			made, err = j.own(t, &c.own[i].n, &c.shared)
		default:
			made, err = j.bare(t, &c.shared)
		}
		// What was lost is not in the sum: it has no right value.
		return data.Sum(data.Key(j.seed, made), i), err
	}
}

// locked, and the three after it, return how many increments they have made.
func (j *counterJob) locked(t runners.Task, mu runners.Mutex, to *uint64) (made int, err error) {
	for ; made < j.n; made++ {
		if err := mu.Lock(t); err != nil {
			return made, err
		}
		v := *to
		if j.inside {
			err = t.Yield()
		}
		*to = v + 1
		mu.Unlock()
		if j.outside {
			err = t.Yield()
		}
		if err != nil {
			return made, err
		}
	}
	return made, nil
}

func (j *counterJob) atomic(t runners.Task, to *atomic.Uint64) (made int, err error) {
	for made < j.n {
		if j.inside {
			v := to.Load()
			if err := t.Yield(); err != nil {
				return made, err
			}
			if !to.CompareAndSwap(v, v+1) {
				continue
			}
		} else {
			to.Add(1)
		}
		made++
		if j.outside {
			if err := t.Yield(); err != nil {
				return made, err
			}
		}
	}
	return made, nil
}

// own does what bare does, with a counter of the task's own, so that the two
// differ in whose it is alone.
func (j *counterJob) own(t runners.Task, to, total *atomic.Uint64) (made int, err error) {
	made, err = j.bare(t, to)
	total.Add(to.Load())
	return made, err
}

// bare loads and stores with nothing that holds the two together. Each is
// atomic, so that the program stays a defined one whatever is lost.
func (j *counterJob) bare(t runners.Task, to *atomic.Uint64) (made int, err error) {
	for ; made < j.n; made++ {
		v := to.Load()
		if j.inside {
			if err := t.Yield(); err != nil {
				return made, err
			}
		}
		to.Store(v + 1)
		if j.outside {
			if err := t.Yield(); err != nil {
				return made, err
			}
		}
	}
	return made, nil
}

func (j *counterJob) observe(_ runners.Outcome, into *workloads.Observed) error {
	counted, want := j.tally.locked+j.tally.shared.Load(), uint64(j.tasks)*uint64(j.n)
	switch {
	case counted == 0 || counted > want:
		return fmt.Errorf("%d increments were counted of %d", counted, want)
	case j.sync == "none":
		into.Add("lost/op", float64(want-counted))
	case counted < want:
		return fmt.Errorf("%d of %d increments were lost", want-counted, want)
	}
	return nil
}
