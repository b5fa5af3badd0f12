package calibrate

import (
	"os/exec"
	"syscall"

	"github.com/concbench/concbench/runners/reexec"
)

// start starts a command bound to the CPUs, which the terminal's Ctrl-C does not
// reach.
func start(cpus []int, cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return reexec.StartOn(cpus, cmd)
}

// Supported says why nothing can be calibrated here, if nothing can.
func Supported() error { return nil }
