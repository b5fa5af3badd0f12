package report_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/internal/fakerun"
	"github.com/concbench/concbench/results/report"
)

func TestThePageShowsTheCalibration(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, fakerun.New(2).Write(dir))
	read := func() string {
		require.NoError(t, report.Write(dir))
		text, err := os.ReadFile(filepath.Join(dir, report.PageFile))
		require.NoError(t, err)
		return string(text)
	}
	text := read()
	assert.Contains(t, text, "How true the models are")
	assert.Contains(t, text, "There is no calibration of this machine")
	assert.NotContains(t, text, "<table class=\"detail calibration\">")

	require.NoError(t, results.SaveCalibration(dir, fakerun.Calibration()))
	text = read()
	for _, want := range []string{
		`<td class="missed">missed by 4.85 %</td>`, `<td class="met">met</td>`, "[0.900, 0.907]", "125 ns pond",
		"Held against their like: 2 targets met", "not runnable: uring", "gcc 12.2.0", "a fresh process",
		"CPU 1 as one CPU, CPUs 0 and 1 as two CPUs", "measured on 2026-02-26, at 0ldc0ffee123", "2 of 20 rounds disturbed",
	} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "NaN")
}
