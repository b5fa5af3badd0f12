//go:build !linux

package io

import (
	"os"
	"sync"
	"time"
)

// An alarm wakes a goroutine on time, or earlier when it is closed.
type alarm struct {
	closed chan struct{}
	once   sync.Once
}

func newAlarm() (*alarm, error) { return &alarm{closed: make(chan struct{})}, nil }

func (a *alarm) sleep(d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-a.closed:
		return os.ErrClosed
	}
}

func (a *alarm) Close() error {
	a.once.Do(func() { close(a.closed) })
	return nil
}
