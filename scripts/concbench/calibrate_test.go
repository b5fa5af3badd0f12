package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/scripts/internal/calibrate"
)

func TestCalibrateRefusesBadInput(t *testing.T) {
	for says, args := range map[string][]string{
		`did you mean "queue"`: {"--only", "queu"},
		"there are one, two":   {"--cpus", "seventeen"},
		"want 1 or more":       {"--rounds", "0"},
		"want 1ms to 1m":       {"--span", "1ns"},
		"--budget":             {"--budget", "-1s"},
		"unknown flag":         {"--round", "3"},
		"unknown command":      {"now"},
	} {
		cmd := concbench(t, append([]string{"calibrate"}, args...)...)
		cmd.Run()
		assert.Equal(t, exitUsage, cmd.ProcessState.ExitCode(), "%v", args)
		assert.Contains(t, stderr(cmd), says, "%v", args)
	}
}

func TestCalibrateListsItsComparisons(t *testing.T) {
	cmd := concbench(t, "calibrate", "--list")
	require.NoError(t, cmd.Run(), stderr(cmd))
	lines := strings.Split(strings.TrimSpace(stdout(cmd)), "\n")
	assert.Len(t, lines, len(calibrate.Comparisons))
	assert.True(t, strings.HasPrefix(lines[0], "echo-eventloop "))
}
