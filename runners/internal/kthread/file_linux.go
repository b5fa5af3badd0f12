package kthread

import (
	"os"

	"golang.org/x/sys/unix"
)

// ReadFile opens the named file, reads from its start until buf is full or the
// file ends, and closes it.
func ReadFile(name string, buf []byte) (n int, err error) {
	fd, err := uninterrupted(func() (int, error) { return unix.Open(name, unix.O_RDONLY|unix.O_CLOEXEC, 0) })
	if err != nil {
		return 0, &os.PathError{Op: "open", Path: name, Err: err}
	}
	defer unix.Close(fd)
	for n < len(buf) {
		k, err := uninterrupted(func() (int, error) { return unix.Read(fd, buf[n:]) })
		if err != nil {
			return n, &os.PathError{Op: "read", Path: name, Err: err}
		}
		if k == 0 {
			break
		}
		n += k
	}
	return n, nil
}

// Yield is sched_yield(2).
func Yield() { unix.Syscall(unix.SYS_SCHED_YIELD, 0, 0, 0) }

// uninterrupted makes a system call again as long as signals interrupt it.
func uninterrupted(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}
