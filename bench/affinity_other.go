//go:build !linux

package bench

import "errors"

// CPUs is not known on this system.
func CPUs() []int { return nil }

// Pin is not possible on this system.
func Pin([]int) error { return errors.New("binding to CPUs needs Linux") }
