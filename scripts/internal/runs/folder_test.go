package runs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/scripts/internal/measure"
)

func TestAFolderThatIsThereIsRefused(t *testing.T) {
	dir := t.TempDir()
	assert.ErrorContains(t, measure.Reserve(dir), "exists already")
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	assert.Error(t, measure.Reserve(filepath.Join(file, "run")))
}

func TestAFolderIsWrittenByOneProcess(t *testing.T) {
	dir := t.TempDir()
	release, err := measure.Hold(dir)
	require.NoError(t, err)
	_, err = measure.Hold(dir)
	assert.ErrorContains(t, err, "another process is writing into")
	release()
	release, err = measure.Hold(dir)
	require.NoError(t, err)
	release()
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
	_, err = measure.Hold(filepath.Join(dir, "none"))
	assert.ErrorContains(t, err, "name a folder that concbench run made")
}
