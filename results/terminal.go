package results

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	pageWidth  = 120 // columns of a terminal that a table may take
	labelWidth = 18
	cellWidth  = 15
	gap        = 2
	indent     = "  "
)

// WriteTable writes the run's tables for a terminal, a sentence a row, the
// verdicts on the claims, what the sweeps say, and the plain benchmarks. With color, what is not a possible best is grey.
func WriteTable(w io.Writer, d *Data, color bool) error {
	p := &page{w: bufio.NewWriter(w), color: color}
	for _, t := range d.Tables() {
		p.table(t)
	}
	if !d.OnlyBenchmarks() {
		p.line(p.bold("What to take"))
		for _, r := range d.Rows {
			p.hanging(clean(r.Full())+": ", clean(r.Advice.Text))
		}
		p.claims(d.Judged())
		p.sweeps(d.Series())
		p.line("")
		p.hanging("Models: ", clean(d.Calibrated()))
	}
	p.benchmarks(d)
	if len(d.Warnings) > 0 {
		p.line("")
		p.line(p.bold("Reasons to distrust these figures"))
		for _, warning := range d.Warnings {
			p.hanging("- ", Sentence(warning.Text)+" "+Sentence(warning.Do))
		}
	}
	return p.w.Flush()
}

// A page is a terminal's page. What goes wrong in writing is kept by its Writer
// until the Flush.
type page struct {
	w     *bufio.Writer
	color bool
}

// claims writes the verdicts, those that decide something first.
func (p *page) claims(verdicts []Verdict) {
	if len(verdicts) == 0 {
		return
	}
	p.line("")
	p.line(p.bold("What people say"))
	for _, decided := range []bool{true, false} {
		for _, v := range verdicts {
			if (v.Outcome != ClaimUndecided) == decided {
				p.hanging(string(v.Outcome)+": ", v.Claim.Says+" ("+v.Claim.Called()+"): "+clean(v.Why))
			}
		}
	}
}

// sweeps writes what each sweep says of each model.
func (p *page) sweeps(series []Series) {
	for _, s := range series {
		p.line("")
		p.line(p.bold("Sweep: " + clean(s.Title())))
		for _, l := range s.Lines {
			p.hanging(clean(l.Model.Name)+": ", clean(l.Says))
		}
	}
}

// table writes as many columns as fit side by side, and the others below.
func (p *page) table(t Table) {
	p.line(p.bold(t.Title))
	fit := (pageWidth - labelWidth) / (cellWidth + gap)
	for from := 0; from < len(t.Models); from += fit {
		p.block(t, from, min(from+fit, len(t.Models)))
		p.line("")
	}
	p.hanging("", t.Legend())
	for i, n := range t.Notes {
		p.hanging(superscript(i+1)+" ", n)
	}
	p.line("")
}

// block writes the columns from that of one model up to that of another. A cell
// has its value on the first line, and its interval on the second.
func (p *page) block(t Table, from, to int) {
	var head strings.Builder
	head.WriteString(pad("", labelWidth))
	for _, m := range t.Models[from:to] {
		head.WriteString(strings.Repeat(" ", gap) + padLeft(cut(clean(m.Name), cellWidth), cellWidth))
	}
	p.line(p.bold(head.String()))
	for _, r := range t.Rows {
		label := wrap(clean(r.Label), labelWidth)
		for _, param := range r.Params {
			for _, l := range wrap(clean(param), labelWidth-len(indent)) {
				label = append(label, indent+l)
			}
		}
		for i := range max(len(label), 2) {
			var line strings.Builder
			line.WriteString(pad(at(label, i), labelWidth))
			some := i < len(label)
			for _, c := range r.Cells[from:to] {
				text := at(c.lines(), i)
				some = some || text != ""
				line.WriteString(strings.Repeat(" ", gap) + p.shade(c, padLeft(text, cellWidth)))
			}
			if some {
				p.line(line.String())
			}
		}
	}
}

// lines returns the cell's two lines.
func (c TableCell) lines() []string {
	first := strings.TrimSpace(c.Mark + " " + c.Value)
	second := c.Span
	switch {
	case c.Alone:
		second = "alone"
	case c.Ratio != "":
		first += " " + c.Ratio
	}
	if notes := c.Superscripts(); notes != "" {
		if utf8.RuneCountInString(first)+1+utf8.RuneCountInString(notes) <= cellWidth {
			first += " " + notes
		} else {
			second = strings.TrimSpace(second + " " + notes)
		}
	}
	return []string{first, second}
}

// shade makes what is not a possible best grey, and one that is alone bold.
func (p *page) shade(c TableCell, text string) string {
	switch {
	case c.Alone:
		return p.bold(text)
	case c.State == Possible || c.State == Limited:
		return text
	}
	return p.ansi("90", text)
}

func (p *page) bold(text string) string { return p.ansi("1", text) }

func (p *page) ansi(code, text string) string {
	if !p.color || strings.TrimSpace(text) == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p *page) line(text string) { fmt.Fprintln(p.w, strings.TrimRight(text, " ")) }

// hanging writes text behind a label, on as many lines as it takes.
func (p *page) hanging(label, text string) {
	rest := strings.Repeat(" ", min(utf8.RuneCountInString(label), 4))
	for i, l := range wrap(label+text, pageWidth-len(rest)) {
		if i > 0 {
			l = rest + l
		}
		p.line(l)
	}
}

// wrap breaks text between words into lines of at most width, and words where
// they are longer.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
		for utf8.RuneCountInString(line) > width {
			runes := []rune(line)
			lines, line = append(lines, string(runes[:width])), string(runes[width:])
		}
	}
	return append(lines, line)
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func cut(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:width-1]) + "…"
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

func padLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text))) + text
}
