package report_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/internal/fakerun"
	"github.com/concbench/concbench/results/report"
)

// page writes the reports of a fake run and returns the page.
func page(t *testing.T, f *fakerun.Fake) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, f.Write(dir))
	require.NoError(t, report.Write(dir))
	data, err := os.ReadFile(filepath.Join(dir, report.PageFile))
	require.NoError(t, err)
	return string(data)
}

func TestWriteLeavesBothReportsAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, fakerun.New(2).Write(dir))
	before, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.NoError(t, report.Write(dir))
	require.NoError(t, report.Write(dir), "again")
	after, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, after, len(before)+2)
	assert.FileExists(t, filepath.Join(dir, report.MarkdownFile))
}

func TestWriteSaysWhatToDo(t *testing.T) {
	assert.ErrorContains(t, report.Write(t.TempDir()), "concbench run")
}

func TestPageTellsTheRun(t *testing.T) {
	text := page(t, fakerun.New(12))
	for _, want := range []string{
		"Take goroutines in", "What to take", "alone", "not runnable", "index out of range", "two modes", "≈",
		"Reasons to distrust these figures", "Use 4 or more, with place=apart.", "Example CPU", "How it was measured",
		"benchstat -col &#39;/model@(sequential goroutines gopool threads threadpool eventloop)&#39; bench.txt",
		"100 round trips of 64 B", "prefers-color-scheme: dark",
	} {
		assert.Contains(t, text, want)
	}
	assert.Equal(t, 7*3, strings.Count(text, "<svg"), "three pictures a job")
	assert.NotContains(t, text, "NaN")
}

func TestPageTellsARunInTurns(t *testing.T) {
	f := fakerun.New(12).InTurns()
	text := page(t, f)
	for _, want := range []string{"Take goroutines in", "alone", "not runnable", "index out of range", "took turns, sample by sample", "exact signed rank test"} {
		assert.Contains(t, text, want)
	}
	assert.Equal(t, 7*3, strings.Count(text, "<svg"), "three pictures a job")
	assert.NotContains(t, text, "NaN")
	assert.NotContains(t, text, "slices")
	f.Run.Anytime = true
	assert.Contains(t, page(t, f), "a bet that may be looked at after every round")
}

func TestPageAsksNothingOfTheNetwork(t *testing.T) {
	text := page(t, fakerun.New(2))
	assert.NotContains(t, text, "<script")
	assert.NotContains(t, text, "<link")
	assert.NotContains(t, text, "@import")
	assert.NotContains(t, text, "url(")
	assert.NotRegexp(t, regexp.MustCompile(`\b(src|href|srcset)=`), strings.ReplaceAll(text, "xmlns:xlink", ""))
}

// elements counts the page's elements by name.
func elements(text string) map[string]int {
	count := map[string]int{}
	for _, tag := range regexp.MustCompile(`<[A-Za-z][A-Za-z0-9]*`).FindAllString(text, -1) {
		count[tag]++
	}
	return count
}

func TestPageEscapesNames(t *testing.T) {
	evil := `"'><script>alert(1)</script><img src=x onerror=alert(1)>{{.}}` + "\x00"
	text := page(t, named(evil))
	assert.Equal(t, elements(page(t, named("some"))), elements(text), "a name makes no element")
	assert.NotContains(t, text, `"'>`, "nor does it end an attribute")
}

// named is a run in which all that can be named has that name, or begins with
// it.
func named(name string) *fakerun.Fake {
	f := fakerun.New(1)
	for i := range f.Run.Models {
		f.Run.Models[i].Name, f.Run.Models[i].Summary = name+f.Run.Models[i].Name, name
	}
	for i := range f.Run.Cells {
		c := &f.Run.Cells[i]
		c.Model = name + c.Model
		if c.NotRunnable != "" {
			c.NotRunnable = name
		}
	}
	for i := range f.Run.Workloads {
		f.Run.Workloads[i].Unit, f.Run.Workloads[i].Summary = name, name
	}
	fails, values := f.Fails, f.Values
	f.Values = func(c results.Cell, round, slice int, r *rand.Rand) map[string]float64 {
		c.Model = strings.TrimPrefix(c.Model, name)
		return values(c, round, slice, r)
	}
	f.Fails = func(c results.Cell, round int) string {
		c.Model = strings.TrimPrefix(c.Model, name)
		if fails(c, round) != "" {
			return name
		}
		return ""
	}
	f.Run.Go, f.Run.Commit, f.Env.CPU = name, name, name
	for i := range f.Env.Warnings {
		f.Env.Warnings[i] = results.Warning{Kind: name, Text: name, Do: name}
	}
	return f
}

func TestPicturesAreWholeXML(t *testing.T) {
	for _, picture := range regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(page(t, fakerun.New(9)), -1) {
		d := xml.NewDecoder(strings.NewReader(picture))
		for {
			_, err := d.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
		}
	}
}

func TestPageOfARunThatHardlyBegan(t *testing.T) {
	for rounds := range 2 {
		f := fakerun.New(rounds)
		f.Run.Status = results.Running
		text := page(t, f)
		assert.NotContains(t, text, "NaN")
		assert.NotContains(t, text, "∞")
		assert.Contains(t, text, "Undecided")
	}
	empty := fakerun.New(0)
	empty.Run.Cells, empty.Run.Models, empty.Env.Warnings = nil, nil, nil
	assert.NotContains(t, page(t, empty), "NaN")
}

// The clock of CPU time ticks too slowly for some jobs on some systems.
func TestZeroesCanBeDrawn(t *testing.T) {
	f := fakerun.New(9)
	values := f.Values
	f.Values = func(c results.Cell, round, slice int, r *rand.Rand) map[string]float64 {
		v := values(c, round, slice, r)
		v["cpu-ns/op"] = 0
		return v
	}
	assert.NotContains(t, page(t, f), "NaN")
}

func TestHTMLIsWrittenToAnyWriter(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, fakerun.New(1).Write(dir))
	d, err := results.Open(dir)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, report.WriteHTML(&b, d))
	assert.True(t, strings.HasPrefix(b.String(), "<!DOCTYPE html>"))
}

func TestPageOfPlainBenchmarks(t *testing.T) {
	f := fakerun.New(3)
	name := "BenchmarkEncode/size=64"
	f.Run.Models, f.Run.Workloads, f.Run.Cells = nil, nil, []results.Cell{{Name: name, Job: name, Package: "example.com/<a>"}}
	f.Run.NotMeasured = []results.LeftOut{{Package: "example.com/<a>", Name: "BenchmarkRandom", Why: "its name changes"}}
	text := page(t, f)
	for _, want := range []string{"1 benchmark of 1 package measured", "Encode/size=64", "time/op", "example.com/&lt;a&gt;", "Found and not measured", "its name changes"} {
		assert.Contains(t, text, want)
	}
	for _, no := range []string{"What to take", "How far behind", "Job by job", "The models", "How true", "NaN"} {
		assert.NotContains(t, text, no)
	}
}
