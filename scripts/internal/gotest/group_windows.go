package gotest

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup keeps the terminal's Ctrl-C from a child: its parent ends it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// endGroup ends the child: those that it started are not known here.
func endGroup(child *os.Process) { _ = child.Kill() }

// askForStacks is not possible here: the child ends.
func askForStacks(child *os.Process) error { return child.Kill() }
