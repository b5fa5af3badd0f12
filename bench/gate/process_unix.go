//go:build unix

package gate

import (
	"os"
	"runtime"
	"syscall"
)

// Supported says why no process can have a gate on this system, nil where one
// can.
func Supported() error { return nil }

// start starts the command in a process group of its own: the terminal's Ctrl-C
// does not reach it, and all that it starts can be ended with it. The goroutine
// that starts it keeps its thread until the process has ended: the kernel takes
// that thread for the parent whose death kills it (PR_SET_PDEATHSIG in prctl(2)).
func (p *Process) start() error {
	if p.cmd.SysProcAttr == nil {
		p.cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	p.cmd.SysProcAttr.Setpgid = true
	dieWithParent(p.cmd.SysProcAttr)
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
			endGroup(p.cmd.Process)
			close(p.done)
		}
	}()
	return <-started
}

func endGroup(child *os.Process) { _ = syscall.Kill(-child.Pid, syscall.SIGKILL) }

func askForStacks(child *os.Process) { _ = child.Signal(syscall.SIGQUIT) }
