package wire

import (
	"bytes"
	"os"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// systemClock reads CLOCK_MONOTONIC, one clock for all processes, in
// nanoseconds.
func systemClock() int64 {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) // cannot fail
	return ts.Nano()
}

// write makes one write(2). A short one, into a pipe that has room for it,
// cannot block: the runtime need not know.
func write(fd int, b []byte) (int, error) {
	if len(b) > os.Getpagesize() {
		return unix.Write(fd, b)
	}
	n, _, errno := unix.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// pipe makes a pipe of blocking descriptors that other children do not inherit.
func pipe() (r, w int, err error) {
	var p [2]int
	err = unix.Pipe2(p[:], unix.O_CLOEXEC)
	return p[0], p[1], os.NewSyscallError("pipe2", err)
}

// memoryFile makes a file that lies in memory alone and has no name.
func memoryFile() (fd int, err error) {
	fd, err = unix.MemfdCreate("concbench-tray", unix.MFD_CLOEXEC)
	return fd, os.NewSyscallError("memfd_create", err)
}

// MostProcesses is how many processes, and threads, there can be at once; 0
// where that is not known.
func MostProcesses() int {
	b, err := os.ReadFile("/proc/sys/kernel/pid_max")
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(string(bytes.TrimSpace(b)))
	return n
}
