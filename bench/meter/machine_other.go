//go:build !linux

package meter

// Host is not known on this system.
func Host() (Machine, error) { return Machine{}, errLinux }

// Delays are not known on this system.
func Delays(...int) (Delay, error) { return nil, errLinux }
