package benchfile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func text(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(b)
}

func TestConfigurationStandsWhereItChanges(t *testing.T) {
	name := filepath.Join(t.TempDir(), "bench.txt")
	f, err := Open(name, 0)
	require.NoError(t, err)
	for _, pkg := range []string{"a", "a", "b"} {
		require.NoError(t, f.Config([]string{"goos: linux", "pkg: " + pkg, "Unit ns/op better=lower"}))
		from, to, err := f.Results([]string{"BenchmarkX 1 2 ns/op"})
		require.NoError(t, err)
		assert.Equal(t, "BenchmarkX 1 2 ns/op\n", text(t, name)[from:to])
	}
	require.NoError(t, f.Close())
	assert.Equal(t, "goos: linux\npkg: a\nUnit ns/op better=lower\n\nBenchmarkX 1 2 ns/op\nBenchmarkX 1 2 ns/op\npkg: b\n\nBenchmarkX 1 2 ns/op\n", text(t, name))
}

func TestWhatWasNotCommittedIsCutOffAndTheRestGoesOn(t *testing.T) {
	name := filepath.Join(t.TempDir(), "bench.txt")
	f, err := Open(name, 0)
	require.NoError(t, err)
	require.NoError(t, f.Config([]string{"pkg: a"}))
	_, committed, err := f.Results([]string{"BenchmarkX 1 2 ns/op"})
	require.NoError(t, err)
	_, _, err = f.Results([]string{"BenchmarkX 1 3 n"})
	require.NoError(t, err)
	require.NoError(t, f.Close())

	f, err = Open(name, committed)
	require.NoError(t, err)
	require.NoError(t, f.Config([]string{"pkg: a"}), "it holds already")
	_, _, err = f.Results([]string{"BenchmarkX 1 4 ns/op"})
	require.NoError(t, err)
	require.NoError(t, f.Close())
	assert.Equal(t, "pkg: a\n\nBenchmarkX 1 2 ns/op\nBenchmarkX 1 4 ns/op\n", text(t, name))
}

func TestAFileThatLacksWhatWasCommittedIsRefused(t *testing.T) {
	name := filepath.Join(t.TempDir(), "bench.txt")
	require.NoError(t, os.WriteFile(name, []byte("pkg: a\n"), 0o666))
	_, err := Open(name, 100)
	require.ErrorContains(t, err, "restore it from a copy")
	assert.Equal(t, "pkg: a\n", text(t, name))
}
