package results

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMeasurementsComeBackAsWritten(t *testing.T) {
	dir := t.TempDir()
	none, torn, err := ReadJournal(dir)
	require.NoError(t, err, "a run that was killed before its first cell")
	assert.Nil(t, torn)
	assert.Empty(t, none)

	all := []Measurement{{Round: 1, Cell: "a", To: 10, Steal: 0.25}, {Round: 2, Cell: "b", Package: "p", Failed: "two\nlines", Attempt: 1}}
	for _, m := range all {
		j, err := OpenJournal(dir)
		require.NoError(t, err)
		require.NoError(t, j.Append(m))
		require.NoError(t, j.Close())
	}
	ms, torn, err := ReadJournal(dir)
	require.NoError(t, err)
	assert.Nil(t, torn)
	assert.Equal(t, all, ms)
}

func TestATornMeasurementIsAWarning(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, JournalFile), []byte("{\"round\":1}\n{\"rou"), 0o644))
	ms, torn, err := ReadJournal(dir)
	require.NoError(t, err)
	assert.Len(t, ms, 1)
	require.NotNil(t, torn)
	assert.Contains(t, torn.Text, JournalFile)
}
