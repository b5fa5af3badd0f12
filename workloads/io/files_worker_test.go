package io

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

// A worker process prepares the job once more, from where its program has put
// the files.
func TestFilesAreWrittenOnce(t *testing.T) {
	dir := tempDir(t)
	s := worktest.Spec(t, files{}, workloads.Params{"reads": "4"}, "")
	work := worktest.Prepare(t, files{}, s, 3)
	s.Data = work.Data
	again, err := files{}.Prepare(s, 3)
	require.NoError(t, err)
	assert.Equal(t, work.Sum, again.Sum)
	written, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	require.NoError(t, err)
	assert.Len(t, written, 3*4)
	if again.Close != nil {
		require.NoError(t, again.Close())
	}
	for _, name := range written {
		_, err := os.Stat(name)
		assert.NoError(t, err, "they are not the worker's to remove")
	}
}
