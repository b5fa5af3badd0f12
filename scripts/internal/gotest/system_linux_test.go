package gotest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// measures names the binary that this process measures until it is killed.
const measures = "GOTEST_TEST_MEASURES"

func init() {
	binary := os.Getenv(measures)
	if binary == "" {
		return
	}
	b := Binary{Path: binary, Package: Package{Dir: filepath.Dir(binary)}}
	_, err := b.Measure(context.Background(), []string{"BenchmarkBeats"}, "2x", 1, quick)
	fmt.Fprintln(os.Stderr, "it ended:", err)
	os.Exit(1)
}

func TestAMeasuredProcessEndsWithAKilledOne(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	dir := t.TempDir() // with what a killed process leaves
	beats, binary := filepath.Join(dir, "beats"), filepath.Join(dir, "bench.test")
	require.NoError(t, os.Symlink(crash.Path, binary))
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), measures+"="+binary, "CRASH_TEST_SPIN="+beats)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	size := func() int64 {
		info, err := os.Stat(beats)
		if err != nil {
			return 0
		}
		return info.Size()
	}
	require.Eventually(t, func() bool { return size() > 0 }, time.Minute, 10*time.Millisecond)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // it was killed
	assert.Eventually(t, func() bool {
		before := size()
		time.Sleep(300 * time.Millisecond)
		return size() == before
	}, 30*time.Second, time.Millisecond, "it lives on")
}
