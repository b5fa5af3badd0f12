package uring

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

const tooOld = "this kernel's io_uring is too old: Linux 5.13 or newer is needed"

const profile = "a seccomp profile that allows io_uring_setup, io_uring_enter and io_uring_register"

// sysctl is where an administrator forbids io_uring (Linux 6.6).
var sysctl = "/proc/sys/kernel/io_uring_disabled"

// refused says why the kernel gives no ring, and what would allow it.
func refused(errno unix.Errno) error {
	call := os.NewSyscallError("io_uring_setup", errno)
	switch errno {
	case unix.ENOSYS:
		return fmt.Errorf("%w: the kernel has no io_uring, or a sandbox hides it; needed are Linux 5.13 or newer and %s", call, profile)
	case unix.EPERM, unix.EACCES:
		is, _ := os.ReadFile(sysctl)
		switch is := strings.TrimSpace(string(is)); is {
		case "1":
			return fmt.Errorf("%w: sysctl kernel.io_uring_disabled is 1, which leaves io_uring to the group in kernel.io_uring_group; to allow it: sysctl -w kernel.io_uring_disabled=0", call)
		case "2":
			return fmt.Errorf("%w: sysctl kernel.io_uring_disabled is 2; to allow it: sysctl -w kernel.io_uring_disabled=0", call)
		}
		return fmt.Errorf("%w: a sandbox forbids io_uring, as containers do by default; needed is %s (docker run --security-opt seccomp=…)", call, profile)
	}
	return call
}

// check sees that the ring can do what it will be asked to.
func (r *Ring) check(ops []Op) error {
	p := new(probe)
	if _, errno := register(r.fd, registerProbe, unsafe.Pointer(p), uintptr(len(p.ops))); errno == unix.EINVAL {
		return errors.New(tooOld)
	} else if errno != 0 {
		return fmt.Errorf("%w: a sandbox forbids it; needed is %s", os.NewSyscallError("io_uring_register", errno), profile)
	}
	for _, op := range ops {
		if p.ops[op].flags&opSupported == 0 {
			return fmt.Errorf("this kernel's io_uring lacks operation %d of linux/io_uring.h: Linux 5.13 or newer is needed", op)
		}
	}
	// A ring that is not enabled is what the kernel complains of when it is
	// asked: a sandbox has another answer.
	if _, _, errno := unix.RawSyscall6(unix.SYS_IO_URING_ENTER, uintptr(r.fd), 0, 0, 0, 0, 0); errno != unix.EBADFD {
		return fmt.Errorf("%w: a sandbox forbids it; needed is %s", os.NewSyscallError("io_uring_enter", errno), profile)
	}
	return nil
}
