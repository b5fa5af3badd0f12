//go:build unix

package engine

import (
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
)

// fileLimit is the variable that says how many bytes a file may have in a
// sitting.
const fileLimit = "CONCBENCH_TEST_FILE_LIMIT"

// limit lets no file grow beyond a limit, as a disk that is full.
func limit(t *testing.T) {
	text := os.Getenv(fileLimit)
	if text == "" {
		return
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	signal.Ignore(syscall.SIGXFSZ)
	var r syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &r))
	r.Cur = uint64(n)
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &r))
}

func TestAFullDiskStopsTheRunWithWhatWasMeasuredIntact(t *testing.T) {
	whole, dir := newRunFolder(t), newRunFolder(t)
	cmd := sitting(t, whole)
	require.NoError(t, cmd.Run(), cmd.Stdout)
	want := measuredIn(t, whole)
	info, err := os.Stat(filepath.Join(whole, results.BenchFile))
	require.NoError(t, err)

	cmd = sitting(t, dir, fileLimit+"="+strconv.FormatInt(info.Size()/2+1, 10))
	require.Error(t, cmd.Run())
	assert.Contains(t, cmd.Stdout.(interface{ String() string }).String(), "what was measured is kept")
	part := measuredIn(t, dir)
	assert.NotEmpty(t, part)
	assert.Less(t, len(part), len(want))

	cmd = sitting(t, dir)
	require.NoError(t, cmd.Run(), cmd.Stdout)
	assert.Equal(t, want, measuredIn(t, dir))
}
