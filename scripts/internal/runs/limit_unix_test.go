//go:build unix

package runs

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
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
	journal, err := os.Stat(filepath.Join(whole, record.RoundsFile))
	require.NoError(t, err)
	plan, err := os.Stat(filepath.Join(whole, results.RunFile))
	require.NoError(t, err)
	require.Less(t, plan.Size(), journal.Size()/2, "it is the journal that grows")

	cmd = sitting(t, dir, fmt.Sprintf("%s=%d", fileLimit, journal.Size()/2+1))
	require.Error(t, cmd.Run())
	assert.Contains(t, fmt.Sprint(cmd.Stdout), "it stops, and what was measured is kept: ")
	run, err := results.LoadRun(dir)
	require.NoError(t, err)
	assert.Equal(t, results.Interrupted, run.Status)
	require.NoError(t, results.WriteBench(dir))
	part := measuredIn(t, dir)
	assert.NotEmpty(t, part)
	assert.Less(t, len(part), len(want))
	assert.Subset(t, want, part)

	cmd = sitting(t, dir)
	require.NoError(t, cmd.Run(), cmd.Stdout)
	assert.Equal(t, want, measuredIn(t, dir))
}
