package runnertest

import "golang.org/x/sys/unix"

// threadID returns the kernel's number of the calling thread.
func threadID() int { return unix.Gettid() }
