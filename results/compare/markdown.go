package compare

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/concbench/concbench/results"
)

// markdownLines is how many names of a group are written: GitHub takes a
// summary of 1 MiB and a comment of 65,536 characters.
const markdownLines = 200

// WriteMarkdown writes the report for a job's summary or a pull request.
func WriteMarkdown(w io.Writer, r *Report) error {
	b := bufio.NewWriter(w)
	put := func(format string, args ...any) { fmt.Fprintf(b, format, args...) }
	put("## %s\n\n%s.\n", md(r.Headline()), md(results.Capital(r.Subtitle())))
	if r.Plan.Kind == AA {
		c := r.Check()
		for _, l := range c.Says() {
			put("\n- %s", md(l))
		}
		put("\n")
		var lines [][]string
		for _, l := range c.Lines {
			lines = append(lines, l.cells())
		}
		table(b, checkHead, "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |", lines)
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
	for _, res := range r.profiled() {
		put("\n<details><summary>CPU profile of %s, head less base</summary>\n\n<pre>\n", md(res.Key().String()))
		for l := range strings.Lines(res.Profile) {
			put("%s\n", md(strings.TrimRight(l, "\n")))
		}
		put("</pre>\n</details>\n")
	}
	if len(r.Warnings) > 0 {
		put("\n### Reasons to distrust these figures\n\n")
		for _, w := range r.Warnings {
			put("- %s **What to do:** %s\n", md(results.Sentence(w.Text)), md(results.Sentence(w.Do)))
		}
	}
	for _, g := range r.groups() {
		put("\n<details><summary>%s</summary>\n\n", md(g.title))
		for _, l := range g.lines[:min(len(g.lines), markdownLines)] {
			put("- %s\n", md(l))
		}
		if more := len(g.lines) - markdownLines; more > 0 {
			put("- and %d more\n", more)
		}
		put("\n</details>\n")
	}
	put("\n<details><summary>Another opinion</summary>\n\n    %s\n\n%s\n\n</details>\n", Benchstat(), md(benchstatNote))
	return b.Flush()
}

func table(w io.Writer, head []string, rule string, lines [][]string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(w, "\n| %s |\n%s\n", strings.Join(head, " | "), rule)
	for _, l := range lines {
		for i := range l {
			l[i] = md(l[i])
		}
		fmt.Fprintf(w, "| %s |\n", strings.Join(l, " | "))
	}
}

// md returns s as plain text in Markdown, and in a cell of its tables: what
// would be markup, a link or a mention is written as entities.
func md(s string) string { return markup.Replace(html.EscapeString(results.Clean(s))) }

var markup = strings.NewReplacer("|", "&#124;", "*", "&#42;", "_", "&#95;", "`", "&#96;", "[", "&#91;", "]", "&#93;", "~", "&#126;", `\`, "&#92;", "://", "&#58;//", "@", "&#64;", "#", "&#35;")
