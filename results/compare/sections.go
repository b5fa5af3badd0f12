package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"

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
				rows = append(rows, row{b, c, r.called(b.Key()), c.Metric, results.Value(c.Base, c.Metric), results.Value(c.Head, c.Metric), c.Says()})
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Compare(math.Abs(b.c.D.Estimate), math.Abs(a.c.D.Estimate))
	})
	return rows
}

// A group is what is only listed, under a title.
type group struct {
	title string
	lines []string
}

// groups returns all that is neither slower, faster nor undecided.
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
		if b := &r.Results[i]; r.compared(b) && b.Failure == "" && !b.measured() {
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
	add("Reported on one side only, and so undecided", lines)
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
	lines = nil
	for _, row := range r.rows(Same) {
		lines = append(lines, row.name+" "+row.metric+": "+row.says)
	}
	add("Same: less than the threshold apart", lines)
	lines = nil
	for _, row := range r.rows(Clear) {
		lines = append(lines, row.name+" "+row.metric)
	}
	add("Clear: less than half the threshold apart while screening", lines)
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

// verdictOrder is in which order a report tells them.
var verdictOrder = []Verdict{Slower, Faster, Undecided}
