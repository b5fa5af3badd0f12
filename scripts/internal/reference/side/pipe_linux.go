package main

import (
	"encoding/binary"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners"
)

// A pipeWay is a pipe whose ends block the thread, as the descriptors of the
// model threads do: package os would have the runtime's poller wait.
type pipeWay struct{ read, write int }

func newPipe() (way, error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return nil, os.NewSyscallError("pipe2", err)
	}
	return pipeWay{ends[0], ends[1]}, nil
}

func (p pipeWay) send(_ runners.Task, value uint64) error {
	var b [8]byte
	binary.NativeEndian.PutUint64(b[:], value)
	for {
		n, err := unix.Write(p.write, b[:])
		switch {
		case err == unix.EINTR: // the runtime's own signal
		case err != nil:
			return os.NewSyscallError("write", err)
		case n < len(b):
			return io.ErrShortWrite
		default:
			return nil
		}
	}
}

func (p pipeWay) take(runners.Task) (uint64, error) {
	var b [8]byte
	for {
		n, err := unix.Read(p.read, b[:])
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, os.NewSyscallError("read", err)
		case n < len(b):
			return 0, io.ErrUnexpectedEOF
		default:
			return binary.NativeEndian.Uint64(b[:]), nil
		}
	}
}
