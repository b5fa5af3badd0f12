package sides

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// prefix is how the names of temporary folders begin.
const prefix = "concbench-sides-"

// A temporary is a folder in the system's temporary folder, and a lock beside it
// that is held as long as this process lives. A process number in the name would
// not do: numbers are given again, and containers that share the folder each
// count for themselves.
type temporary struct {
	dir  string
	lock *flock.Flock
}

func newTemporary() (*temporary, error) {
	dir := filepath.Join(os.TempDir(), prefix+rand.Text())
	t := &temporary{dir, flock.New(dir + ".lock")}
	if ok, err := t.lock.TryLock(); err != nil {
		return nil, err
	} else if !ok {
		return nil, errors.New(t.lock.Path() + " is held by another process: start again")
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, errors.Join(err, t.close())
	}
	return t, nil
}

// close removes the folder first, so that another process that finds the lock
// free finds nothing else.
func (t *temporary) close() error {
	err := os.RemoveAll(t.dir)
	// An open file cannot be removed everywhere, and a free lock is harmless.
	return errors.Join(err, t.lock.Close(), os.Remove(t.lock.Path()))
}

// sweep removes the folders of processes that were killed, as far as it may: on
// a shared machine some are others'.
func sweep(ctx context.Context) {
	locks, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*.lock"))
	for _, file := range locks {
		if ctx.Err() != nil {
			return
		}
		lock := flock.New(file)
		if ok, err := lock.TryLock(); err != nil || !ok {
			continue
		}
		_ = (&temporary{strings.TrimSuffix(file, ".lock"), lock}).close() // the next start tries again
	}
}
