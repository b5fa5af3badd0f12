package tempdir

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The test binary makes a folder, says so, and waits to be killed where this
// variable is set.
const holds = "CONCBENCH_TEST_HOLDS_FOLDER"

func TestMain(m *testing.M) {
	if os.Getenv(holds) != "" {
		dir, _, err := Make(context.Background())
		if err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		fmt.Println(dir)
		_, _ = os.Stdin.Read(make([]byte, 1)) // until the parent is gone
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// alone keeps other processes' folders out of a test.
func alone(t *testing.T) (temp string) {
	temp = t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, temp)
	}
	return temp
}

func names(t *testing.T, dir string) (names []string) {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestAFolderIsThereUntilItIsClosed(t *testing.T) {
	temp := alone(t)
	dir, remove, err := Make(t.Context())
	require.NoError(t, err)
	assert.True(t, Made(dir))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	require.NoError(t, remove())
	assert.Empty(t, names(t, temp))
}

func TestTheFolderOfAKilledProcessIsRemovedAndThatOfALivingOneStays(t *testing.T) {
	temp := alone(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holds+"=1")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	defer in.Close()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	left := strings.TrimSpace(line)

	_, remove, err := Make(t.Context())
	require.NoError(t, err)
	assert.DirExists(t, left, "while it lives")
	require.NoError(t, remove())

	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // it was killed
	assert.DirExists(t, left)
	_, remove, err = Make(t.Context())
	require.NoError(t, err)
	assert.NoDirExists(t, left)
	require.NoError(t, remove())
	assert.Empty(t, names(t, temp))
}

func TestWhatAnotherMadeStays(t *testing.T) {
	temp := alone(t)
	for _, name := range []string{"concbench-mine", "concbench-12345", "concbench-sides"} {
		require.NoError(t, os.Mkdir(filepath.Join(temp, name), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(temp, name+lockMark), nil, 0o600))
	}
	_, remove, err := Make(t.Context())
	require.NoError(t, err)
	require.NoError(t, remove())
	assert.Len(t, names(t, temp), 6)
}
