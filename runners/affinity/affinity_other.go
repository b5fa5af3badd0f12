//go:build !linux

package affinity

import "errors"

var errLinux = errors.New("binding to CPUs needs Linux")

// CPUs is not known on this system.
func CPUs() []int { return nil }

// Pin is not possible on this system.
func Pin([]int) error { return errLinux }

// PinThread is not possible on this system.
func PinThread([]int) error { return errLinux }
