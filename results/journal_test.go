package results

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func journal(t *testing.T, dir string, ms ...Measurement) {
	t.Helper()
	j, err := OpenJournal(dir)
	require.NoError(t, err)
	for _, m := range ms {
		require.NoError(t, j.Append(m))
	}
	require.NoError(t, j.Close())
}

func TestJournalIsAppendedTo(t *testing.T) {
	dir := t.TempDir()
	first, second := Measurement{Round: 1, Cell: "a", To: 10}, Measurement{Round: 2, Cell: "b", Failed: "two\nlines"}
	journal(t, dir, first)
	journal(t, dir, second)
	ms, torn, err := ReadJournal(dir)
	require.NoError(t, err)
	assert.Nil(t, torn)
	assert.Equal(t, []Measurement{first, second}, ms)
}

func TestTornLastLine(t *testing.T) {
	dir := t.TempDir()
	whole := Measurement{Round: 1, Cell: "a"}
	journal(t, dir, whole)
	path := filepath.Join(dir, JournalFile)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	// A whole object without its end of line was not committed either.
	for _, tail := range []string{`{"round":2,"ce`, `{"round":2,"cell":"b"}`} {
		require.NoError(t, os.WriteFile(path, append(data, tail...), 0o644))
		ms, torn, err := ReadJournal(dir)
		require.NoError(t, err)
		require.NotNil(t, torn)
		assert.NotEmpty(t, torn.Do)
		assert.Equal(t, []Measurement{whole}, ms)
	}

	next := Measurement{Round: 2, Cell: "c"}
	journal(t, dir, next)
	ms, torn, err := ReadJournal(dir)
	require.NoError(t, err)
	assert.Nil(t, torn, "opening cut it off")
	assert.Equal(t, []Measurement{whole, next}, ms)
}

func TestJournalMissingOrBroken(t *testing.T) {
	dir := t.TempDir()
	ms, torn, err := ReadJournal(dir)
	require.NoError(t, err, "a run that was killed before its first cell")
	assert.Nil(t, torn)
	assert.Empty(t, ms)

	require.NoError(t, os.WriteFile(filepath.Join(dir, JournalFile), []byte("{}\n#\n{}\n"), 0o644))
	_, _, err = ReadJournal(dir)
	assert.ErrorContains(t, err, JournalFile+":2")
}
