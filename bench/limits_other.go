//go:build !linux

package bench

// SystemLimits knows the free memory alone on this system.
func SystemLimits() Limits { return Limits{Memory: freeMemory()} }
