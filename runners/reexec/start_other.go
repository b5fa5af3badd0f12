//go:build !linux

package reexec

import (
	"errors"
	"os/exec"
)

// StartOn starts a command; bound to CPUs it can be on Linux only.
func StartOn(cpus []int, cmd *exec.Cmd) error {
	if cpus != nil {
		return errors.New("bind to CPUs: needs Linux")
	}
	return cmd.Start()
}
