package lock

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The test binary is a process that holds the lock where this variable is set.
const beHolder = "CONCBENCH_TEST_HOLD"

func TestMain(m *testing.M) {
	if os.Getenv(beHolder) != "" {
		if _, err := Acquire(context.Background(), false, nil); err != nil {
			os.Exit(1)
		}
		os.Stdout.WriteString("held\n")
		select {}
	}
	os.Exit(m.Run())
}

// hold starts a process that holds the lock, of which there is one a test.
func hold(t *testing.T) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe, "measuring")
	cmd.Env = append(os.Environ(), beHolder+"=1")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "held\n", line)
	return cmd
}

func ownPath(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lock")
	t.Setenv(Variable, path)
	return path
}

func TestAFreeLockIsTakenAndTakenAgain(t *testing.T) {
	path := ownPath(t)
	for range 2 {
		l, err := Acquire(t.Context(), false, nil)
		require.NoError(t, err)
		require.NoError(t, l.Release())
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		assert.Equal(t, os.FileMode(0o666), info.Mode().Perm(), "other users lock it too")
	}
}

func TestWithoutWaitingTheHolderIsNamed(t *testing.T) {
	ownPath(t)
	hold(t)
	_, err := Acquire(t.Context(), false, nil)
	var busy Busy
	require.ErrorAs(t, err, &busy)
	assert.Regexp(t, `measuring, process \d+, since \d{4}-`, busy.Holder)
}

func TestALockPassesOnWhenItsHolderIsKilled(t *testing.T) {
	ownPath(t)
	other := hold(t)
	said := ""
	l, err := Acquire(t.Context(), true, func(s string) {
		said = s
		other.Process.Kill()
	})
	require.NoError(t, err)
	assert.Contains(t, said, "waiting")
	assert.Contains(t, said, "--no-wait")
	require.NoError(t, l.Release())
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	ownPath(t)
	hold(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Acquire(ctx, true, func(string) { cancel() })
	assert.ErrorIs(t, err, context.Canceled)
}

func TestAFileThatCannotBeLockedIsSaidHowToReplace(t *testing.T) {
	t.Setenv(Variable, filepath.Join(t.TempDir(), "none", "lock"))
	_, err := Acquire(t.Context(), true, nil)
	assert.ErrorContains(t, err, Variable)
	t.Setenv(Variable, t.TempDir())
	_, err = Acquire(t.Context(), true, nil)
	assert.ErrorContains(t, err, "no regular file")
	assert.False(t, errors.As(err, new(Busy)))
}

func TestWhatTheHolderWroteIsSafeForATerminal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	require.NoError(t, os.WriteFile(path, []byte("\nrun\x1b[2Jaway\n"), 0o666))
	assert.Equal(t, "run[2Jaway", holder(path))
	require.NoError(t, os.WriteFile(path, nil, 0o666))
	assert.Contains(t, holder(path), "does not say")
}
