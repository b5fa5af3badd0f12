package io

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// An alarm wakes a goroutine on time, or earlier when it is closed. time.Sleep
// is up to a millisecond late in a process that has nothing else to do, since
// Go's runtime waits in epoll_wait(2), which counts in those; a
// timerfd_create(2) is waited for in the same call, and has the clock's own
// resolution.
type alarm struct {
	timer *os.File
	raw   syscall.RawConn // which holds the descriptor open while it is used
	buf   [8]byte
}

func newAlarm() (*alarm, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("timerfd_create", err)
	}
	timer := os.NewFile(uintptr(fd), "timer")
	raw, err := timer.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, timer.Close())
	}
	return &alarm{timer: timer, raw: raw}, nil
}

func (a *alarm) sleep(d time.Duration) error {
	if d <= 0 { // which would disarm it
		return nil
	}
	var set error
	err := a.raw.Control(func(fd uintptr) {
		set = os.NewSyscallError("timerfd_settime", unix.TimerfdSettime(int(fd), 0, &unix.ItimerSpec{Value: unix.NsecToTimespec(int64(d))}, nil))
	})
	if err = errors.Join(err, set); err != nil {
		return err
	}
	_, err = a.timer.Read(a.buf[:])
	return err
}

func (a *alarm) Close() error { return a.timer.Close() }
