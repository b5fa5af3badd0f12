// Package kthread holds what a task on a kernel thread of its own needs: the
// thread itself, and connections, listeners, files and sleeps that block it in
// the kernel.
//
// Descriptors are blocking ones, and their system calls the ordinary ones: read,
// write, accept4, connect. They are made through package syscall's Syscall, so
// that the Go runtime knows of them and can give the thread's P to another one.
//
// A Group ends all the waits of a job at once.
package kthread

import (
	"errors"

	"github.com/concbench/concbench/runners/internal/futex"
)

var errUnsupported = errors.New("needs Linux: futexes and blocking descriptors")

// Supported says why kernel threads cannot be had here as this package means
// them, if they cannot.
func Supported() error {
	if futex.Supported() != nil {
		return errUnsupported
	}
	return supported()
}
