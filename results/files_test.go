package results

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRunAndEnvComeBackAsSaved(t *testing.T) {
	dir := t.TempDir()
	run := &Run{Version: Version, Status: Complete, Seed: 1 << 63, Started: time.Unix(1e9, 0).UTC(), Cells: []Cell{{Name: "BenchmarkIO/workload=x/tasks=1/model=a", NotRunnable: "why"}}}
	env := &Env{OS: "linux", Cores: 2, Warnings: []Warning{{Kind: "load", Text: "text", Do: "do"}}}
	require.NoError(t, SaveRun(dir, run))
	require.NoError(t, SaveEnv(dir, env))
	gotRun, err := LoadRun(dir)
	require.NoError(t, err)
	assert.Equal(t, run, gotRun)
	gotEnv, err := LoadEnv(dir)
	require.NoError(t, err)
	assert.Equal(t, env, gotEnv)
}

func TestSaveReplacesAndLeavesNothingElse(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, SaveRun(dir, &Run{Version: Version, Rounds: 1}))
	require.NoError(t, SaveRun(dir, &Run{Version: Version, Rounds: 2}))
	run, err := LoadRun(dir)
	require.NoError(t, err)
	assert.Equal(t, 2, run.Rounds)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}

func TestFailedSaveLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "taken")
	require.NoError(t, os.MkdirAll(filepath.Join(path, "full"), 0o755))
	require.Error(t, WriteFile(path, []byte("new")), "a folder cannot be replaced by a file")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "no temporary file is left")
	assert.Error(t, WriteFile(filepath.Join(dir, "missing", "file"), nil))
}

func TestLoadSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	_, err := LoadRun(dir)
	assert.ErrorContains(t, err, "concbench run")
	assert.ErrorIs(t, err, os.ErrNotExist)

	require.NoError(t, SaveRun(dir, &Run{Version: Version + 1}))
	_, err = LoadRun(dir)
	assert.ErrorContains(t, err, "versions up to 2")
	assert.ErrorContains(t, err, "measure again")

	require.NoError(t, os.WriteFile(filepath.Join(dir, RunFile), []byte("{"), 0o644))
	_, err = LoadRun(dir)
	assert.ErrorContains(t, err, RunFile)
}
