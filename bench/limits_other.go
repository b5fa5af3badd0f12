//go:build !linux

package bench

// SystemLimits knows no limits on this system.
func SystemLimits() Limits { return Limits{} }
