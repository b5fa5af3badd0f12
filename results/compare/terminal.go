package compare

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/concbench/concbench/results"
)

// listed is how many names of a group the terminal shows; the other formats
// have all.
const listed = 10

// WriteTerminal writes the report for a terminal.
func WriteTerminal(w io.Writer, r *Report, color bool) error {
	p := &page{bufio.NewWriter(w), color}
	p.line(p.ansi("1", r.Headline()))
	p.line(r.Subtitle())
	p.line("")
	if r.Plan.Kind == AA {
		p.check(r, r.Check())
	} else {
		p.verdicts(r)
	}
	for _, g := range r.groups() {
		p.line(p.ansi("1", results.Clean(g.title)))
		for _, l := range g.lines[:min(len(g.lines), listed)] {
			p.line("  " + results.Clean(l))
		}
		if more := len(g.lines) - listed; more > 0 {
			p.line(fmt.Sprintf("  and %d more", more))
		}
		p.line("")
	}
	if len(r.Warnings) > 0 {
		p.line(p.ansi("1", "Reasons to distrust these figures"))
		for _, w := range r.Warnings {
			p.line("  - " + results.Sentence(w.Text) + " " + results.Sentence(w.Do))
		}
		p.line("")
	}
	if r.Plan.Kind == Gate {
		p.line(r.Sensitivity().Says())
	}
	p.line("Another opinion: " + Benchstat())
	return p.w.Flush()
}

// A page is a terminal's. What goes wrong in writing is kept by its Writer
// until the Flush.
type page struct {
	w     *bufio.Writer
	color bool
}

var colors = map[Verdict]string{Slower: "31", Faster: "32", Undecided: "33"}

func (p *page) verdicts(r *Report) {
	var all []row
	for _, v := range verdictOrder {
		all = append(all, r.rows(v)...)
	}
	if len(all) == 0 {
		return
	}
	lines := [][]string{{"benchmark", "metric", "base", "head", "verdict"}}
	tints := []string{"1"}
	for _, row := range all {
		lines = append(lines, []string{row.name, row.metric, row.base, row.head, row.says})
		tints = append(tints, colors[row.c.Verdict])
	}
	p.table(lines, tints, 2, 3)
	for _, b := range r.profiled() {
		p.line(p.ansi("1", "CPU profile of "+results.Clean(r.called(b.Key()))+", head less base"))
		for l := range strings.Lines(b.Profile) {
			p.line("  " + results.Clean(strings.TrimRight(l, "\n")))
		}
		p.line("")
	}
}

func (p *page) check(r *Report, c *Check) {
	for _, l := range c.Says() {
		p.line(l)
	}
	p.line("")
	if len(c.Lines) == 0 {
		return
	}
	lines, tints := [][]string{checkHead}, []string{"1"}
	for _, l := range c.Lines {
		lines = append(lines, l.cells(r))
		tints = append(tints, "")
	}
	p.table(lines, tints, 2, 3, 4, 5, 6, 7, 8)
	p.line(CheckLegend)
	p.line("")
}

// table writes columns side by side, those named to the right.
func (p *page) table(lines [][]string, tints []string, right ...int) {
	width := make([]int, len(lines[0]))
	for _, l := range lines {
		for i := range l {
			l[i] = results.Clean(l[i])
			width[i] = max(width[i], utf8.RuneCountInString(l[i]))
		}
	}
	toRight := map[int]bool{}
	for _, i := range right {
		toRight[i] = true
	}
	for n, l := range lines {
		var text strings.Builder
		for i, cell := range l {
			space := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if toRight[i] {
				cell = space + cell
			} else {
				cell += space
			}
			if i > 0 {
				text.WriteString("  ")
			}
			text.WriteString(cell)
		}
		p.line(p.ansi(tints[n], strings.TrimRight(text.String(), " ")))
	}
	p.line("")
}

func (p *page) ansi(code, text string) string {
	if !p.color || code == "" || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p *page) line(text string) { fmt.Fprintln(p.w, text) }
