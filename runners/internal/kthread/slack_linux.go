package kthread

import (
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// The kernel wakes a thread that sleeps with a time limit up to its timer slack
// late (PR_SET_TIMERSLACK, prctl(2)), 50 µs unless told.
const (
	usualSlack = 50 * time.Microsecond
	calmSlack  = time.Millisecond
)

var calm struct {
	sync.Mutex
	users int
}

// Calm keeps the Go runtime's monitor from disturbing threads that block in
// system calls, until the returned function is called.
//
// After a thread has run for 10 ms without a call of the Go scheduler, which
// one that is locked to its goroutine need never make, the monitor (sysmon)
// takes its P away in each system call it finds it in; and as long as it finds
// any, it looks again every 20 µs. With 100 connections that echo 64 B, these
// looks cost a sixth of all requests. A timer slack of 1 ms for the runtime's
// own threads lets them be that much rarer; the threads that Start makes keep
// the usual one, so that what they wait for is as punctual as anywhere.
//
// Where the program is linked with the C library, the runtime cannot make a
// system call on all of its threads, and Calm does nothing.
func Calm() (restore func()) {
	calm.Lock()
	defer calm.Unlock()
	if calm.users++; calm.users == 1 {
		setSlack(calmSlack)
	}
	return sync.OnceFunc(func() {
		calm.Lock()
		defer calm.Unlock()
		if calm.users--; calm.users == 0 {
			setSlack(usualSlack)
		}
	})
}

// KeepTime gives every thread of this process the usual slack, and so those that
// they make: a process inherits the slack of the thread that started it, which
// may have been calm. Where the program is linked with the C library, this
// thread alone has it; but there nobody is calm.
func KeepTime() {
	if errno := setSlack(usualSlack); errno != 0 {
		keepTime()
	}
}

// setSlack sets the timer slack of every thread there is.
func setSlack(d time.Duration) syscall.Errno {
	_, _, errno := syscall.AllThreadsSyscall(unix.SYS_PRCTL, unix.PR_SET_TIMERSLACK, uintptr(d), 0)
	return errno
}

// keepTime gives this thread the usual slack, whatever its maker's was.
func keepTime() {
	unix.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_TIMERSLACK, uintptr(usualSlack), 0)
}
