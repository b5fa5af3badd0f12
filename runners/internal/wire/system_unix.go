//go:build linux || darwin

package wire

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Supported says why there are no worker processes here, if there are none.
func Supported() error { return nil }

// read makes one read(2), which may block.
func read(fd int, b []byte) (int, error) {
	for {
		n, err := unix.Read(fd, b)
		if err != unix.EINTR {
			return n, os.NewSyscallError("read", err)
		}
	}
}

func writeAll(fd int, b []byte) error {
	for len(b) > 0 {
		n, err := write(fd, b)
		if err != nil && err != unix.EINTR {
			return os.NewSyscallError("write", err)
		}
		b = b[max(n, 0):] // -1 with an error, from package unix
	}
	return nil
}

// await waits until one of the descriptors has something to read, or its other
// side has gone, and marks all of which that is so; or until the limit, in
// milliseconds at least, if there is one.
func await(fds []unix.PollFd, limit time.Duration) error {
	timeout := -1
	if limit > 0 {
		timeout = int((limit + time.Millisecond - 1) / time.Millisecond)
	}
	_, err := unix.Poll(fds, timeout)
	if err == unix.EINTR {
		return nil // as if there had been a limit: who waits looks again
	}
	return os.NewSyscallError("poll", err)
}

// mapTray maps the file in which a tray lies.
func mapTray(fd int) (*Tray, error) {
	memory, err := unix.Mmap(fd, 0, traySize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, os.NewSyscallError("mmap", err)
	}
	return newTray(memory)
}

func (t *Tray) unmap() { unix.Munmap(t.memory) }
