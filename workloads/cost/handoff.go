package cost

import (
	"fmt"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// handoff settles switch-cost: what it takes for one task to wake another and
// then to wait itself, on one CPU and from one to the next.
type handoff struct{}

func init() { workloads.Register(handoff{}) }

func (handoff) About() workloads.About {
	return workloads.About{
		Name:    "handoff",
		Kind:    workloads.Cost,
		Summary: "tasks pass a token round a ring",
		Unit:    "100 times, unless told, the token taken from the task before and given to the task after, each through a queue of the model's",
		Params: []workloads.Param{
			{Name: "laps", Default: "100", Doc: "how often the token goes round: 1 to 1000000", Check: workloads.Whole(1, 1_000_000)},
			{Name: "cpus", Default: anyCPU, Doc: "any (the kernel chooses), one (the whole process is bound to one CPU) or apart (each task's thread is bound to the next CPU in turn)", Check: workloads.OneOf(anyCPU, oneCPU, apartCPU)},
		},
		Full: []workloads.Case{
			{Tasks: 2, Params: workloads.Params{"laps": "1000"}},
			{Tasks: 2, Params: workloads.Params{"laps": "1000", "cpus": oneCPU}},
			{Tasks: 2, Params: workloads.Params{"laps": "1000", "cpus": apartCPU}},
			{Tasks: 100},
			{Tasks: 1000, Params: workloads.Params{"laps": "10"}},
		},
		Concurrent: true,
	}
}

func (handoff) Needs(p workloads.Params, tasks int) runners.Needs {
	return runners.Needs{Together: tasks, SharedMemory: true, OwnThread: p["cpus"] == apartCPU, OneCPU: p["cpus"] == oneCPU}
}

// Prepare knows the token that each task has in each lap: it is a number that
// grows by one with every pass.
func (handoff) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	laps := workloads.Params(s.Params).Int("laps")
	work := workloads.Work{Make: func(meet runners.Sync) runners.Body {
		ring := make([]runners.Queue, tasks)
		for i := range ring {
			ring[i] = meet.NewQueue(1)
		}
		return func(t runners.Task, i int) (uint64, error) {
			return pass(t, ring[i], ring[(i+1)%tasks], laps, i == 0, s.Seed)
		}
	}}
	for i := range tasks {
		digest := uint64(0)
		for lap := range laps {
			token := s.Seed + uint64(lap*tasks+i)
			if i == 0 {
				token += uint64(tasks)
			}
			digest = data.Key(digest, int(token))
		}
		work.Sum += digest
	}
	err := bind(s.Params["cpus"], &work)
	return work, err
}

// pass is one task's part: it digests the tokens that it had. The first task
// begins, and keeps the token in the end.
func pass(t runners.Task, from, to runners.Queue, laps int, first bool, seed uint64) (digest uint64, err error) {
	if first {
		if err := to.Put(t, seed+1); err != nil {
			return 0, err
		}
	}
	for lap := range laps {
		v, err := from.Get(t)
		if err != nil {
			return 0, err
		}
		token, ok := v.(uint64)
		if !ok {
			return 0, fmt.Errorf("lap %d: the token is %v", lap, v)
		}
		digest = data.Key(digest, int(token))
		if first && lap == laps-1 {
			break
		}
		if err := to.Put(t, token+1); err != nil {
			return 0, err
		}
	}
	return digest, nil
}
