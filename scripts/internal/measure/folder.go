package measure

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Reserve makes the folder of a run, which must not exist yet, so that what is
// wrong with it is known before anything is measured.
func Reserve(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	if err := os.Mkdir(dir, 0o777); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("output folder %s exists already: name another with --out, or remove it", dir)
	} else if err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	return nil
}

// Latest is the name, beside the folders of runs, that leads to the newest.
const Latest = "latest"

// SetLatest points results/latest at a run's folder in results. It replaces
// nothing but a link; where links cannot be made there is none.
func SetLatest(dir string) {
	parent, err := filepath.Abs(filepath.Dir(dir))
	if err != nil || filepath.Base(parent) != "results" {
		return
	}
	link := filepath.Join(parent, Latest)
	if info, err := os.Lstat(link); err == nil && info.Mode()&fs.ModeSymlink == 0 {
		return
	}
	temporary := link + ".new"
	os.Remove(temporary)
	if os.Symlink(filepath.Base(dir), temporary) == nil {
		os.Rename(temporary, link)
	}
}
