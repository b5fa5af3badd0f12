package gobench

import (
	"os"
	"syscall"
	"time"

	"github.com/prometheus/procfs"
)

// highWater is the peak of resident memory of a process so far in bytes, VmHWM
// of proc_pid_status(5); 0 if that cannot be read.
func highWater(pid int) uint64 {
	p, err := procfs.NewProc(pid)
	if err != nil {
		return 0
	}
	status, err := p.NewStatus()
	if err != nil {
		return 0
	}
	return status.VmHWM
}

// peakEvery is how often the peak of a child is read: what it takes on after the
// last reading is missed.
const peakEvery = 20 * time.Millisecond

// watchPeak reads the peak of a child until it has ended, 0 if that was too soon
// for any reading. What the kernel says of an ended child counts its
// parent's peak too, at the time of the start (see setmax_mm_hiwater_rss in
// fs/exec.c): it is right only where it is above that.
func watchPeak(own uint64, child *os.Process) (ended func(*os.ProcessState) uint64) {
	stop, last := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(peakEvery)
		defer tick.Stop()
		var peak uint64
		for {
			select {
			case <-tick.C:
				peak = max(peak, highWater(child.Pid))
			case <-stop:
				last <- peak
				return
			}
		}
	}()
	return func(state *os.ProcessState) uint64 {
		close(stop)
		sampled := <-last
		r, ok := state.SysUsage().(*syscall.Rusage)
		if !ok {
			return sampled
		}
		if whole := uint64(r.Maxrss) << 10; own > 0 && whole > own {
			return whole
		}
		return sampled
	}
}
