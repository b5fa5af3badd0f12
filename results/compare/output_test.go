package compare

import (
	"bytes"
	"encoding/json"
	"html"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/results/stats"
)

// mixed has something of everything.
func mixed() *Report {
	p := plan("BenchmarkSlow", "BenchmarkFast", "BenchmarkOpen", "BenchmarkExact", "BenchmarkSame", "BenchmarkFailed")
	p.Packages = append(p.Packages, Package{Path: "example.com/equal", Identical: true}, Package{Path: "example.com/broken", Failed: "head does not build", Log: "logs/broken.txt"})
	for name, s := range map[string]State{"BenchmarkEdited": Changed, "BenchmarkOld": OnlyBase, "BenchmarkNew": OnlyHead, "BenchmarkRandom": NotIsolatable} {
		p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: name, State: s})
	}
	exact := allocs(7, 7, 3)
	for i := range exact {
		exact[i].Block = pkgPath + " BenchmarkExact"
	}
	r := Judge(p, slices.Concat(times("BenchmarkSlow", repeat(1.11, 14)...), times("BenchmarkFast", repeat(0.8, 14)...), times("BenchmarkOpen", repeat(1.3, 5)...),
		exact, times("BenchmarkSame", repeat(1, 12)...), []record.Round{fails(1, "BenchmarkFailed", "it called b.Fatal", "logs/failed.txt")}))
	r.Results[0].Profile = "flat  cum\n90ms  main.slow"
	r.Warnings = append(r.Warnings, results.Warning{Kind: "load", Text: "load is high", Do: "wait until it is not"})
	return r
}

func written(t *testing.T, r *Report) (terminal, markdown string) {
	t.Helper()
	var a, b bytes.Buffer
	require.NoError(t, WriteTerminal(&a, r, false))
	require.NoError(t, WriteMarkdown(&b, r))
	return a.String(), b.String()
}

func TestReportsSayEverything(t *testing.T) {
	r := mixed()
	terminal, markdown := written(t, r)
	for _, want := range []string{
		"1 of 5 benchmarks is slower, 1 faster, 2 the same, 1 open, 1 failed, 1 package could not be compared",
		"the working tree with uncommitted changes against main (0123456789ab)",
		"slower, +11.0 % [+11.0, +11.0]", "faster, -20.0 % [-20.0, -20.0]", "open: +30.0 %, too few rounds for an interval; about ",
		"Same within 5 % (2)", "BenchmarkExact: allocs/op exactly", "BenchmarkSame: ns/op 0.0 % [-0.02, +0.1]", "example.com/equal", "head does not build", "logs/broken.txt", "in round 1, head: it called b.Fatal",
		"BenchmarkEdited", "BenchmarkOld", "BenchmarkNew", "BenchmarkRandom", "Wait until it is not.", "Load is high.",
		"would have caught +5 % in ns/op on 4 of 4", "benchstat base.txt head.txt", "main.slow", "1.00 µs", "1.11 µs",
	} {
		assert.Contains(t, terminal, want)
		assert.Contains(t, strings.ToLower(html.UnescapeString(markdown)), strings.ToLower(want))
	}
	assert.True(t, strings.HasPrefix(markdown, "## 1 of 5 benchmarks is slower"), "the headline is first")
	assert.Equal(t, strings.Count(markdown, "<details>"), strings.Count(markdown, "</details>"))
	assert.NotContains(t, terminal, "\x1b")
}

func TestColorsAreAskedFor(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, WriteTerminal(&b, mixed(), true))
	assert.Contains(t, b.String(), "\x1b[31m"+pkgPath+" BenchmarkSlow")
}

func TestForeignTextStaysText(t *testing.T) {
	bad := "Benchmark<script>|`a`*b*\x1b[31m@you\nhttps://x/#1"
	p := plan(bad)
	p.Packages[0].Failed = "" // compared
	p.Packages = append(p.Packages, Package{Path: bad, Failed: bad, Log: bad})
	p.Base.Ref, p.Head.Ref = bad, bad
	s := times(bad, repeat(1.2, 14)...)
	r := Judge(p, s)
	r.Results[0].Profile = "</pre><b>" + bad
	r.Warnings = append(r.Warnings, results.Warning{Text: bad, Do: bad})
	terminal, markdown := written(t, r)
	assert.NotContains(t, terminal, "\x1b")
	for _, no := range []string{"\x1b", "<script>", "`a`", "*b*", "@you", "https://", "<b>", "x/#1"} {
		assert.NotContains(t, markdown, no)
	}
	for line := range strings.Lines(markdown) {
		if strings.HasPrefix(line, "| example.com") {
			assert.Equal(t, 6, strings.Count(line, "|"), "no cell more than the head has")
		}
	}
}

func TestHeadlines(t *testing.T) {
	two := slices.Concat(times("BenchmarkA", repeat(1.2, 14)...), times("BenchmarkB", repeat(1.2, 14)...))
	for want, r := range map[string]*Report{
		"No regression shown in 1 benchmark, 1 the same":                   Judge(plan("BenchmarkA"), times("BenchmarkA", repeat(1, 8)...)),
		"2 of 2 benchmarks are slower":                                     Judge(plan("BenchmarkA", "BenchmarkB"), two),
		"Nothing was measured: no benchmark was found":                     Judge(plan(), nil),
		"1 of 1 benchmark is worse":                                        Judge(plan("BenchmarkA"), allocs(1, 2, 3)),
		"No regression shown in 1 benchmark, 1 better":                     Judge(plan("BenchmarkA"), allocs(2, 1, 3)),
		"Nothing was measured: no round was finished":                      Judge(plan("BenchmarkA"), nil),
		"Nothing was measured: example.com/x: base does not build":         Judge(broken(), nil),
		"Nothing to measure: the test binaries of 1 package are identical": Judge(equalBinaries(), nil),
	} {
		assert.Equal(t, want, r.Headline())
	}
}

func broken() *Plan {
	p := plan()
	p.Packages[0].Failed = "base does not build"
	return p
}

func equalBinaries() *Plan {
	p := plan()
	p.Packages[0].Identical = true
	return p
}

func TestChanges(t *testing.T) {
	for ratio, want := range map[float64]string{
		1: "0.0 %", 1.041: "+4.1 %", 0.959: "-4.1 %", 1.0004: "+0.04 %", 0.99996: "-0.004 %", 12.34: "12.3×", 0: "-100.0 %",
	} {
		assert.Equal(t, want, Change(ratio))
	}
	assert.Equal(t, "+∞ %", Change(math.Inf(1)))
	assert.Equal(t, "[+2.9, +5.2]", Bounds(stats.Interval{Lo: 1.029, Hi: 1.052}))
	assert.Equal(t, "5 %", share(0.05))
	assert.Equal(t, "0.25 %", share(0.0025))
	assert.Equal(t, "12.5 %", share(0.125))
}

func TestJSONIsADocument(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, WriteJSON(&b, mixed()))
	var d Document
	dec := json.NewDecoder(&b)
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&d))
	assert.Equal(t, 1, d.ExitCode)
	require.Len(t, d.Benchmarks, 10)
	slow := d.Benchmarks[0]
	assert.Equal(t, Slower, slow.Verdict)
	assert.InDelta(t, 1.11, *slow.Metrics[0].Ratio, 1e-3)
	assert.Less(t, slow.Metrics[0].Rounds, 14, "until it was decided")
	assert.Equal(t, 14, slow.Rounds)
	assert.Nil(t, d.Benchmarks[2].Metrics[0].RatioLow, "too few rounds for bounds")
	assert.Equal(t, Failed, d.Benchmarks[5].Verdict)
	assert.Equal(t, 4, d.Sensitivity.Of, "one has no times")
	assert.Nil(t, d.Check)
}

func TestInfiniteFiguresAreNull(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, WriteJSON(&b, Judge(plan("BenchmarkA"), allocs(0, 1, 3))))
	var d Document
	require.NoError(t, json.Unmarshal(b.Bytes(), &d))
	assert.Equal(t, Slower, d.Benchmarks[0].Verdict)
	assert.Nil(t, d.Benchmarks[0].Metrics[0].Ratio)
	assert.Equal(t, 0.0, *d.Benchmarks[0].Metrics[0].Base)
}

func TestReportsOfACheck(t *testing.T) {
	p, all := noise(4, 20, 0.02, 31)
	r := Judge(p, all)
	terminal, markdown := written(t, r)
	for _, want := range []string{"of 8 comparisons called a difference where there is none", "Clopper and Pearson", "of 1000 cried wolf", "whose figure never varied", "BenchmarkN0", "within", "in turns", "after", "catches", "constant",
		"Spread of the rounds in ns/op, median of 4 benchmarks: in turns "} {
		assert.Contains(t, terminal, want)
		assert.Contains(t, markdown, want)
	}
	assert.NotContains(t, terminal, "Sensitivity")
	var b bytes.Buffer
	require.NoError(t, WriteJSON(&b, r))
	var d Document
	require.NoError(t, json.Unmarshal(b.Bytes(), &d))
	assert.Len(t, d.Check.Lines, 12)
	assert.Nil(t, d.Sensitivity)
}
