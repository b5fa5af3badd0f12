package calibrate

import (
	"fmt"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// start starts a command bound to the CPUs, which a process inherits from the
// thread that starts it (sched_setaffinity(2)): none of its own threads is ever
// elsewhere. The terminal's Ctrl-C does not reach it.
func start(cpus []int, cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	started := make(chan error)
	go func() { started <- startBound(cpus, cmd) }()
	return <-started
}

// startBound leaves its thread locked, and so ends it with the goroutine, where
// the thread cannot be made as it was.
func startBound(cpus []int, cmd *exec.Cmd) error {
	runtime.LockOSThread()
	var before, set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return fmt.Errorf("affinity: %w", err)
	}
	for _, cpu := range cpus {
		set.Set(cpu)
	}
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		return fmt.Errorf("bind to CPUs %v: %w", cpus, err)
	}
	err := cmd.Start()
	if unix.SchedSetaffinity(0, &before) == nil {
		runtime.UnlockOSThread()
	}
	return err
}

// Supported says why nothing can be calibrated here, if nothing can.
func Supported() error { return nil }
