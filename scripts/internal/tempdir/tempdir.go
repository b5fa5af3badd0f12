// Package tempdir makes temporary folders of which a killed process leaves
// nothing for long: the next one to start removes them.
package tempdir

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/gofrs/flock"
)

const (
	prefix   = "concbench-"
	lockMark = ".lock"
	attempts = 10 // each fails only where another process sweeps at that moment
)

// A name is a prefix and what crypto/rand.Text returns: nothing that a user
// names is taken for one.
var ours = regexp.MustCompile(`^` + prefix + `[A-Z2-7]{26,}$`)

// A folder is in the system's temporary folder, and a lock beside it that is
// held as long as this process lives. A process number in the name would not do:
// numbers are given again, and containers that share the folder each count for
// themselves.
type folder struct {
	dir  string
	lock *flock.Flock
}

// Make removes the folders of processes that were killed, and makes a new one
// for this process, which close removes.
func Make(ctx context.Context) (dir string, close func() error, err error) {
	sweep(ctx)
	for range attempts {
		f := folder{dir: filepath.Join(os.TempDir(), prefix+rand.Text())}
		f.lock = flock.New(f.dir + lockMark)
		ok, err := f.lock.TryLock()
		if err != nil {
			return "", nil, err
		}
		// Who sweeps may have had it, and removed it, before.
		if _, gone := os.Stat(f.lock.Path()); !ok || gone != nil {
			_ = f.lock.Close()
			continue
		}
		if err := os.Mkdir(f.dir, 0o700); err != nil {
			return "", nil, errors.Join(err, f.remove())
		}
		return f.dir, f.remove, nil
	}
	return "", nil, errors.New("other processes hold every new temporary folder: start again")
}

// Made reports whether a path is named as Make names folders.
func Made(path string) bool { return ours.MatchString(filepath.Base(path)) }

// remove removes the folder first, so that another process that finds the lock
// free finds nothing else.
func (f folder) remove() error {
	err := os.RemoveAll(f.dir)
	removed := os.Remove(f.lock.Path())
	err = errors.Join(err, f.lock.Close())
	if removed != nil && !errors.Is(removed, os.ErrNotExist) { // Windows removes no open file
		err = errors.Join(err, os.Remove(f.lock.Path()))
	}
	return err
}

// sweep removes the folders of processes that were killed, as far as it may: on
// a shared machine some are others'.
func sweep(ctx context.Context) {
	locks, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"+lockMark))
	for _, file := range locks {
		if ctx.Err() != nil {
			return
		}
		dir := strings.TrimSuffix(file, lockMark)
		if !Made(dir) {
			continue
		}
		f := folder{dir, flock.New(file)}
		if ok, err := f.lock.TryLock(); err == nil && ok {
			_ = f.remove() // the next start tries again
		}
	}
}
