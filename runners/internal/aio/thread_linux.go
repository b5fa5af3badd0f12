package aio

import "golang.org/x/sys/unix"

func threadID() int { return unix.Gettid() }

func onMainThread() bool { return unix.Gettid() == unix.Getpid() }

// threadLives reports whether a thread of this process is still there
// (tgkill(2), with no signal).
func threadLives(tid int) bool {
	return unix.Tgkill(unix.Getpid(), tid, 0) == nil
}
