package reexec

import (
	"fmt"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// StartOn starts a command bound to the CPUs. A process inherits the affinity
// of the thread that starts it (sched_setaffinity(2)), so that none of its own
// threads is ever elsewhere. Without CPUs it starts it unbound.
func StartOn(cpus []int, cmd *exec.Cmd) error {
	if cpus == nil {
		return cmd.Start()
	}
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
