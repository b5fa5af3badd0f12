package futex

import (
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Operations of futex(2), from linux/futex.h.
const (
	opWait    = 0
	opWake    = 1
	opPrivate = 128 // the word is not shared between processes
)

// Supported says why there are no futexes here, if there are none.
func Supported() error { return nil }

// wait sleeps as long as *word is old, up to d unless d is forever; it may
// return for no reason. It reports whether the time is over.
//
// The call goes through Syscall, so that the runtime can give the thread's P to
// another one; wake cannot block and goes through RawSyscall.
func wait(word *atomic.Uint32, old uint32, d time.Duration) (over bool) {
	return futexWait(word, opWait|opPrivate, old, d)
}

// WaitShared sleeps as long as *word is old; it may return for no reason. It is
// for words that the kernel itself wakes, which does so as if they were shared
// between processes.
func WaitShared(word *atomic.Uint32, old uint32) { futexWait(word, opWait, old, forever) }

func futexWait(word *atomic.Uint32, op uintptr, old uint32, d time.Duration) (over bool) {
	var timeout *unix.Timespec // relative, by CLOCK_MONOTONIC
	if d >= 0 {
		ts := unix.NsecToTimespec(int64(d))
		timeout = &ts
	}
	_, _, errno := unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), op, uintptr(old), uintptr(unsafe.Pointer(timeout)), 0, 0)
	return errno == unix.ETIMEDOUT
}

// wake wakes up to n of those that wait on the word.
func wake(word *atomic.Uint32, n int) {
	unix.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), opWake|opPrivate, uintptr(n), 0, 0, 0)
}
