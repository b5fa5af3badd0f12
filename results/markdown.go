package results

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes the report in GitHub's Markdown.
func WriteMarkdown(w io.Writer, d *Data) error {
	b := bufio.NewWriter(w)
	put := func(format string, args ...any) { fmt.Fprintf(b, format, args...) }
	put("# concbench: %s\n\n%s.\n", md(d.Headline()), md(d.Subtitle()))
	if !d.OnlyBenchmarks() {
		put("\n## What to take\n\n| job | in Go |\n| --- | --- |\n")
		for _, r := range d.Rows {
			put("| %s | %s |\n", md(r.Full()), md(r.Advice.Text))
		}
		markdownClaims(b, d.Judged())
		for _, t := range d.Tables() {
			put("\n## %s\n\n", t.Title)
			markdownTable(b, t)
		}
		markdownSweeps(b, d.Series())
	}
	markdownBenchmarks(b, d)
	if len(d.Warnings) > 0 {
		put("\n## Reasons to distrust these figures\n\n")
		for _, warning := range d.Warnings {
			put("- %s **What to do:** %s\n", md(Sentence(warning.Text)), md(Sentence(warning.Do)))
		}
	}
	put("\n## The machine and the run\n\n| | |\n| --- | --- |\n")
	for _, f := range append(d.Machine(), d.Plan()...) {
		put("| %s | %s |\n", f.Name, md(f.Value))
	}
	if !d.OnlyBenchmarks() {
		markdownModels(b, d)
	}
	put("\n## How it was measured\n\n")
	for _, p := range d.Explain() {
		put("- %s\n", md(p))
	}
	put("\n## Another opinion\n\n    %s\n\n%s\n", d.Benchstat(), d.BenchstatNote())
	return b.Flush()
}

// markdownModels writes what there is to be known of the models and the work.
func markdownModels(w io.Writer, d *Data) {
	fmt.Fprint(w, "\n## The models\n\n| model | is | for Go |\n| --- | --- | --- |\n")
	for _, m := range d.Run.Models {
		fmt.Fprintf(w, "| %s | %s | %s |\n", md(m.Name), md(m.Summary), m.Use())
	}
	fmt.Fprint(w, "\n## How true the models are\n\n")
	markdownCalibration(w, d)
	fmt.Fprint(w, "\n## The work\n\n| workload | a task is |\n| --- | --- |\n")
	for _, work := range d.Run.Workloads {
		fmt.Fprintf(w, "| %s | %s |\n", md(work.Name), md(work.Unit))
	}
	fmt.Fprint(w, "\n## Latency, threads, memory\n\n")
	markdownDetails(w, d.Details())
}

// Use says whether a Go program can simply use the model.
func (m Model) Use() string {
	switch {
	case m.Control:
		return "control"
	case m.Usable:
		return "usable"
	}
	return "reference"
}

func markdownTable(w io.Writer, t Table) {
	fmt.Fprint(w, "| job |")
	for _, m := range t.Models {
		fmt.Fprintf(w, " %s |", md(m.Name))
	}
	fmt.Fprintf(w, "\n| --- |%s\n", strings.Repeat(" ---: |", len(t.Models)))
	for _, r := range t.Rows {
		fmt.Fprintf(w, "| %s |", md(strings.Join(append([]string{r.Label}, r.Params...), " ")))
		for _, c := range r.Cells {
			fmt.Fprintf(w, " %s |", c.markdown())
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "\n%s\n", md(t.Legend()))
	for i, n := range t.Notes {
		fmt.Fprintf(w, "\n%s %s\n", superscript(i+1), md(n))
	}
}

func (c TableCell) markdown() string {
	first := strings.TrimSpace(c.Mark + " " + c.Value)
	if c.State == Possible {
		first = "**" + first + "**"
	}
	second := strings.TrimSpace(c.Ratio + " " + c.Span)
	if c.Alone {
		second = "alone"
	}
	if second != "" {
		first += "<br>" + second
	}
	if notes := c.Superscripts(); notes != "" {
		first += " " + notes
	}
	return first
}

func markdownCalibration(w io.Writer, d *Data) {
	if d.Calibration == nil {
		fmt.Fprintln(w, md(Sentence(d.Uncalibrated)))
		return
	}
	fmt.Fprintf(w, "%s\n\n%s| --- | --- | --- |%s --- | --- |\n", md(Sentence(d.Calibrated())),
		markdownLine([]string{"what ÷ its like", "on", "of", "model", "like", "ratio", "rounds", "target", ""}), strings.Repeat(" ---: |", 4))
	for _, l := range d.Calibration.Lines() {
		what, place := l.What, l.Place
		if !l.First {
			what, place = "", ""
		}
		fmt.Fprint(w, markdownLine([]string{md(what), md(place), md(l.Quantity), md(l.Own), md(l.Other),
			md(strings.TrimSpace(l.Ratio + " " + l.Span)), l.Rounds, md(l.Target), md(l.Verdict)}))
	}
	fmt.Fprintf(w, "\n%s\n", md(d.Calibration.Legend()))
}

func markdownDetails(w io.Writer, t Details) {
	head := []string{"job", "model"}
	for _, f := range t.Figures {
		head = append(head, md(f.Head))
	}
	fmt.Fprintf(w, "Medians over the rounds.\n\n<details><summary>The table</summary>\n\n%s| --- | --- |%s\n",
		markdownLine(head), strings.Repeat(" ---: |", len(t.Figures)))
	for _, r := range t.Rows {
		fmt.Fprint(w, markdownLine(append([]string{md(r.Job), md(r.Model)}, r.Values...)))
	}
	fmt.Fprint(w, "\n</details>\n")
}

func markdownLine(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// EscapeMarkdown returns s as plain text in Markdown, and in a cell of its tables:
// what would be markup, a link, a mention or an issue is written as entities.
func EscapeMarkdown(s string) string { return markup.Replace(clean(s)) }

func md(s string) string { return EscapeMarkdown(s) }

// markup is replaced in one pass: entities have # and & in them.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "#", "&#35;",
	"|", "&#124;", "*", "&#42;", "_", "&#95;", "`", "&#96;", "[", "&#91;", "]", "&#93;", "~", "&#126;", `\`, "&#92;", "://", "&#58;//", "@", "&#64;")
