package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/scripts/internal/lock"
)

// The test binary is concbench where this variable is set.
const beMain = "CONCBENCH_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(beMain) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func concbench(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe, args...)
	// What is measured in tests waits for no other measurement on this machine.
	cmd.Env = append(os.Environ(), beMain+"=1", lock.Variable+"="+filepath.Join(t.TempDir(), "lock"))
	cmd.Stdout, cmd.Stderr = new(bytes.Buffer), new(bytes.Buffer)
	return cmd
}

func stdout(cmd *exec.Cmd) string { return cmd.Stdout.(*bytes.Buffer).String() }
func stderr(cmd *exec.Cmd) string { return cmd.Stderr.(*bytes.Buffer).String() }

// published is a run of a time when what was asked for was not recorded.
const published = "../../results/published/2026-11-21-quick"

func TestBadInputIsNamedAndExits2(t *testing.T) {
	t.Parallel()
	there := t.TempDir()
	for _, tc := range []struct {
		args []string
		says string
	}{
		{[]string{"run", "--models", "gorutines"}, `did you mean "goroutines"`},
		{[]string{"run", "--models", "threadpool:0"}, "1 or more"},
		{[]string{"run", "--models", "processes:0"}, "want a number of processes, 1 "},
		{[]string{"run", "--models", "processes:99999999999"}, "want a number of processes, 1 "},
		{[]string{"run", "--workloads", "ecco"}, `did you mean "echo"`},
		{[]string{"run", "--workloads", "echo/trip=3"}, `did you mean "trips"`},
		{[]string{"run", "--profile", "ful"}, `did you mean "full"`},
		{[]string{"run", "--place", "apar"}, `did you mean "apart"`},
		{[]string{"run", "--rounds", "0"}, "--rounds is a number from 1"},
		{[]string{"run", "--cycles", "-1"}, "--cycles"},
		{[]string{"run", "--out", there}, "exists already"},
		{[]string{"run", "--out", "/proc/none/here"}, "output folder"},
		{[]string{"run", "--resume", filepath.Join(there, "none")}, "name a folder that concbench run made"},
		{[]string{"run", "--resume", there}, "is not the folder of a run"},
		{[]string{"run", "--resume", there, "--rounds", "3"}, "--rounds is not for a run that is resumed"},
		{[]string{"run", "--resume", there, "./..."}, "--resume takes no packages"},
		{[]string{"run", "--resume", published}, "of an older concbench"},
		{[]string{"reproduce", there}, "is not the folder of a run"},
		{[]string{"reproduce"}, "accepts 1 arg"},
		{[]string{"reproduce", published, "--out", there}, "exists already"},
		{[]string{"report", filepath.Join(there, "none")}, "none"},
		{[]string{"report"}, "accepts 1 arg"},
		{[]string{"list", "model"}, `did you mean "models"`},
		{[]string{"rum"}, `unknown command "rum"`},
	} {
		cmd := concbench(t, tc.args...)
		cmd.Run()
		assert.Equal(t, exitUsage, cmd.ProcessState.ExitCode(), "%v", tc.args)
		assert.Contains(t, stderr(cmd), tc.says, "%v", tc.args)
	}
}

func TestListsAreReadByMachines(t *testing.T) {
	for _, what := range []string{"models", "workloads"} {
		cmd := concbench(t, "list", what, "--json")
		require.NoError(t, cmd.Run(), stderr(cmd))
		var rows []map[string]any
		require.NoError(t, json.Unmarshal([]byte(stdout(cmd)), &rows))
		assert.GreaterOrEqual(t, len(rows), 6)
		for _, row := range rows {
			assert.NotEmpty(t, row["summary"])
		}
		plain := concbench(t, "list", what)
		require.NoError(t, plain.Run())
		for _, row := range rows {
			assert.Contains(t, stdout(plain), row["name"])
		}
	}
}

func TestEnvSaysWhatToDo(t *testing.T) {
	cmd := concbench(t, "env", "--json")
	require.NoError(t, cmd.Run(), stderr(cmd))
	var env struct {
		Warnings []struct{ Kind, Text, Do string }
	}
	require.NoError(t, json.Unmarshal([]byte(stdout(cmd)), &env))
	for _, w := range env.Warnings {
		assert.NotEmpty(t, w.Text, w.Kind)
		assert.NotEmpty(t, w.Do, w.Kind)
	}
}

func TestOriginServesUntilInterrupted(t *testing.T) {
	cmd := concbench(t, "origin")
	cmd.Stdout = nil
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	defer cmd.Process.Kill()
	line := make([]byte, 64)
	n, err := out.Read(line)
	require.NoError(t, err)
	assert.Contains(t, string(line[:n]), "127.0.0.1:")
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		assert.NoError(t, err)
	case <-time.After(time.Minute):
		t.Fatal("it goes on after an interrupt")
	}
}
