package affinity

import (
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// CPUs returns the CPUs that the calling thread may run on: those of this
// process, unless threads of it were bound apart.
func CPUs() []int {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return nil
	}
	var cpus []int
	for cpu := 0; len(cpus) < set.Count(); cpu++ {
		if set.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus
}

// Pin binds every thread of this process to the CPUs; threads made later
// inherit it.
func Pin(cpus []int) error {
	set := setOf(cpus)
	// A thread may be made by one that is not bound yet: repeat until a pass
	// finds no new one.
	bound := map[int]bool{}
	for {
		tids, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return fmt.Errorf("bind to CPUs %v: %w", cpus, err)
		}
		fresh := false
		for _, entry := range tids {
			tid, err := strconv.Atoi(entry.Name())
			if err != nil || bound[tid] {
				continue
			}
			bound[tid], fresh = true, true
			if err := unix.SchedSetaffinity(tid, &set); err != nil && err != unix.ESRCH {
				return fmt.Errorf("bind thread %d to CPUs %v: %w", tid, cpus, err)
			}
		}
		if !fresh {
			return nil
		}
	}
}

// PinThread binds the calling thread alone, which must be locked to its
// goroutine: no thread that the runtime makes inherits it then.
func PinThread(cpus []int) error {
	set := setOf(cpus)
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		return fmt.Errorf("bind this thread to CPUs %v: %w", cpus, err)
	}
	return nil
}

func setOf(cpus []int) (set unix.CPUSet) {
	for _, cpu := range cpus {
		set.Set(cpu)
	}
	return set
}
