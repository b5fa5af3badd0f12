package gobench

import (
	"os/exec"
	"runtime"
	"syscall"
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
