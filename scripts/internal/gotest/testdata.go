package gotest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/dirhash"
)

// TestData returns a hash of the names and contents of the files in the
// package's testdata, "" if it has none: equal binaries that read other data
// measure something else. Links are not followed; data elsewhere does not count.
func TestData(p Package) (sum string, err error) {
	const name = "testdata"
	files := []string{name}
	info, err := os.Lstat(filepath.Join(p.Dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	} else if err == nil && info.IsDir() {
		files, err = dirhash.DirFiles(filepath.Join(p.Dir, name), name)
	}
	if err == nil {
		sum, err = dirhash.Hash1(files, func(name string) (io.ReadCloser, error) { return open(filepath.Join(p.Dir, name)) })
	}
	if err != nil {
		return "", fmt.Errorf("testdata of %s: %w", p.Path, err)
	}
	return sum, nil
}

// open opens a file. Of a link it returns the target's name, and of a pipe or a
// device nothing.
func open(name string) (io.ReadCloser, error) {
	info, err := os.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case info.Mode().IsRegular():
		return os.Open(name)
	case info.Mode().Type() == fs.ModeSymlink:
		target, err := os.Readlink(name)
		return io.NopCloser(strings.NewReader("link to " + target)), err
	}
	return io.NopCloser(strings.NewReader("")), nil
}
