package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const publishedRun = "../../results/published/2026-11-21-quick"

func TestExportOfBadInputIsNamedAndExits2(t *testing.T) {
	there := t.TempDir()
	for _, tc := range []struct {
		args []string
		says string
	}{
		{[]string{"export"}, "accepts 1 arg"},
		{[]string{"export", there}, "not the folder of a run"},
		{[]string{"export", publishedRun, "--format", "bensher"}, `unknown format "bensher": did you mean "bencher"?`},
		{[]string{"export", publishedRun, "--out", filepath.Join(there, "none", "file")}, "none"},
	} {
		cmd := concbench(t, tc.args...)
		cmd.Run()
		assert.Equal(t, exitUsage, cmd.ProcessState.ExitCode(), "%v", tc.args)
		assert.Contains(t, stderr(cmd), tc.says, "%v", tc.args)
		assert.Empty(t, stdout(cmd), "%v", tc.args)
	}
}

func TestExportWritesEachFormat(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "out")
	for _, format := range exportFormats {
		cmd := concbench(t, "export", publishedRun, "--format", format)
		require.NoError(t, cmd.Run(), stderr(cmd))
		if format == "csv" {
			assert.True(t, strings.HasPrefix(stdout(cmd), "round,attempt,order,"))
		} else {
			assert.True(t, json.Valid([]byte(stdout(cmd))))
		}
		file := concbench(t, "export", publishedRun, "--format", format, "--out", out)
		require.NoError(t, file.Run(), stderr(file))
		assert.Empty(t, stdout(file))
		text, err := os.ReadFile(out)
		require.NoError(t, err)
		assert.Equal(t, stdout(cmd), string(text))
	}
}
