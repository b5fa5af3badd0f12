package results

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A finding is a piece of evidence before it is known with how many others it
// is to hold.
type finding struct {
	where, what, text string
	side              func(m int) Side // with m comparisons that hold together
	limited           bool             // the origin was the limit for one of the two
	failed            bool             // a cell of it failed
	swept             bool             // it is over a sweep
}

// findings carries a test out, wherever its cells were measured.
func (d *Data) findings(t Test) []finding {
	switch t.Says {
	case Slope, Farther, Turns:
		return d.sweepFindings(t)
	}
	var found []finding
	for _, r := range d.Rows {
		if !t.matches(r) || r.foreign() {
			continue
		}
		for _, of := range t.Of {
			found = append(found, d.inRow(t, r, of)...)
		}
	}
	return found
}

// inRow carries a test out for one job and model.
func (d *Data) inRow(t Test, r Row, of string) []finding {
	a, ok := r.cell(of, t.Unit)
	switch {
	case !ok:
		return nil
	case len(a.Failures) > 0:
		return []finding{broken(r, a)}
	case t.Says == Zero || t.Says == Some:
		return []finding{t.alone(r, a)}
	}
	base, than := []Row{r}, t.Than
	if t.ThanJob != "" {
		base = d.like(r, t)
		if len(than) == 0 {
			than = []string{of}
		}
	}
	var found []finding
	for _, other := range base {
		for _, name := range than {
			if b, ok := other.cell(name, t.Unit); ok && (other.Job != r.Job || name != of) {
				f := broken(other, b)
				if len(b.Failures) == 0 {
					f = t.compare(r, a, b)
				}
				if other.Job != r.Job {
					f.what += " in " + other.Full()
				}
				found = append(found, f)
			}
		}
	}
	return found
}

// cell returns the row's cell of a model, and whether it has the unit or failed.
func (r Row) cell(model, unit string) (CellData, bool) {
	at := slices.IndexFunc(r.Cells, func(c CellData) bool { return c.Of.Name == model })
	if at < 0 {
		return CellData{}, false
	}
	c := r.Cells[at]
	_, measured := c.Median(unit)
	return c, measured || len(c.Failures) > 0
}

// broken is what a cell shows that failed: a claim is about every cell, and so
// undecided.
func broken(r Row, c CellData) finding {
	return finding{where: r.Full(), what: c.Of.Name, text: c.Failure(), failed: true, side: func(int) Side { return Neither }}
}

// foreign says that the row is not this suite's.
func (r Row) foreign() bool {
	return slices.ContainsFunc(r.Cells, func(c CellData) bool { return c.Package != "" })
}

// alone looks at a figure by itself. What is claimed never to happen is refuted
// by its happening once; that it does not is no proof, but all there can be.
func (t Test) alone(r Row, c CellData) finding {
	above, total := 0, 0
	for _, v := range c.figures(t.Unit) {
		total++
		if v > 0 {
			above++
		}
	}
	side := Against
	if (above > 0) == (t.Says == Some) {
		side = For
	}
	if above == 0 && total < r.how.at(familyError/2).LeastRounds() {
		side = Neither
	}
	return finding{
		where: r.Full(), what: c.Of.Name + ": " + t.Unit, side: func(int) Side { return side },
		text: fmt.Sprintf("above zero in %d of %s", above, plural(total, "round")),
	}
}

// compare compares two cells within each round that has both.
func (t Test) compare(r Row, a, b CellData) finding {
	d := a.contender(t.Unit).over(b.contender(t.Unit))
	shown := exp(r.how.own(d))
	by := Metric{Unit: t.Unit, Served: t.Unit != CPU.Unit && t.Unit != Footprint.Unit}
	limitedA, limitedB := a.state(by) == Limited, b.state(by) == Limited
	f := finding{
		where: r.Full(), what: a.Of.Name + " ÷ " + b.Of.Name, limited: limitedA || limitedB,
		side: func(m int) Side {
			if m == 1 {
				return t.Says.side(r.how.own(d), limitedA, limitedB)
			}
			return t.Says.side(r.how.at(familyError/float64(m)).Interval(d), limitedA, limitedB)
		},
		text: Ratio(shown.Estimate),
	}
	if shown.Bounded() {
		f.text += " " + Span(shown)
	}
	if f.limited {
		f.text += " " + MarkLimited
	}
	return f
}

// side says which way an interval of a logarithm of A ÷ B points. A figure for
// which the origin was the limit could have been less, but not more.
func (says Relation) side(i Interval, limitedA, limitedB bool) Side {
	m := math.Log1p(margin)
	less, notLess := i.Hi < -m && !limitedB, i.Lo > -m && !limitedA
	more, notMore := i.Lo > m && !limitedA, i.Hi < m && !limitedB
	var yes, no bool
	switch says {
	case Less:
		yes, no = less, notLess
	case More:
		yes, no = more, notMore
	case NoLess:
		yes, no = notLess, less
	case NoMore:
		yes, no = notMore, more
	}
	switch {
	case yes:
		return For
	case no:
		return Against
	}
	return Neither
}

// contender is the cell by one unit, to be compared with another.
func (c CellData) contender(unit string) contender {
	return contender{figures: c.figures(unit), turns: c.turns(), unit: unit}
}

// matches says whether a job is one of the test's.
func (t Test) matches(r Row) bool {
	return slices.ContainsFunc(t.Jobs, func(p string) bool { return r.Matches(p) })
}

// like returns the rows of a test's other job that are what r is, but for what
// the two patterns name.
func (d *Data) like(r Row, t Test) []Row {
	named := map[string]bool{}
	for _, p := range append(slices.Clone(t.Jobs), t.ThanJob) {
		for _, part := range strings.Split(p, "/")[1:] {
			key, _, _ := strings.Cut(strings.TrimPrefix(part, "!"), "=")
			named[key] = true
		}
	}
	rest := func(r Row) []string {
		return slices.DeleteFunc(slices.Clone(r.Params), func(p string) bool {
			key, _, _ := strings.Cut(p, "=")
			return named[key]
		})
	}
	return slices.DeleteFunc(slices.Clone(d.Rows), func(o Row) bool {
		return !o.Matches(t.ThanJob) || o.foreign() || o.Tasks != r.Tasks || !slices.Equal(rest(o), rest(r))
	})
}

// Matches says whether the row's job fits a pattern of a Test.
func (r Row) Matches(pattern string) bool { return MatchesJob(pattern, r.Job) }

// MatchesJob says whether a job, named as in Cell.Job, fits a pattern of a Test:
// the workload's name and levels that are in the job's name, or, after a "!",
// keys that are not.
func MatchesJob(pattern, job string) bool {
	levels := strings.Split(job, "/")[1:]
	parts := strings.Split(pattern, "/")
	if !slices.Contains(levels, "workload="+parts[0]) {
		return false
	}
	for _, part := range parts[1:] {
		if key, absent := strings.CutPrefix(part, "!"); absent {
			if slices.ContainsFunc(levels, func(l string) bool { return strings.HasPrefix(l, key+"=") }) {
				return false
			}
		} else if !slices.Contains(levels, part) {
			return false
		}
	}
	return true
}
