// Package lock lets one process at a time measure on a machine: two at once
// measure each other. The kernel gives up the lock of a process that is killed.
package lock

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// Variable is the environment variable that names another lock file: for tests,
// and for containers that share a machine and can share a file.
const Variable = "CONCBENCH_LOCK"

// retry is how often a waiting process looks whether the lock is free: seldom
// enough to disturb nothing.
const retry = 500 * time.Millisecond

// A Lock is held until it is released, or its process ends.
type Lock struct{ f *flock.Flock }

// Busy is the error about a lock that another process holds.
type Busy struct{ Holder string } // who, in words

func (b Busy) Error() string {
	return "another process measures on this machine: " + b.Holder
}

// Path is the lock file's: one for all users of the machine, however their
// TMPDIR is set.
func Path() string {
	if path := os.Getenv(Variable); path != "" {
		return path
	}
	return shared()
}

// Acquire takes the machine's lock. Where another process holds it, it tells
// say so and waits until ctx ends; without wait it returns a Busy.
func Acquire(ctx context.Context, wait bool, say func(string)) (*Lock, error) {
	path := Path()
	if err := create(path); err != nil {
		return nil, unusable(err)
	}
	// Opened without O_CREATE: Linux refuses that for a file of another user's in
	// /tmp (fs.protected_regular).
	l := &Lock{flock.New(path, flock.SetFlag(os.O_RDONLY))}
	got, err := l.f.TryLock()
	if err == nil && !got {
		busy := Busy{holder(path)}
		if !wait {
			return nil, errors.Join(busy, l.f.Close())
		}
		say(busy.Error() + "; waiting for it to end (--no-wait refuses instead)")
		_, err = l.f.TryLockContext(ctx, retry)
	}
	switch {
	case ctx.Err() != nil:
		return nil, errors.Join(context.Cause(ctx), l.f.Close())
	case err != nil:
		return nil, errors.Join(unusable(err), l.f.Close())
	}
	sign(path)
	return l, nil
}

// Release gives the lock up. Its file stays: to remove it would take it from
// those who wait.
func (l *Lock) Release() error { return l.f.Close() }

func unusable(err error) error {
	return fmt.Errorf("the lock that keeps two measurements apart: %w: set %s to a file that all who measure here can open", err, Variable)
}

// create makes the file if there is none, for all users whatever the umask is.
func create(path string) error {
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file", path)
	}
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil // another was quicker
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o666), f.Close())
}
