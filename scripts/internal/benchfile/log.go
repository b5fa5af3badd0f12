package benchfile

import (
	"os"
	"path/filepath"
)

// WriteLog writes what a process printed beside what was measured: name is its
// path in the folder dir, with slashes.
func WriteLog(dir, name string, text []byte) error {
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o666)
}
