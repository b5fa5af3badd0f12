package cost

import (
	"fmt"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/runners/affinity"
	"github.com/concbench/concbench/workloads"
)

// On which CPUs tasks run, as a parameter has it.
const (
	anyCPU   = "any"   // wherever the kernel has them: nothing is bound
	oneCPU   = "one"   // all on one: every thread of the process is bound to it
	apartCPU = "apart" // each on the next: the task's own thread is bound
)

// bind readies the process for tasks that run where it says, and changes the
// work so that they do, until it is closed.
func bind(where string, work *workloads.Work) error {
	if where == anyCPU {
		return nil
	}
	cpus := affinity.CPUs()
	if len(cpus) < 2 {
		return workloads.NotRunnable(fmt.Sprintf("cpus=%s needs Linux and 2 CPUs", where))
	}
	if where == oneCPU {
		work.Close = func() error { return affinity.Pin(cpus) }
		return affinity.Pin(cpus[:1])
	}
	unbound := work.Make
	work.Make = func(meet runners.Sync) runners.Body {
		body := unbound(meet)
		return func(t runners.Task, i int) (uint64, error) {
			// The thread may outlive the task, as those of a pool do.
			defer affinity.PinThread(cpus)
			if err := affinity.PinThread(cpus[i%len(cpus) : i%len(cpus)+1]); err != nil {
				return 0, err
			}
			return body(t, i)
		}
	}
	return nil
}
