package results

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// A CalibrationLine is a gauge of a calibration in words.
type CalibrationLine struct {
	First    bool   // of its row
	What     string // "eventloop echo, 100 connections × 64 B ÷ C, epoll"
	Place    string
	Quantity string // "requests/s"
	Own      string // median of the model
	Other    string // median of what it is held against; "" where the target is absolute
	Ratio    string // "0.953×"; "" where the target is absolute
	Span     string // the 95 % interval of the ratio, or of the figure
	Rounds   string
	Target   string // "≥ 0.950×", "≤ 100 ns"; "" where nothing is asked
	Verdict  string // "met", "missed by 3 %", "undecided", "not runnable: …", "failed: …", ""; without a Quantity, a remark on the row
	Conclude Conclusion
}

// Lines returns the calibration's lines, row by row.
func (c *Calibration) Lines() []CalibrationLine {
	var lines []CalibrationLine
	for _, r := range c.Rows {
		lines = append(lines, r.lines()...)
		for _, text := range []string{c.apart(r), r.disturbance(), r.serial()} {
			if text != "" {
				lines = append(lines, CalibrationLine{What: clean(r.What), Place: clean(r.Place), Verdict: clean(text)})
			}
		}
	}
	return lines
}

// apart says what the row was measured with, where that is not what the header
// says.
func (c *Calibration) apart(r CalibrationRow) string {
	if !r.measured() {
		return ""
	}
	var with []string
	if !r.Measured.IsZero() && r.Measured.Before(c.Started) {
		with = append(with, "on "+r.Measured.UTC().Format(time.DateOnly))
	}
	if r.Commit != c.Commit {
		commit := r.Commit
		if commit == "" {
			commit = "an unknown commit"
		}
		with = append(with, "at "+commit)
	}
	if r.Planned != 0 && r.Planned != c.Rounds {
		with = append(with, fmt.Sprintf("with %s planned", plural(r.Planned, "round")))
	}
	if r.Span != 0 && r.Span != c.Span {
		with = append(with, fmt.Sprintf("with a span of %v", r.Span))
	}
	if r.Planned != 0 && r.Seed != c.Seed {
		with = append(with, fmt.Sprintf("with seed %d", r.Seed))
	}
	if len(with) == 0 {
		return ""
	}
	return "measured " + strings.Join(with, ", ")
}

// disturbance says how many rounds were disturbed, if any.
func (r CalibrationRow) disturbance() string {
	rounds, left := r.Disturbed()
	if rounds == 0 {
		return ""
	}
	text := fmt.Sprintf("%d of %s disturbed, with over %s of the CPU stolen: ", rounds, plural(r.Whole(), "round"), Percent(Disturbed))
	switch left {
	case 0:
		return text + "quiet ones, measured afterwards, took their place"
	case rounds:
		return text + "no quiet one took their place"
	}
	return text + fmt.Sprintf("quiet ones took the place of %d", rounds-left)
}

// serial says why sides did not take turns, if they did not.
func (r CalibrationRow) serial() string {
	for _, round := range r.Rounds {
		if round.Serial != "" {
			return "its sides ran one after the other: " + round.Serial
		}
	}
	return ""
}

func (r CalibrationRow) lines() []CalibrationLine {
	first := CalibrationLine{First: true, What: clean(r.What), Place: clean(r.Place)}
	switch {
	case r.NotRunnable != "":
		first.Verdict = clean("not runnable: " + r.NotRunnable)
		return []CalibrationLine{first}
	case r.Failed != "":
		first.Verdict = clean("failed: " + r.Failed)
		return []CalibrationLine{first}
	}
	var lines []CalibrationLine
	for i, g := range r.Gauges {
		l := r.line(r.Fidelity(g))
		l.First, l.What, l.Place = i == 0, first.What, first.Place
		lines = append(lines, l)
	}
	return lines
}

func (r CalibrationRow) line(f Fidelity) CalibrationLine {
	l := CalibrationLine{Quantity: f.Gauge.Quantity.words(clean(r.Op)), Rounds: fmt.Sprint(f.Ratio.N), Conclude: f.Verdict}
	format := f.Gauge.Quantity.format()
	bounds := Ratio
	if f.Ratio.N > 0 {
		l.Own = format(f.Own)
	}
	if f.Against != "" {
		if f.Ratio.N > 0 {
			l.Other, l.Ratio = format(f.Other), Ratio(f.Ratio.Estimate)
		}
		if len(r.Sides) > 2 { // which of them it is
			l.Other = strings.TrimSpace(l.Other + " " + clean(f.Against))
		}
		if f.Ratio.Bounded() {
			l.Span = Span(f.Ratio)
		}
	} else {
		bounds = format
		if f.Ratio.Bounded() {
			l.Span = "[" + format(f.Ratio.Lo) + ", " + format(f.Ratio.Hi) + "]"
		}
	}
	if f.Verdict == Untargeted {
		return l
	}
	sign := "≤ "
	if f.Gauge.AtLeast {
		sign = "≥ "
	}
	l.Target = sign + bounds(f.Gauge.Target)
	switch f.Verdict {
	case Met:
		l.Verdict = "met"
	case Missed:
		l.Verdict = "missed by " + digits(100*f.By()) + " %"
	default:
		l.Verdict = "undecided"
		if !f.Ratio.Bounded() {
			l.Verdict = "too few rounds"
		}
	}
	return l
}

// words names the quantity of an operation.
func (q Quantity) words(op string) string {
	switch q {
	case Throughput:
		return op + "s/s"
	case PerOp:
		return "time a " + op
	case CPUPerOp:
		return "CPU a " + op
	case Lateness:
		return "p99 lag"
	case Held:
		return "memory a " + op
	}
	return clean(string(q))
}

func (q Quantity) format() func(float64) string {
	switch q {
	case Throughput:
		return func(v float64) string { return strings.Replace(scaled(v, tens), " ", "", 1) }
	case Held:
		return Bytes
	}
	return Duration
}

// Brief is the row in a line.
func (r CalibrationRow) Brief() string {
	head := fmt.Sprintf("%s on %s: ", clean(r.Name), clean(r.Place))
	var all []string
	for _, l := range r.lines() {
		figure := l.Ratio
		if figure == "" {
			figure = l.Own
		}
		all = append(all, strings.Join(slices.DeleteFunc([]string{l.Quantity, figure, l.Span, l.Target, l.Verdict},
			func(part string) bool { return part == "" }), " "))
	}
	return head + strings.Join(all, "; ") + fmt.Sprintf("; %s", plural(r.Whole(), "round"))
}

// Headline counts the targets in a sentence, and names those that are missed.
func (c *Calibration) Headline() string {
	count := map[Conclusion]int{}
	var missed []string
	open := 0 // rows
	for _, r := range c.Rows {
		if r.NotRunnable != "" || r.Failed != "" {
			open++
			continue
		}
		for _, g := range r.Gauges {
			f := r.Fidelity(g)
			if count[f.Verdict]++; f.Verdict == Missed {
				missed = append(missed, fmt.Sprintf("%s on %s (%s)", clean(r.Name), clean(r.Place), g.Quantity.words(clean(r.Op))))
			}
		}
	}
	text := fmt.Sprintf("%s met, %d missed, %d undecided", plural(count[Met], "target"), count[Missed], count[Undecided])
	if open > 0 {
		text += fmt.Sprintf(", %s not measured", plural(open, "comparison"))
	}
	if len(missed) > 0 {
		text += "; missed: " + join(missed)
	}
	return text
}

// Legend says how to read the lines.
func (c *Calibration) Legend() string {
	turns := slices.ContainsFunc(c.Rows, func(r CalibrationRow) bool { return len(r.Rounds) > 0 })
	if !turns && !c.Empty() {
		return "Each side is a fresh process; both run back to back, round by round, in an order drawn anew, " + legendBound +
			"The estimate is the median of the ratio within a round, its interval a confidence sequence that holds with 95 % however often one looks. " + legendTargets
	}
	return "In each round each side is a fresh process; they take turns, sample by sample, in an order drawn anew, " + legendBound +
		"The ratio of a round is the median of its cycles', the estimate the median of the rounds'; the interval holds with 95 % however often one looks. " + legendTargets +
		" A row gets no more rounds once its targets are met or missed, or, without any, its interval is within 10 % of the estimate."
}

const (
	legendBound   = "bound to the same CPUs, which they share with the origin where there is one. "
	legendTargets = "A target is met or missed where the whole interval lies on one side of it. Targets are set for two CPUs: on one, the ratio is shown and not judged."
)

// Facts says what the calibration was made with.
func (c *Calibration) Facts() []Fact {
	compiler := c.Compiler
	if compiler == "" {
		compiler = "none: nothing is compared with C"
	}
	span := ""
	if c.Span > 0 {
		span = c.Span.String()
	}
	return given([]Fact{
		{"Status", string(c.Status)},
		{"Rounds planned", fmt.Sprint(c.Rounds)},
		{"Seed", fmt.Sprint(c.Seed)},
		{"Least time of a process", span},
		{"Bound to", c.bound()},
		{"CPU", c.Machine.CPU},
		{"Kernel", c.Machine.Kernel},
		{"Go", c.Go},
		{"C compiler", compiler},
		{"Commit", c.Commit},
	})
}

// bound says which CPUs the places were: "CPU 1 as one CPU, CPUs 0 and 1 as two
// CPUs".
func (c *Calibration) bound() string {
	var all []string
	for _, r := range c.Rows {
		if len(r.CPUs) == 0 {
			continue
		}
		var names []string
		for _, cpu := range r.CPUs {
			names = append(names, fmt.Sprint(cpu))
		}
		word := "CPU "
		if len(names) > 1 {
			word = "CPUs "
		}
		if text := word + join(names) + " as " + clean(r.Place); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}

// The columns of a calibration on a terminal: how wide each is.
var calibrationWidths = [...]int{22, 9, 15, 7, 20, 6, 10}

// WriteCalibration writes the calibration for a terminal. With color, targets
// that are met are green, missed ones red.
func WriteCalibration(w io.Writer, c *Calibration, color bool) error {
	p := &page{w: bufio.NewWriter(w), color: color}
	p.line(p.bold(calibrationLine("  CPUs", "model", "like", "ratio", "95 % interval", "rounds", "target")))
	what := ""
	for _, l := range c.Lines() {
		if l.What != what {
			what = l.What
			p.line(p.bold(what))
		}
		place := ""
		if l.First {
			place, _, _ = strings.Cut(l.Place, " ")
		}
		label := indent + pad(place, 5)
		if l.Quantity != "" {
			p.line(calibrationLine(label+l.Quantity, l.Own, l.Other, l.Ratio, l.Span, l.Rounds, l.Target) + "  " + p.conclusion(l))
			continue
		}
		for i, text := range wrap(l.Verdict, pageWidth-len(label)) {
			if i > 0 {
				label = strings.Repeat(" ", len(label))
			}
			p.line(label + text)
		}
	}
	p.line("")
	p.hanging("", Sentence(c.Headline()))
	p.hanging("", c.Legend())
	return p.w.Flush()
}

func calibrationLine(cells ...string) string {
	line := pad(cells[0], calibrationWidths[0])
	for i, cell := range cells[1:] {
		line += "  " + padLeft(cell, calibrationWidths[i+1])
	}
	return line
}

func (p *page) conclusion(l CalibrationLine) string {
	switch l.Conclude {
	case Met:
		return p.ansi("32", l.Verdict)
	case Missed:
		return p.ansi("31", l.Verdict)
	}
	return l.Verdict
}
