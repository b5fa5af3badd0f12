package measure

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// writing is the file by which a process says that it writes into a run's
// folder; the kernel gives its lock up where the process is killed.
const writing = ".writing"

// Hold keeps other processes from writing into the run's folder until release
// is called.
func Hold(dir string) (release func(), err error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("%w: name a folder that concbench run made, such as results/latest", err)
	}
	path := filepath.Join(dir, writing)
	l := flock.New(path)
	got, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("run folder: %w", errors.Join(err, l.Close()))
	}
	if !got {
		l.Close()
		return nil, fmt.Errorf("another process is writing into %s: wait for it to end", dir)
	}
	return func() {
		early := os.Remove(path) // before another can have it
		l.Close()
		if early != nil { // on Windows, which lets nobody remove what another has open
			os.Remove(path)
		}
	}, nil
}
