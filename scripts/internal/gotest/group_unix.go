//go:build unix

package gotest

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup gives a child a group of its own, so that the terminal's Ctrl-C does
// not reach it and all that it starts can be ended with it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endGroup kills what is left of a child's group.
func endGroup(child *os.Process) { _ = syscall.Kill(-child.Pid, syscall.SIGKILL) }

// askForStacks makes a Go process print its goroutines and end.
func askForStacks(child *os.Process) error { return child.Signal(syscall.SIGQUIT) }
