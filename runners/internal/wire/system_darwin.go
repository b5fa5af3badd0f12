package wire

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// systemClock reads the clock that package time reads, one for all processes,
// in nanoseconds.
func systemClock() int64 {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_UPTIME_RAW, &ts) // cannot fail
	return ts.Nano()
}

func write(fd int, b []byte) (int, error) { return unix.Write(fd, b) }

// pipe makes a pipe of blocking descriptors that other children do not inherit.
func pipe() (r, w int, err error) {
	var p [2]int
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := unix.Pipe(p[:]); err != nil {
		return 0, 0, os.NewSyscallError("pipe", err)
	}
	unix.CloseOnExec(p[0])
	unix.CloseOnExec(p[1])
	return p[0], p[1], nil
}

// memoryFile makes a file that has no name.
func memoryFile() (fd int, err error) {
	f, err := os.CreateTemp("", "concbench-tray-")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if err := os.Remove(f.Name()); err != nil {
		return 0, err
	}
	fd, err = unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	return fd, os.NewSyscallError("fcntl", err)
}

// MostProcesses is not known.
func MostProcesses() int { return 0 }
