package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/results/stats"
)

// githubComment is how many characters a comment on GitHub has at most.
const githubComment = 65536

func long(i int) string {
	return fmt.Sprintf("BenchmarkDecodeEverything/kind=%s/case#%04d", strings.Repeat("nested_value,", 9), i)
}

func TestMarkdownOfManyBenchmarksFitsAComment(t *testing.T) {
	const each = 400 // slower, faster, open, same
	p := plan()
	p.Packages = append(p.Packages, Package{Path: "example.com/y", Identical: true})
	var all []record.Round
	for i := range 4 * each {
		p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: long(i)})
		ratios := [][]float64{repeat(1.5+float64(i)/1000, 17), repeat(0.5, 17), repeat(1.3, 3), repeat(1, 8)}[i%4]
		all = append(all, times(long(i), ratios...)...)
	}
	for i := range each {
		p.Benchmarks = append(p.Benchmarks, Benchmark{Package: pkgPath, Name: long(i) + "/old", State: OnlyBase})
	}
	r := Judge(p, all)
	for i := range r.Results[:each] {
		r.Results[i].Profile = strings.Repeat("90ms  main.slow\n", 12)
		r.Warnings = append(r.Warnings, results.Warning{Text: fmt.Sprintf("reason %d", i), Do: "measure " + long(i) + " again"})
	}
	_, markdown := written(t, r)
	assert.Less(t, len(markdown), 60_000)
	assert.Greater(t, len(markdown), 30_000, "what there is room for is told")
	for _, want := range []string{"## 400 of 1600 benchmarks are slower", "Sensitivity: ", "Reasons to distrust", "Reason 0.", "more profiles, in the other formats",
		"more, in the JSON", "Only in base (400)", "Same within 5 % (400)", "Another opinion"} {
		assert.True(t, strings.Contains(markdown, want), want)
	}
	assert.Regexp(t, `\nand 1\d\d\d more, in the other formats\n`, markdown[:30_000])
	assert.Equal(t, strings.Count(markdown, "<details>"), strings.Count(markdown, "</details>"))
	first := markdown[strings.Index(markdown, "| ---"):]
	assert.Contains(t, first[:1000], md(long(4*each-4)), "the slowest is first")
}

func TestMarkdownOfALargeCheckFitsAComment(t *testing.T) {
	p := plan()
	p.Kind = AA
	r := Judge(p, nil)
	c := &Check{Comparisons: 2000, Calls: 1, Lo: 0, Hi: 0.01}
	for i := range 2000 {
		c.Lines = append(c.Lines, CheckLine{Key: Key{pkgPath, long(i)}, Metric: timeUnit, Rounds: 20, Figure: 1000, Catches: float64(i) / 1e4, Called: i == 7,
			Ratio: stats.Interval{Estimate: 1, Lo: 0.9, Hi: 1.1, N: 20}})
	}
	given := slices.Clone(c.Lines)
	r.checked = c
	r.Warnings = []results.Warning{{Text: "load is high", Do: "wait"}}
	_, markdown := written(t, r)
	assert.Less(t, len(markdown), githubComment)
	for _, want := range []string{"## A/A: 1 of 2000", "False alarms: 1 of 2000", "Load is high.", "Within: spread", "in turns ÷ after", "more, in the other formats"} {
		assert.True(t, strings.Contains(markdown, want), want)
	}
	at := func(i int) int { return strings.Index(markdown, md(long(i))) }
	assert.Positive(t, at(7))
	assert.Less(t, at(7), at(1999), "the false alarm is before what catches least")
	assert.Less(t, at(1999), at(1998))
	assert.Equal(t, -1, at(0))
	assert.Equal(t, given, c.Lines, "the other formats keep their order")
}

func TestNothingIsLeftOutOfWhatFits(t *testing.T) {
	_, markdown := written(t, mixed())
	assert.NotRegexp(t, `and \d+ more`, markdown)
}
