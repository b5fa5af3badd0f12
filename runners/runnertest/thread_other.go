//go:build !linux

package runnertest

// threadID is not known on this system, and no model there has threads of tasks'
// own.
func threadID() int { panic("needs Linux") }
