package results_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/internal/fakerun"
)

func terminal(t *testing.T, d *results.Data, color bool) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, results.WriteTable(&b, d, color))
	return b.String()
}

func TestTerminalTable(t *testing.T) {
	text := terminal(t, open(t, written(t, fakerun.New(12))), false)
	for _, line := range strings.Split(text, "\n") {
		assert.LessOrEqual(t, utf8.RuneCountInString(line), 120, line)
		assert.Equal(t, strings.TrimRight(line, " "), line)
	}
	assert.NotContains(t, text, "\x1b")
	for _, want := range []string{
		"Time for the job", "CPU per task", "sequential", "eventloop",
		"fetch ×50", "  latency=1ms", "● ", "≈ ", "alone", "not runnable ¹", "two modes", "failed ",
		"index out of range", "What to take", "Reasons to distrust",
	} {
		assert.Contains(t, text, want)
	}
	// Behind the best stand a value, a ratio and its interval.
	assert.Regexp(t, regexp.MustCompile(`fetch ×50 +\d+\.\d ms \d+\.\d×`), text)
	assert.Regexp(t, regexp.MustCompile(`latency=1ms +\[\d+\.\d, \d+\.\d\]`), text)
}

func TestTerminalGreysWhatIsNotTheBest(t *testing.T) {
	d := open(t, written(t, fakerun.New(12)))
	text := terminal(t, d, true)
	assert.Regexp(t, "\x1b\\[90m +\\d+\\.\\d ms 10\\.\\d×", text)
	assert.NotRegexp(t, "\x1b\\[90m[^\x1b]*●", text)
	assert.Equal(t, terminal(t, d, false), regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(text, ""))
}

func TestManyModelsAreSetInBlocks(t *testing.T) {
	f := fakerun.New(1)
	for i := range 8 {
		name := fmt.Sprintf("another_model_with_a_name:%d", i)
		f.Run.Models = append(f.Run.Models, results.Model{Name: name, Usable: true})
		c := f.Run.Cells[0]
		c.Model, c.Name = name, c.Job+"/model="+name
		f.Run.Cells = append(f.Run.Cells, c)
	}
	text := terminal(t, open(t, written(t, f)), false)
	for _, line := range strings.Split(text, "\n") {
		assert.LessOrEqual(t, utf8.RuneCountInString(line), 120, line)
	}
	assert.Equal(t, 6, strings.Count(text, "echo ×100  "), "a row in each of three blocks, in two tables")
}

func TestTerminalIsNotSteeredByNames(t *testing.T) {
	text := terminal(t, open(t, written(t, hostile("\x1b]0;x\x07\x1b[2J"))), false)
	assert.NotContains(t, text, "\x1b")
	assert.NotContains(t, text, "\x07")
}

func TestEveryStatusAndRoundCanBeShown(t *testing.T) {
	for rounds := range 3 {
		d := open(t, written(t, fakerun.New(rounds)))
		assert.NotContains(t, terminal(t, d, false), "NaN")
		assert.NotContains(t, markdown(t, d), "NaN")
	}
}

func markdown(t *testing.T, d *results.Data) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, results.WriteMarkdown(&b, d))
	return b.String()
}

func TestMarkdown(t *testing.T) {
	d := open(t, written(t, fakerun.New(12)))
	text := markdown(t, d)
	assert.Contains(t, text, "| job | sequential | goroutines | gopool | threads | threadpool | eventloop |")
	assert.Contains(t, text, d.Benchstat())
	assert.Contains(t, text, "**What to do:** Use 4 or more")
	assert.Contains(t, text, "alone")
	tablesAreEven(t, text)
}

func TestMarkdownEscapesNames(t *testing.T) {
	text := markdown(t, open(t, written(t, hostile(`<script>alert(1)</script>|[x](javascript:1)`+"`*\n# head"))))
	tablesAreEven(t, text)
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "    benchstat") {
			continue // code, which Markdown takes as it stands
		}
		assert.NotContains(t, line, "<script")
		assert.NotContains(t, line, "[x](")
		assert.False(t, strings.HasPrefix(line, "# head"), line)
	}
}

// tablesAreEven checks that all lines of a table have the same number of cells.
func tablesAreEven(t *testing.T, text string) {
	t.Helper()
	columns := 0
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "|") {
			columns = 0
			continue
		}
		if columns == 0 {
			columns = strings.Count(line, "|")
		}
		assert.Equal(t, columns, strings.Count(line, "|"), line)
	}
}

// hostile is a run in which all that is named has an evil name.
func hostile(name string) *fakerun.Fake {
	f := fakerun.New(1)
	f.Run.Cells = f.Run.Cells[:6]
	for i := range f.Run.Models {
		f.Run.Models[i].Name, f.Run.Models[i].Summary = name+f.Run.Models[i].Name, name
	}
	for i := range f.Run.Cells {
		c := &f.Run.Cells[i]
		c.Model, c.Job = name+c.Model, c.Job+"/"+name
	}
	f.Run.Workloads[0].Unit, f.Run.Workloads[0].Summary = name, name
	f.Run.Cells[5].NotRunnable = name
	f.Fails = func(c results.Cell, round int) string {
		if c.Name == f.Run.Cells[4].Name {
			return name
		}
		return ""
	}
	f.Run.Go, f.Run.Commit, f.Run.Status, f.Env.CPU, f.Env.Virtual = name, name, results.Status(name), name, name
	f.Env.Warnings = []results.Warning{{Kind: name, Text: name, Do: name}}
	return f
}
