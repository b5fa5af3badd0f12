//go:build !linux

package origin

import (
	"errors"
	"os/exec"
)

// startOn starts a command; bound to CPUs it can be on Linux only.
func startOn(cpus []int, cmd *exec.Cmd) error {
	if cpus != nil {
		return errors.New("bind to CPUs: needs Linux")
	}
	return cmd.Start()
}
