package machine

import (
	"bytes"
	"os"
	"strconv"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// tick is what Linux counts CPU time of processes in: USER_HZ is 100 on all of
// Go's architectures.
const tick = 0.01 // seconds

// look reads /proc/PID/stat of every process.
func look() snapshot {
	fs, err := procfs.NewDefaultFS()
	if err != nil {
		return nil
	}
	all, err := fs.AllProcs()
	if err != nil {
		return nil
	}
	s := snapshot{}
	for _, p := range all {
		st, err := p.Stat()
		if err != nil {
			continue // it has ended since
		}
		s[p.PID] = process{
			name: st.Comm, parent: st.PPID, started: st.Starttime,
			used:   tick * float64(st.UTime+st.STime),
			waited: tick * float64(st.CUTime+st.CSTime),
		}
	}
	return s
}

// busy returns the CPU seconds in which the CPUs that this process may use ran
// some process, and how many those CPUs are. Interrupts are left out, since one
// cannot tell whose they are.
func busy() (seconds float64, cpus int) {
	fs, err := procfs.NewDefaultFS()
	if err != nil {
		return 0, 0
	}
	stat, err := fs.Stat()
	if err != nil {
		return 0, 0
	}
	var mine unix.CPUSet
	if err := unix.SchedGetaffinity(0, &mine); err != nil {
		return 0, 0
	}
	for n, c := range stat.CPU {
		if mine.IsSet(int(n)) {
			seconds += c.User + c.Nice + c.System
			cpus++
		}
	}
	return seconds, cpus
}

// ended returns the CPU seconds of this process, and of those that it, or one it
// started, has waited for.
func ended() float64 {
	var sum float64
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var u unix.Rusage
		if err := unix.Getrusage(who, &u); err != nil {
			return 0
		}
		sum += float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	return sum
}

// swapped returns how many bytes have been read back from swap.
func swapped() uint64 {
	text, err := os.ReadFile("/proc/vmstat")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(text) {
		if pages, ok := bytes.CutPrefix(line, []byte("pswpin ")); ok {
			n, _ := strconv.ParseUint(string(bytes.TrimSpace(pages)), 10, 64)
			return n * uint64(os.Getpagesize())
		}
	}
	return 0
}
