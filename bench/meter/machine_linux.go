package meter

import (
	"os"
	"time"

	"github.com/prometheus/procfs"
)

// Host reads /proc/stat and /proc/pressure/cpu.
func Host() (Machine, error) {
	fs, err := procfs.NewDefaultFS()
	if err != nil {
		return Machine{}, err
	}
	stat, err := fs.Stat()
	if err != nil {
		return Machine{}, err
	}
	c := stat.CPUTotal
	m := Machine{
		At:    time.Now(),
		Steal: c.Steal,
		Total: c.User + c.Nice + c.System + c.Idle + c.Iowait + c.IRQ + c.SoftIRQ + c.Steal,
	}
	// A kernel may be built without PSI.
	if p, err := fs.PSIStatsForResource("cpu"); err == nil && p.Some != nil {
		m.Stalled, m.PSI = time.Duration(p.Some.Total)*time.Microsecond, true
	}
	return m, nil
}

// Delays reads the schedstat of each thread of this process and the others.
func Delays(others ...int) (Delay, error) {
	d := Delay{}
	for _, pid := range append(others, os.Getpid()) {
		threads, err := procfs.AllThreads(pid)
		if err != nil {
			return nil, err
		}
		for _, t := range threads {
			// One that has ended since is no error.
			if s, err := t.Schedstat(); err == nil {
				d[t.PID] = time.Duration(s.WaitingNanoseconds)
			}
		}
	}
	return d, nil
}
