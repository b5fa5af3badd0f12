package gotest

import (
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners/usage"
)

// endWithUs makes the kernel kill a child that is about to be started if this
// process is killed; what the child started may live on. The kernel takes the
// thread that started it for its parent: see PR_SET_PDEATHSIG in prctl(2). So
// the goroutine keeps its thread until it calls ended, after the child's end.
func endWithUs(cmd *exec.Cmd) (ended func()) {
	runtime.LockOSThread()
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	return runtime.UnlockOSThread
}

// UseOf returns what a living process has used, without its children, and the
// peak of its resident memory in bytes. CPU time is that of its CPU clock, whose
// id is made of the process's as in clock_getcpuclockid(3), all of it as User.
// Context switches are those of the threads that it has now; the peak is VmHWM
// of proc_pid_status(5).
func UseOf(pid int) (u usage.Usage, peak uint64, err error) {
	const schedClock = 2
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|schedClock), &t); err != nil {
		return u, 0, err
	}
	u.User, u.Switches = time.Duration(t.Nano()), true
	threads, err := procfs.AllThreads(pid)
	for _, t := range threads {
		if status, err := t.NewStatus(); err == nil { // else it has ended
			peak = max(peak, status.VmHWM)
			u.Voluntary += int64(status.VoluntaryCtxtSwitches)
			u.Involuntary += int64(status.NonVoluntaryCtxtSwitches)
		}
	}
	return u, peak, err
}
