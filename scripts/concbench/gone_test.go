package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAFlagThatIsGoneSaysWhatToUse(t *testing.T) {
	for _, tc := range []struct {
		args []string
		says string
	}{
		{[]string{"run", "--benchtime", "100ms"}, "--benchtime is gone: use --cycles"},
		{[]string{"run", "--slices=4", "./..."}, "--slices is gone: use --cycles"},
		{[]string{"run", "--resume", "results/latest", "--slices", "4"}, "--slices is gone: use --cycles"},
		{[]string{"compare", "--benchtime", "100ms", "--bench", "X"}, "--benchtime is gone: use --cycles"},
		{[]string{"compare", "--slices", "4", "./..."}, "--slices is gone: use --cycles"},
		{[]string{"aa", "--usual"}, "--usual is gone: use aa without it"},
		{[]string{"aa", "--usual", "./..."}, "--usual is gone: use aa without it"},
		{[]string{"aa", "--usual=true", "--benchtime", "1s"}, "--benchtime is gone: use --cycles"},
		{[]string{"calibrate", "--span", "1s"}, "--span is gone: use --rounds and --budget"},
	} {
		cmd := concbench(t, tc.args...)
		assert.Equal(t, exitUsage, code(cmd), "%v", tc.args)
		assert.Contains(t, stderr(cmd), tc.says, "%v", tc.args)
		assert.Empty(t, stdout(cmd), "%v", tc.args)
	}
	help := concbench(t, "compare", "--help")
	assert.Equal(t, 0, code(help))
	assert.NotContains(t, stdout(help), "benchtime")
}
