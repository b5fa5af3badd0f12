package io

import (
	"errors"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

// inCache counts the pages of the job's files that are in the page cache.
func inCache(t *testing.T, dir string, size int) (pages, files int) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	require.NoError(t, err)
	j := filesJob{size: size}
	for _, name := range names {
		n, err := j.resident(name)
		require.NoError(t, err)
		pages += n
	}
	return pages, len(names)
}

func TestColdFilesAreNotInThePageCacheAndWarmOnesAre(t *testing.T) {
	const size = 100_000 // no whole number of pages
	all := 3 * 4 * int(math.Ceil(size/float64(os.Getpagesize())))
	for cache, want := range map[string]int{"cold": 0, "warm": all} {
		t.Run(cache, func(t *testing.T) {
			dir := tempDir(t)
			s := worktest.Spec(t, files{}, workloads.Params{"cache": cache, "reads": "4", "size": strconv.Itoa(size)}, "")
			work := worktest.Prepare(t, files{}, s, 3)
			before := work.Before
			work.Before = func() error {
				if err := before(); err != nil {
					return err
				}
				there, files := inCache(t, dir, size)
				assert.Equal(t, want, there)
				assert.Equal(t, 12, files)
				return nil
			}
			worktest.Each(t, runners.Needs{}, s, 3, work, func(t *testing.T, o runners.Outcome) {
				require.NoError(t, o.Err)
				there, _ := inCache(t, dir, size)
				// All of them, but for what the kernel has since let go of.
				assert.Greater(t, there, all/2, "reading brings them there")
			})
		})
	}
}

func TestWarmingBringsBackWhatWasEvicted(t *testing.T) {
	dir := tempDir(t)
	s := worktest.Spec(t, files{}, workloads.Params{"cache": "cold", "reads": "4"}, "")
	worktest.Prepare(t, files{}, s, 1)
	names, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	require.NoError(t, err)
	j := filesJob{size: 65536, names: names}
	there, _ := inCache(t, dir, j.size)
	require.Zero(t, there)
	require.NoError(t, j.warm())
	there, _ = inCache(t, dir, j.size)
	assert.Equal(t, 4*j.pages(), there)
}

func TestColdIsNotRunnableInMemory(t *testing.T) {
	const memory = "/dev/shm"
	var fs unix.Statfs_t
	if unix.Statfs(memory, &fs) != nil || fs.Type != unix.TMPFS_MAGIC {
		t.Skip("not runnable: no tmpfs at " + memory)
	}
	_, err := onDisk([]string{memory}, true)
	var not workloads.NotRunnable
	require.True(t, errors.As(err, &not))
	assert.ErrorContains(t, err, memory+" is tmpfs")
	dir, err := onDisk([]string{memory}, false)
	require.NoError(t, err)
	assert.Equal(t, memory, dir, "warm files may be there")

	j := filesJob{size: 1, names: []string{filepath.Join(memory, "concbench-test-"+strconv.Itoa(os.Getpid()))}}
	require.NoError(t, os.WriteFile(j.names[0], []byte{1}, 0o600))
	defer os.Remove(j.names[0])
	require.True(t, errors.As(j.cool(), &not), "what will not go is noticed")
}

func TestFilesLeavesNothingBehindWhenTheDiskIsFull(t *testing.T) {
	dir := tempDir(t)
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var before unix.Rlimit
	require.NoError(t, unix.Getrlimit(unix.RLIMIT_FSIZE, &before))
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 1000, Max: before.Max}))
	defer func() { require.NoError(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &before)) }()
	work, err := files{}.Prepare(worktest.Spec(t, files{}, nil, ""), 3)
	require.ErrorIs(t, err, unix.EFBIG)
	assert.Nil(t, work.Close)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}
