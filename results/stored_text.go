package results

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// WriteStored writes the comparison for a terminal.
func WriteStored(w io.Writer, s *Stored, color bool) error {
	p := &page{w: bufio.NewWriter(w), color: color}
	p.line(p.bold(s.Headline()))
	p.hanging("", StoredNote)
	p.line("")
	for _, f := range s.sides() {
		p.hanging(f.Name+": ", f.Value)
	}
	p.list("The machines differ", s.Machines)
	p.list("What else there is to know", s.Noted)
	if len(s.Machines) == 0 {
		p.comparisons(s)
	} else {
		p.ratios(s.Ratios)
	}
	for _, l := range s.lists() {
		p.list(l.head, l.names)
	}
	return p.w.Flush()
}

func (p *page) list(head string, names []string) {
	if len(names) == 0 {
		return
	}
	p.line("")
	p.line(p.bold(head))
	for _, n := range names {
		p.hanging("- ", clean(n))
	}
}

// comparisons writes what changed, and what is not known; of what is the same,
// the headline has the number.
func (p *page) comparisons(s *Stored) {
	if len(s.Comparisons) == 0 {
		return
	}
	for _, v := range []StoredVerdict{StoredSlower, StoredFaster, StoredUndecided} {
		of := s.of(v)
		if len(of) == 0 {
			continue
		}
		p.line("")
		p.line(p.bold(Capital(string(v))))
		shown := of[:min(len(of), fewest)]
		if v != StoredUndecided {
			shown = of
		}
		var rows [][]string
		for _, c := range shown {
			rows = append(rows, []string{clean(c.Called), c.Metric.Name, c.Metric.Format(c.First), "→ " + c.Metric.Format(c.Second), change(c.Ratio.Estimate), between(c.Ratio)})
		}
		p.grid(rows, 2)
		if len(shown) < len(of) {
			p.line(fmt.Sprintf("and %d more (all are in the JSON)", len(of)-len(shown)))
		}
	}
	p.line("")
	p.hanging("", s.legend())
}

// ratios writes the ratios of both machines, a job and metric at a time.
func (p *page) ratios(all []StoredRatios) {
	if len(all) == 0 {
		return
	}
	for _, r := range all {
		p.line("")
		p.line(p.bold(clean(r.Job)) + ", " + r.Metric.Name + ": times that of " + clean(r.Reference))
		var rows [][]string
		for _, m := range r.Models {
			rows = append(rows, []string{indent + clean(m.Model), ratioText(m.First), ratioText(m.Second), string(m.Agree)})
		}
		p.grid(rows, 1)
	}
	p.line("")
	p.hanging("", ratiosNote)
}

// grid writes rows in columns as wide as they need be: the first ones, as many as
// left says, to the left, and the others to the right. The first is cut where
// the page is too narrow.
func (p *page) grid(rows [][]string, left int) {
	widths := make([]int, len(rows[0]))
	rest := 0
	for i := range widths {
		for _, r := range rows {
			widths[i] = max(widths[i], utf8.RuneCountInString(r[i]))
		}
		if i > 0 {
			rest += widths[i] + gap
		}
	}
	widths[0] = min(widths[0], max(pageWidth-rest, labelWidth))
	for _, r := range rows {
		var line strings.Builder
		for i, text := range r {
			switch {
			case i == 0:
				line.WriteString(pad(cut(text, widths[0]), widths[0]))
			case i < left:
				line.WriteString(strings.Repeat(" ", gap) + pad(text, widths[i]))
			default:
				line.WriteString(strings.Repeat(" ", gap) + padLeft(text, widths[i]))
			}
		}
		p.line(line.String())
	}
}

// WriteStoredMarkdown writes the comparison in GitHub's Markdown.
func WriteStoredMarkdown(w io.Writer, s *Stored) error {
	b := bufio.NewWriter(w)
	put := func(format string, args ...any) { fmt.Fprintf(b, format, args...) }
	put("## concbench: two stored runs\n\n**%s.**\n\n%s\n\n| | |\n| --- | --- |\n", md(s.Headline()), StoredNote)
	for _, f := range s.sides() {
		put("| %s | %s |\n", f.Name, md(f.Value))
	}
	lists := append([]storedList{{"The machines differ", s.Machines}, {"What else there is to know", s.Noted}}, s.lists()...)
	for _, l := range lists[:2] {
		markdownList(b, l)
	}
	if len(s.Machines) == 0 {
		markdownComparisons(b, s)
	} else if len(s.Ratios) > 0 {
		markdownRatios(b, s.Ratios)
	}
	for _, l := range lists[2:] {
		markdownList(b, l)
	}
	return b.Flush()
}

func markdownList(w io.Writer, l storedList) {
	if len(l.names) == 0 {
		return
	}
	fmt.Fprintf(w, "\n### %s\n\n", l.head)
	for _, n := range l.names {
		fmt.Fprintf(w, "- %s\n", md(n))
	}
}

func markdownComparisons(w io.Writer, s *Stored) {
	if len(s.Comparisons) == 0 {
		return
	}
	for _, v := range []StoredVerdict{StoredSlower, StoredFaster, StoredUndecided, StoredSame} {
		of := s.of(v)
		if len(of) == 0 {
			continue
		}
		folded := v == StoredUndecided || v == StoredSame
		if folded {
			fmt.Fprintf(w, "\n<details><summary>%s: %d</summary>\n\n", Capital(string(v)), len(of))
		} else {
			fmt.Fprintf(w, "\n### %s\n\n", Capital(string(v)))
		}
		fmt.Fprint(w, "| benchmark | metric | first | second | change | 95 % |\n| --- | --- | ---: | ---: | ---: | ---: |\n")
		for _, c := range of {
			fmt.Fprint(w, markdownLine([]string{md(c.Called), md(c.Metric.Name), c.Metric.Format(c.First), c.Metric.Format(c.Second),
				change(c.Ratio.Estimate), md(between(c.Ratio))}))
		}
		if folded {
			fmt.Fprint(w, "\n</details>\n")
		}
	}
	fmt.Fprintf(w, "\n%s\n", md(s.legend()))
}

func markdownRatios(w io.Writer, all []StoredRatios) {
	fmt.Fprint(w, "\n| job | metric | model | to | first | second | |\n| --- | --- | --- | --- | ---: | ---: | --- |\n")
	for _, r := range all {
		for _, m := range r.Models {
			fmt.Fprint(w, markdownLine([]string{md(r.Job), r.Metric.Name, md(m.Model), md(r.Reference), md(ratioText(m.First)), md(ratioText(m.Second)), string(m.Agree)}))
		}
	}
	fmt.Fprintf(w, "\n%s\n", ratiosNote)
}
