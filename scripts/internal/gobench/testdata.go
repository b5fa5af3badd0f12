package gobench

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// TestData returns a hash of the names and contents of the files in the
// package's testdata, "" if it has none: equal binaries that read other data
// measure something else. Links are not followed; data elsewhere does not count.
func TestData(p Package) (string, error) {
	root := filepath.Join(p.Dir, "testdata")
	h := sha256.New()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%v %q ", d.Type(), filepath.ToSlash(name))
		switch {
		case d.Type().IsRegular():
			return addFile(h, path)
		case d.Type() == fs.ModeSymlink:
			target, err := os.Readlink(path)
			fmt.Fprintf(h, "%q", target)
			return err
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		if _, none := os.Lstat(root); errors.Is(none, fs.ErrNotExist) {
			return "", nil
		}
	}
	if err != nil {
		return "", fmt.Errorf("testdata of %s: %w", p.Path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func addFile(w io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	inner := sha256.New() // so that no content can pass for the next file's name
	if _, err := io.Copy(inner, f); err != nil {
		return err
	}
	_, err = w.Write(inner.Sum(nil))
	return err
}
