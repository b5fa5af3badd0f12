//go:build !linux

package meter

import "errors"

var errLinux = errors.New("needs Linux's /proc")

// ResetPeak is not possible on this system.
func ResetPeak(...int) error { return errLinux }

// PeakRSS is not known on this system.
func PeakRSS(...int) (uint64, error) { return 0, errLinux }

// Footprint is not known on this system.
func Footprint(...int) (uint64, error) { return 0, errLinux }
