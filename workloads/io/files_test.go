package io

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

// tempDir makes a new directory the one for temporary files, in a place on a
// disk, if there is any.
func tempDir(t *testing.T) string {
	t.Helper()
	parent, err := onDisk(places(), false)
	require.NoError(t, err)
	dir, err := os.MkdirTemp(parent, "files-test-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir) // where Windows looks
	return dir
}

func TestFilesLeavesNothingBehind(t *testing.T) {
	dir := tempDir(t)
	work, err := files{}.Prepare(worktest.Spec(t, files{}, workloads.Params{"reads": "4"}, ""), 3)
	require.NoError(t, err)
	written, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	require.NoError(t, err)
	assert.Len(t, written, 3*4)
	require.NoError(t, work.Close())
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestFilesNoticesWhatWasNotWritten(t *testing.T) {
	for name, spoil := range map[string]func(*os.File) error{
		"a wrong byte": func(f *os.File) error { _, err := f.WriteAt([]byte{0, 0, 0}, 40_000); return err },
		"cut short":    func(f *os.File) error { return f.Truncate(65_535) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := tempDir(t)
			s := worktest.Spec(t, files{}, workloads.Params{"reads": "4"}, "")
			work := worktest.Prepare(t, files{}, s, 3)
			work.Before = nil
			last, err := filepath.Glob(filepath.Join(dir, "*", "*.3"))
			require.NoError(t, err)
			require.Len(t, last, 3)
			for _, name := range last {
				f, err := os.OpenFile(name, os.O_RDWR, 0)
				require.NoError(t, err)
				require.NoError(t, spoil(f))
				require.NoError(t, f.Close())
			}
			worktest.Each(t, runners.Needs{}, s, 3, work, worktest.Fails(3, "not as written"))
		})
	}
}
