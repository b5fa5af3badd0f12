//go:build !linux

package calibrate

import (
	"errors"
	"os/exec"
)

var errLinux = errors.New("calibrate needs Linux: what it measures stands on epoll, futexes and binding to CPUs")

func start([]int, *exec.Cmd) error { return errLinux }

// Supported says why nothing can be calibrated here, if nothing can.
func Supported() error { return errLinux }
