package gil

import (
	"os"

	"golang.org/x/sys/unix"
)

// ReadFile opens the named file, reads from its start until buf is full or the
// file ends, and closes it. The lock is dropped for each of these calls alone,
// as CPython's class FileIO does, and has to be taken again after each.
func (l *Lock) ReadFile(name string, buf []byte) (n int, err error) {
	fd, err := l.uninterrupted(func() (int, error) { return unix.Open(name, unix.O_RDONLY|unix.O_CLOEXEC, 0) })
	if err != nil {
		return 0, &os.PathError{Op: "open", Path: name, Err: err}
	}
	defer l.call(func() error { return unix.Close(fd) })
	for n < len(buf) {
		k, err := l.uninterrupted(func() (int, error) { return unix.Read(fd, buf[n:]) })
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

// uninterrupted makes a system call without the lock, and again as long as signals
// interrupt it.
func (l *Lock) uninterrupted(call func() (int, error)) (int, error) {
	for {
		l.Drop()
		n, err := call()
		l.Take()
		if err != unix.EINTR {
			return n, err
		}
	}
}
