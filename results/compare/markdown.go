package compare

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/concbench/concbench/results"
)

// A page of Markdown is cut where it would be longer than GitHub takes: a comment
// has 65,536 characters, a job's summary 1 MiB. Bytes are counted, of which a
// character has one or more; a group has what is left.
const (
	markdownBytes = 58_000
	tableBytes    = 24_000
	profilesBytes = 8_000
	warningsBytes = 8_000
)

// WriteMarkdown writes the report for a job's summary or a pull request.
func WriteMarkdown(w io.Writer, r *Report) error {
	b := new(strings.Builder)
	put := func(format string, args ...any) { fmt.Fprintf(b, format, args...) }
	put("## %s\n\n%s.\n", md(r.Headline()), md(results.Capital(r.Subtitle())))
	if r.Plan.Kind == AA {
		c := r.Check()
		for _, l := range c.Says() {
			put("\n- %s", md(l))
		}
		put("\n")
		var lines [][]string
		for _, l := range c.worst() {
			lines = append(lines, l.cells(r))
		}
		table(b, checkHead, "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |", lines)
		put("\n%s\n", md(CheckLegend))
	} else {
		var lines [][]string
		for _, v := range verdictOrder {
			for _, row := range r.rows(v) {
				lines = append(lines, []string{row.name, row.metric, row.base, row.head, row.says})
			}
		}
		table(b, []string{"benchmark", "metric", "base", "head", "verdict, with its interval"}, "| --- | --- | ---: | ---: | --- |", lines)
		put("\n%s.\n", md(r.Sensitivity().Says()))
	}
	var items []string
	for _, res := range r.profiled() {
		items = append(items, profile(r.called(res.Key()), res.Profile))
	}
	fill(b, items, profilesBytes, "\nand %d more profiles, in the other formats\n")
	if len(r.Warnings) > 0 {
		put("\n### Reasons to distrust these figures\n\n")
		items = nil
		for _, w := range r.Warnings {
			items = append(items, fmt.Sprintf("- %s **What to do:** %s\n", md(results.Sentence(w.Text)), md(results.Sentence(w.Do))))
		}
		fill(b, items, warningsBytes, "- and %d more, in the other formats\n")
	}
	groups := r.groups()
	for i, g := range groups {
		put("\n<details><summary>%s</summary>\n\n", md(g.title))
		items = nil
		for _, l := range g.lines {
			items = append(items, "- "+md(l)+"\n")
		}
		fill(b, items, (markdownBytes-b.Len())/(len(groups)-i), "- and %d more, in the JSON\n")
		put("\n</details>\n")
	}
	put("\n<details><summary>Another opinion</summary>\n\n    %s\n\n%s\n\n</details>\n", Benchstat(), md(benchstatNote))
	_, err := io.WriteString(w, b.String())
	return err
}

// worst returns the lines with false alarms first, then those in which the least
// is caught.
func (c *Check) worst() []CheckLine {
	lines := slices.Clone(c.Lines)
	slices.SortStableFunc(lines, func(a, b CheckLine) int {
		if a.Called != b.Called {
			return map[bool]int{true: -1, false: 1}[a.Called]
		}
		return cmp.Compare(b.Catches, a.Catches)
	})
	return lines
}

func profile(of, text string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n<details><summary>CPU profile of %s, head less base</summary>\n\n<pre>\n", md(of))
	for l := range strings.Lines(text) {
		fmt.Fprintln(&b, md(strings.TrimRight(l, "\n")))
	}
	b.WriteString("</pre>\n</details>\n")
	return b.String()
}

func table(b *strings.Builder, head []string, rule string, lines [][]string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n| %s |\n%s\n", strings.Join(head, " | "), rule)
	var rows []string
	for _, l := range lines {
		for i := range l {
			l[i] = md(l[i])
		}
		rows = append(rows, "| "+strings.Join(l, " | ")+" |\n")
	}
	fill(b, rows, tableBytes, "\nand %d more, in the other formats\n")
}

// fill writes the first items, as many as limit bytes hold, and how many more
// there are.
func fill(b *strings.Builder, items []string, limit int, more string) {
	for i, item := range items {
		if limit -= len(item); limit < 0 {
			fmt.Fprintf(b, more, len(items)-i)
			return
		}
		b.WriteString(item)
	}
}

func md(s string) string { return results.EscapeMarkdown(s) }
