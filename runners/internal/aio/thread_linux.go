package aio

import (
	"time"

	"golang.org/x/sys/unix"
)

func threadID() int { return unix.Gettid() }

func onMainThread() bool { return unix.Gettid() == unix.Getpid() }

// keepTime gives this thread the usual timer slack (prctl(2)), whatever its
// maker's was: kthread.Calm raises that of the runtime's own threads.
func keepTime() {
	unix.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_TIMERSLACK, uintptr(50*time.Microsecond), 0)
}

// threadLives reports whether a thread of this process is still there
// (tgkill(2), with no signal).
func threadLives(tid int) bool {
	return unix.Tgkill(unix.Getpid(), tid, 0) == nil
}
