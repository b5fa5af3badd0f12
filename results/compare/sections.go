package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/concbench/concbench/results"
)

// A row is a benchmark and a metric as a table shows it. What came from outside
// is not cleaned yet.
type row struct {
	of     *Result
	c      Comparison
	name   string
	metric string
	base   string
	head   string
	says   string
}

// rows returns the comparisons of a verdict, the greatest change first.
func (r *Report) rows(v Verdict) []row {
	var rows []row
	for i := range r.Results {
		b := &r.Results[i]
		if !b.measured() {
			continue
		}
		for _, c := range b.Comparisons {
			if c.Verdict == v {
				rows = append(rows, row{b, c, r.called(b.Key()), c.Metric, results.Value(c.Base, c.Metric), results.Value(c.Head, c.Metric), r.says(b, c)})
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Compare(math.Abs(b.c.D.Estimate), math.Abs(a.c.D.Estimate))
	})
	return rows
}

// says is Says with how the benchmark was measured.
func (r *Report) says(b *Result, c Comparison) string {
	text := r.Says(c)
	if b.Serial != "" {
		text += "; measured one after the other"
	}
	return text
}

// A group is what is only listed, under a title.
type group struct {
	title string
	lines []string
}

// same returns a line for each benchmark of what is the same in it, what moved
// in the tail first.
func (r *Report) same() []string {
	var tails, lines []string
	for i := range r.Results {
		b := &r.Results[i]
		if !b.measured() {
			continue
		}
		var exact, others []string
		tail := false
		for _, c := range b.Comparisons {
			switch text := c.Metric + " " + c.size(); {
			case c.Verdict != Same:
			case c.Exact && c.D.Estimate == 0:
				exact = append(exact, c.Metric)
			case c.Tail != 0:
				others, tail = append(others, text+", in the tail: mean "+Change(c.Tail)), true
			default:
				others = append(others, text)
			}
		}
		if len(exact) > 0 {
			others = append(others, strings.Join(exact, ", ")+" exactly")
		}
		switch line := r.called(b.Key()) + ": " + strings.Join(others, "; "); {
		case len(others) == 0:
		case tail:
			tails = append(tails, line)
		default:
			lines = append(lines, line)
		}
	}
	return append(tails, lines...)
}

// serial returns why benchmarks were measured one after the other, each reason
// once.
func (r *Report) serial() []string {
	var all []string
	for i := range r.Results {
		if why := r.Results[i].Serial; why != "" && !slices.Contains(all, why) {
			all = append(all, why)
		}
	}
	return all
}

// groups returns all that is neither slower, faster nor open.
func (r *Report) groups() []group {
	var all []group
	add := func(title string, lines []string) {
		if len(lines) > 0 {
			all = append(all, group{fmt.Sprintf("%s (%d)", title, len(lines)), lines})
		}
	}
	var lines []string
	for _, p := range r.Plan.Packages {
		if p.Failed != "" {
			lines = append(lines, place(p.Path+": "+p.Failed, p.Log))
		}
	}
	add("Packages that could not be compared", lines)
	lines = nil
	for i := range r.Results {
		if b := &r.Results[i]; b.Failure != "" {
			lines = append(lines, place(r.called(b.Key())+": "+b.Failure, b.Log))
		}
	}
	for _, b := range r.In(Broken) {
		lines = append(lines, place(r.called(b.Key())+": "+b.Why, b.Log))
	}
	add("Failed", lines)
	lines = nil
	for i := range r.Results {
		if b := &r.Results[i]; r.Plan.measured(b.Benchmark) && b.Failure == "" && !b.measured() {
			lines = append(lines, r.called(b.Key()))
		}
	}
	add("Not measured", lines)
	lines = nil
	for i := range r.Results {
		b := &r.Results[i]
		for _, unit := range b.OneSided {
			lines = append(lines, r.called(b.Key())+" "+unit)
		}
	}
	add("Reported on one side only, and so open", lines)
	lines = nil
	for _, row := range r.rows(Same) {
		if row.c.Note != "" {
			lines = append(lines, row.name+" "+row.metric+": "+row.c.Note)
		}
	}
	add("A difference in one layout alone", lines)
	for _, s := range []struct {
		state State
		title string
	}{
		{Changed, "Benchmark changed: its own source differs, and so does what it measures"},
		{OnlyBase, "Only in base"},
		{OnlyHead, "Only in head"},
		{NotIsolatable, "Not isolatable: the name changes from one pass to the next"},
		{Skipped, "Skipped by itself"},
	} {
		lines = nil
		for _, b := range r.In(s.state) {
			line := r.called(b.Key())
			if b.Why != "" {
				line += ": " + b.Why
			}
			lines = append(lines, place(line, b.Log))
		}
		add(s.title, lines)
	}
	add("Same within "+share(r.Plan.Threshold), r.same())
	for _, why := range r.serial() {
		lines = nil
		for i := range r.Results {
			if b := &r.Results[i]; b.Serial == why && !r.Plan.Serial {
				lines = append(lines, r.called(b.Key()))
			}
		}
		add("Measured one after the other: "+why, lines)
	}
	lines = nil
	for _, p := range r.Plan.Packages {
		if p.Identical {
			lines = append(lines, p.Path)
		}
	}
	add("Identical packages: equal test binaries, nothing measured", lines)
	return all
}

func place(text, log string) string {
	if log == "" {
		return text
	}
	return text + " (log: " + log + ")"
}

// profiled are the slower benchmarks whose profiles say something, once each.
func (r *Report) profiled() []*Result {
	var of []*Result
	for i := range r.Results {
		if r.Results[i].Profile != "" {
			of = append(of, &r.Results[i])
		}
	}
	return of
}

// verdictOrder is the order of a report.
var verdictOrder = []Verdict{Slower, Faster, Undecided}
