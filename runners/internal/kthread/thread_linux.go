package kthread

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners/internal/futex"
	"github.com/concbench/concbench/runners/internal/gid"
)

// A Thread is a kernel thread that runs one function and ends with it.
//
// It is a goroutine that locks itself to its thread and never unlocks, whereupon
// the runtime lets the thread end with the goroutine. That end is what Join
// waits for, as pthread_join does, and what only the kernel can tell: the thread
// registers a robust list (set_robust_list(2)) with one futex in it, which the
// kernel marks and wakes when the thread exits.
//
// Note: set_tid_address(2), what pthread_join stands on, serves as well, but is
// the C library's where the program is linked with it.
type Thread struct {
	robust robustList
	state  atomic.Uint32 // the thread's id, once it has one, and the futex bits
}

// A robustList is struct robust_list_head of linux/futex.h, and its one entry.
type robustList struct {
	first   *robustEntry
	offset  int // from an entry to its futex
	pending *robustEntry
	entry   robustEntry
}

type robustEntry struct{ next unsafe.Pointer }

// Bits of a robust futex, from linux/futex.h.
const (
	futexWaiters   = 0x80000000
	futexOwnerDied = 0x40000000
)

// Start runs f on a new kernel thread. f may end by runtime.Goexit; a panic in
// it ends the program.
func Start(f func()) *Thread {
	t := new(Thread)
	threads.make(1)
	go t.run(f)
	return t
}

func (t *Thread) run(f func()) {
	runtime.LockOSThread()
	tid := unix.Gettid()
	if tid == pid {
		// The main thread cannot end before the process does: the runtime parks
		// it for good where its goroutine ends locked. That happens once, and
		// from then on no thread of ours can be the main one.
		go t.run(f)
		return
	}
	keepTime()
	defer threads.leave(t.enrol(tid))
	f()
}

var pid = unix.Getpid()

// enrol makes the thread known to the kernel's robust lists and to threads.
func (t *Thread) enrol(tid int) (id uintptr) {
	t.state.Or(uint32(tid))
	r := &t.robust
	r.entry.next = unsafe.Pointer(r)
	r.first = &r.entry
	r.offset = int(uintptr(unsafe.Pointer(&t.state)) - uintptr(unsafe.Pointer(&r.entry)))
	if errno := setRobustList(r, unsafe.Offsetof(r.entry)); errno != 0 {
		panic("set_robust_list: " + errno.Error()) // supported has tried it
	}
	id = gid.Self()
	threads.enter(id, tid)
	return id
}

// Join waits until the thread has left the process's memory, as pthread_join
// does. Every thread must be joined, once.
func (t *Thread) Join() {
	for {
		state := t.state.Load()
		if state&futexOwnerDied != 0 {
			threads.make(-1)
			return
		}
		if state&futexWaiters != 0 || t.state.CompareAndSwap(state, state|futexWaiters) {
			futex.WaitShared(&t.state, state|futexWaiters)
		}
	}
}

func setRobustList(r *robustList, size uintptr) unix.Errno {
	_, _, errno := unix.RawSyscall(unix.SYS_SET_ROBUST_LIST, uintptr(unsafe.Pointer(r)), size, 0)
	return errno
}

// supported tries whether there are robust lists: a wrong size changes nothing.
func supported() error {
	if errno := setRobustList(nil, 0); errno != unix.EINVAL {
		return fmt.Errorf("%w: set_robust_list: %w", errUnsupported, errno)
	}
	return nil
}
