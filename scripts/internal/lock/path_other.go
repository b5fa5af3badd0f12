//go:build !unix

package lock

import (
	"os"
	"path/filepath"
)

func shared() string { return filepath.Join(os.TempDir(), "concbench.lock") }
