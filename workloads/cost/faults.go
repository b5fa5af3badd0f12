package cost

import (
	"os"
	"strconv"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// faults settles errors-contained: whether all others complete where some tasks
// fail, what a failure costs, and how long it takes to end a job.
type faults struct{}

func init() { workloads.Register(faults{}) }

var _ workloads.Measurer = faults{}

func (faults) About() workloads.About {
	fault := func(kind, share string) workloads.Case {
		p := workloads.Params{"fault": kind}
		if share != "" {
			p["share"] = share
		}
		return workloads.Case{Tasks: 1000, Params: p}
	}
	return workloads.About{
		Name:    "faults",
		Kind:    workloads.Cost,
		Summary: "some tasks fail, and the others go on; or all are cancelled",
		Unit:    "a yield and SHA-256 over 48 KiB, which is a step, and then the failure, if it is one of those that fail; where the job is cancelled, a wait for that",
		Params: []workloads.Param{
			{Name: "fault", Default: "error", Doc: "how a task fails: none, error (it returns one), panic, exit (it ends its goroutine, and with that its worker), kill (it kills its process), cancel (the last task to wait cancels the job)", Check: workloads.OneOf("none", "error", "panic", "exit", "kill", "cancel")},
			{Name: "share", Default: "1", Doc: "percent of the tasks that fail, one at least: 1 to 100; all where the job is cancelled", Check: workloads.Whole(1, 100)},
		},
		// Of few failures one sees that they are contained, of many what one costs.
		// The end of a process costs so much that few of them will do for both.
		Full: []workloads.Case{
			fault("none", ""), fault("error", "50"), fault("panic", "50"), fault("exit", "50"), fault("kill", ""), fault("cancel", ""),
		},
	}
}

func (faults) Needs(p workloads.Params, tasks int) runners.Needs {
	switch p["fault"] {
	case "exit":
		return runners.Needs{OwnWorker: true}
	case "kill":
		return runners.Needs{OwnWorker: true, Killable: true}
	case "cancel":
		return runners.Needs{Together: tasks, SharedMemory: true}
	}
	return runners.Needs{}
}

// cancelTime is how long it takes from the cancellation to the return of the
// last task's body.
const cancelTime = "cancel-ns"

func (faults) Measures(p workloads.Params) workloads.Measures {
	if p["fault"] != "cancel" {
		return workloads.Measures{}
	}
	return workloads.Measures{Paced: true, Figures: []workloads.Figure{
		{Unit: cancelTime, Doc: "from the cancellation to the end of the last task", Judged: true},
	}}
}

func (faults) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	if p["fault"] == "cancel" {
		return cancelled(tasks), nil
	}
	j := &faultJob{seed: s.Seed, tasks: tasks, fault: p["fault"], input: newInput(s.Seed)}
	work := workloads.Work{Make: func(runners.Sync) runners.Body { return j.task }, Observe: j.observe}
	if j.fault == "kill" {
		// A task kills its process only where that is another than the one that
		// prepared the job first, which is the benchmark itself.
		me := strconv.Itoa(os.Getpid())
		if j.mayKill = s.Data != "" && s.Data != me; !j.mayKill {
			work.Data = me
		}
	}
	if j.fault != "none" {
		j.failing = max(tasks*p.Int("share")/100, 1)
	}
	work.Failed = j.failing
	for i := range tasks {
		if !j.fails(i) {
			work.Sum += j.input.digest(i)
		}
	}
	return work, nil
}

type faultJob struct {
	seed    uint64
	tasks   int
	failing int // tasks that fail
	fault   string
	mayKill bool
	input   input
}

// fails says whether a task is one of those that fail, which are spread evenly:
// of any i in a row, as many as there are tasks, just j.failing.
func (j *faultJob) fails(i int) bool {
	return (i+int(j.seed%uint64(j.tasks)))*j.failing%j.tasks < j.failing
}

func (j *faultJob) task(t runners.Task, i int) (sum uint64, err error) {
	if err := t.Yield(); err != nil { // so that others are in flight when it fails
		return 0, err
	}
	err = t.Compute(func() bool {
		sum = newDigester(j.input).digest(i)
		return false
	})
	if err == nil && j.fails(i) {
		err = j.fail()
	}
	return sum, err
}
