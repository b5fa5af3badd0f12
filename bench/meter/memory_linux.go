package meter

import (
	"fmt"
	"os"

	"github.com/prometheus/procfs"
)

// kernelStack is what the kernel keeps for each thread, outside RSS and PSS
// (THREAD_SIZE on amd64 and arm64 Linux).
const kernelStack = 16 << 10

// ResetPeak makes the peak of resident memory of this process and the others
// start again from now: 5 written to clear_refs, see proc_pid_clear_refs(5).
func ResetPeak(others ...int) error {
	for _, pid := range append(others, os.Getpid()) {
		if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0); err != nil {
			return err
		}
	}
	return nil
}

// PeakRSS returns the peak of resident memory in bytes since ResetPeak (VmHWM,
// see proc_pid_status(5)): that of this process, and of the others added to it.
// They need not have had theirs at the same time, and what they share counts in
// each.
func PeakRSS(others ...int) (uint64, error) {
	var sum uint64
	for _, pid := range append(others, os.Getpid()) {
		p, err := procfs.NewProc(pid)
		if err != nil {
			return 0, err
		}
		status, err := p.NewStatus()
		if err != nil {
			return 0, err
		}
		sum += status.VmHWM
	}
	return sum, nil
}

// Footprint returns what the processes hold in bytes: their proportional share
// of resident memory, their page tables, and the kernel's stack of each of
// their threads. RSS hides the last two, and with them most of a thread.
func Footprint(pids ...int) (uint64, error) {
	var sum uint64
	for _, pid := range pids {
		p, err := procfs.NewProc(pid)
		if err != nil {
			return 0, err
		}
		maps, err := p.ProcSMapsRollup()
		if err != nil {
			return 0, err
		}
		status, err := p.NewStatus()
		if err != nil {
			return 0, err
		}
		stat, err := p.Stat()
		if err != nil {
			return 0, err
		}
		sum += maps.Pss + status.VmPTE + uint64(stat.NumThreads)*kernelStack
	}
	return sum, nil
}
