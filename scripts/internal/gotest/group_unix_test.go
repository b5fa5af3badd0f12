//go:build unix

package gotest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNothingOutlivesAProcess(t *testing.T) {
	beats := filepath.Join(t.TempDir(), "beats")
	t.Setenv("CRASH_TEST_FILE", beats)
	out, err := crash.Measure(t.Context(), []string{"BenchmarkLeaves"}, "1x", 1, quick)
	require.NoError(t, err, "%s", out.Log)
	assert.Len(t, out.Results["BenchmarkLeaves"], 1)
	size := func() int64 {
		info, err := os.Stat(beats)
		require.NoError(t, err)
		return info.Size()
	}
	for limit := time.Now().Add(30 * time.Second); ; {
		before := size()
		time.Sleep(200 * time.Millisecond)
		if size() == before {
			return
		}
		require.True(t, time.Now().Before(limit), "it lives on")
	}
}
