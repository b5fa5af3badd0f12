package bench

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/concbench/concbench/runners"
)

// Limits are what the system lets one process have.
type Limits struct {
	Files   int // descriptors; 0: no limit known
	Threads int // kernel threads; 0: no limit known
	Memory  int // bytes that can still be had without swapping; 0: not known
}

// What this process itself needs, beside the tasks'.
const (
	spareFiles   = 64
	spareThreads = 64
)

// Runnable says why a model with these offers cannot run a job with these
// needs and so many tasks, or nil. It alone pairs workloads and models.
func Runnable(n runners.Needs, o runners.Offers, l Limits, tasks int) error {
	inFlight := tasks
	if o.Together > 0 {
		inFlight = min(tasks, o.Together)
	}
	files, threads := inFlight*n.Files+o.Files+spareFiles, o.Threads+spareThreads
	memory := o.Memory + inFlight*o.TaskBytes + tasks*int(unsafe.Sizeof(runners.Sample{}))
	switch {
	case n.Together > inFlight:
		return fmt.Errorf("%d tasks must run together, the model runs %d", n.Together, inFlight)
	case n.Children && !o.Children:
		return errors.New("the model has no long-lived children")
	case n.SharedMemory && !o.SharedMemory:
		return errors.New("the model's tasks share no memory")
	case n.Listener && !o.Listener:
		return errors.New("the model has no listener")
	case n.Killable && !o.Killable:
		return errors.New("the model has no worker that can be killed")
	case n.OwnWorker && !o.OwnWorker:
		return errors.New("the model's tasks share a worker, and its end is that of all")
	case n.OwnThread && !o.OwnThread:
		return errors.New("the model's tasks have no kernel thread of their own")
	case l.Files > 0 && files > l.Files:
		return fmt.Errorf("limit: %d descriptors are needed, %d allowed (raise it: ulimit -n)", files, l.Files)
	case l.Threads > 0 && threads > l.Threads:
		return fmt.Errorf("limit: %d threads are needed, %d allowed (raise it: ulimit -u, sysctl kernel.pid_max, kernel.threads-max)", threads, l.Threads)
	case l.Memory > 0 && memory > l.Memory:
		return fmt.Errorf("limit: at least %.1f GiB of memory are needed, %.1f free (run fewer tasks or processes, free some, or raise memory.max of the cgroup)", gib(memory), gib(l.Memory))
	}
	return nil
}

func gib(bytes int) float64 { return float64(bytes) / (1 << 30) }

// Runnable says why the cell cannot run here, or nil.
func (c Cell) Runnable() error {
	needs, err := c.needs()
	if err != nil {
		return err
	}
	m, config, err := c.model()
	if err != nil {
		return err
	}
	if m.Unsupported != nil {
		if err := m.Unsupported(); err != nil {
			return err
		}
	}
	if c.Place == Apart && min(Cores(), len(CPUs())) < 2 {
		return errors.New("place=apart needs Linux and 2 CPUs")
	}
	return Runnable(needs, m.Offers(config, bodies(needs, c.Tasks)), SystemLimits(), c.Tasks)
}
