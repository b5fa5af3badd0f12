package machine

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
)

// acts says what the test binary is to do in the place of its tests.
const acts = "CONCBENCH_TEST_ACTS_AS"

func TestMain(m *testing.M) {
	switch os.Getenv(acts) {
	case "busy": // until its stdin is closed, and never for ever
		go func() {
			_, _ = os.Stdin.Read(make([]byte, 1))
			os.Exit(0)
		}()
		for start := time.Now(); time.Since(start) < time.Minute; {
			sink++
		}
		os.Exit(0)
	case "parent": // of a busy one that outlives it
		cmd := exec.Command(os.Getenv("HOG"))
		cmd.Env = append(os.Environ(), acts+"=busy")
		cmd.Stdin = os.Stdin
		if err := cmd.Start(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// hog starts a busy process under a name. As an orphan it is not of this
// process's tree; it ends with the test.
func hog(t *testing.T, name string, orphan bool) {
	file := filepath.Join(t.TempDir(), name)
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, file))
	in, out, err := os.Pipe()
	require.NoError(t, err)
	as := "busy"
	if orphan {
		as = "parent"
	}
	cmd := exec.Command(file)
	cmd.Env = append(os.Environ(), acts+"="+as, "HOG="+file)
	cmd.Stdin = in
	require.NoError(t, cmd.Start())
	in.Close()
	if orphan {
		require.NoError(t, cmd.Wait())
	}
	t.Cleanup(func() {
		out.Close()
		if !orphan {
			_ = cmd.Wait()
		}
	})
}

func TestABusyProcessOfOthersIsNamed(t *testing.T) {
	hog(t, "hog-of-others", true)
	hog(t, "hog-of-ours", false)
	require.Eventually(t, func() bool {
		before := look()
		time.Sleep(competeSpan)
		used := look().others(before, os.Getpid())
		assert.NotContains(t, used, "hog-of-ours")
		return used["hog-of-others"] > 0
	}, 30*time.Second, time.Millisecond)
}

func TestABusyMachineIsWarnedOf(t *testing.T) {
	for range 3 * runtime.NumCPU() {
		hog(t, "hog", true)
	}
	require.Eventually(t, func() bool {
		w := competing(results.Env{})
		return w != nil && w.Kind == "competing" && strings.Contains(w.Text, "hog (") && w.Do != ""
	}, 30*time.Second, time.Millisecond, "competing")
	require.Eventually(t, func() bool {
		w := jitter(results.Env{})
		return w != nil && w.Kind == "jitter" && w.Do != ""
	}, 30*time.Second, time.Millisecond, "jitter")
	require.Eventually(t, func() bool {
		w := Watch()
		time.Sleep(watchLeast + 100*time.Millisecond)
		found := w.Stop()
		return len(found) > 0 && found[0].Kind == "competing" && strings.Contains(found[0].Text, "hog (")
	}, 30*time.Second, time.Millisecond, "watch")
}

// Ours is what a process that this one started uses, while it lives and after.
func TestWhatOurOwnProcessesUseIsOurs(t *testing.T) {
	before := count()
	t.Run("while it lives", func(t *testing.T) {
		hog(t, "hog-of-ours", false)
		require.Eventually(t, func() bool { return count().own-before.own > 0.2 }, 30*time.Second, 10*time.Millisecond)
	})
	after := count()
	assert.NotContains(t, fmt.Sprint(after.all), "hog-of-ours")
	assert.Greater(t, after.own-before.own, 0.15)
	assert.Positive(t, after.cpus)
	assert.Greater(t, after.busy, before.busy)
}
