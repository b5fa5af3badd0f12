package results

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// nameWidth is the most columns of a terminal that a benchmark's name takes.
const nameWidth = 44

// benchmarks writes the tables of the plain benchmarks, and what was left out.
func (p *page) benchmarks(d *Data) {
	tables, left := d.BenchmarkTables(), d.LeftOut()
	if len(tables)+len(left) == 0 {
		return
	}
	if !d.OnlyBenchmarks() {
		p.line("")
	}
	for _, t := range tables {
		p.benchmarkTable(t)
	}
	if len(tables) > 0 {
		p.hanging("", BenchmarkNote)
	}
	if len(left) > 0 {
		p.line("")
		p.line(p.bold("Found and not measured"))
		for _, text := range left {
			p.hanging("- ", clean(text))
		}
	}
}

// benchmarkTable writes as many columns as fit side by side, and the others
// below.
func (p *page) benchmarkTable(t BenchmarkTable) {
	if t.Package != "" {
		p.line(p.bold(clean(t.Package)))
	}
	name := 0
	for _, r := range t.Rows {
		name = max(name, min(utf8.RuneCountInString(clean(r.Name)), nameWidth))
	}
	widths := t.widths()
	for from := 0; from < len(widths); {
		to, used := from, name
		for to < len(widths) && (to == from || used+gap+widths[to] <= pageWidth) {
			used += gap + widths[to]
			to++
		}
		p.benchmarkBlock(t, name, widths, from, to)
		p.line("")
		from = to
	}
	if len(widths) == 0 {
		for _, r := range t.Rows {
			p.line(clean(r.Name) + ": nothing was measured")
		}
		p.line("")
	}
	for _, n := range t.Notes {
		p.hanging("- ", clean(n))
	}
	if len(t.Notes) > 0 {
		p.line("")
	}
}

// widths returns the columns of a terminal that each column takes.
func (t BenchmarkTable) widths() []int {
	var widths []int
	for i, head := range t.Heads {
		w := min(utf8.RuneCountInString(clean(head)), nameWidth)
		for _, r := range t.Rows {
			w = max(w, utf8.RuneCountInString(r.Cells[i].Value), utf8.RuneCountInString(r.Cells[i].Span))
		}
		widths = append(widths, w)
	}
	return widths
}

func (p *page) benchmarkBlock(t BenchmarkTable, name int, widths []int, from, to int) {
	var head strings.Builder
	head.WriteString(pad("", name))
	for i := from; i < to; i++ {
		head.WriteString(strings.Repeat(" ", gap) + padLeft(cut(clean(t.Heads[i]), widths[i]), widths[i]))
	}
	p.line(p.bold(head.String()))
	for _, r := range t.Rows {
		label := wrap(clean(r.Name), name)
		for i := range max(len(label), 2) {
			var line strings.Builder
			line.WriteString(pad(at(label, i), name))
			for c := from; c < to; c++ {
				text := padLeft(at([]string{r.Cells[c].Value, r.Cells[c].Span}, i), widths[c])
				if i > 0 {
					text = p.ansi("90", text)
				}
				line.WriteString(strings.Repeat(" ", gap) + text)
			}
			if strings.TrimSpace(line.String()) != "" {
				p.line(line.String())
			}
		}
	}
}

// markdownBenchmarks writes the tables of the plain benchmarks, and what was
// left out.
func markdownBenchmarks(w io.Writer, d *Data) {
	tables, left := d.BenchmarkTables(), d.LeftOut()
	for _, t := range tables {
		title := t.Package
		if title == "" {
			title = "Benchmarks"
		}
		head := []string{"benchmark"}
		for _, h := range t.Heads {
			head = append(head, md(h))
		}
		fmt.Fprintf(w, "\n## %s\n\n%s| --- |%s\n", md(title), markdownLine(head), strings.Repeat(" ---: |", len(t.Heads)))
		for _, r := range t.Rows {
			cells := []string{md(r.Name)}
			for _, c := range r.Cells {
				text := md(c.Value)
				if c.Span != "" {
					text += "<br>" + md(c.Span)
				}
				cells = append(cells, text)
			}
			fmt.Fprint(w, markdownLine(cells))
		}
		if len(t.Notes) > 0 {
			fmt.Fprintln(w)
		}
		for _, n := range t.Notes {
			fmt.Fprintf(w, "- %s\n", md(n))
		}
	}
	if len(tables) > 0 {
		fmt.Fprintf(w, "\n%s\n", BenchmarkNote)
	}
	if len(left) > 0 {
		fmt.Fprint(w, "\n## Found and not measured\n\n")
		for _, text := range left {
			fmt.Fprintf(w, "- %s\n", md(text))
		}
	}
}
