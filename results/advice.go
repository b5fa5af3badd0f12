package results

import (
	"fmt"
	"math"
	"slices"
)

// within is how far behind the best a model may be and still be recommended
// like it.
const within = 1.05

// Advice is a row in a sentence, for someone who writes Go.
type Advice struct {
	Metric Metric   // by which: time, or CPU where the origin was the limit
	Take   []string // usable models, any of them; none where that is undecided
	Text   string
}

// advise applies the first rule that fits, to time. Only models that a Go
// program can simply use are recommended.
//
//  1. Nothing, or one model only, was measured: it says so.
//  2. No model is usable: it names the best there is, and recommends nothing.
//  3. Too few rounds to exclude any model: undecided, with the rounds it needs.
//  4. A usable model is alone at the front: take it.
//  5. Usable models are shown to be within 5 % of whichever is best: take any.
//  6. No usable model is a possible best: which reference would have won, by how
//     much, and rules 4 and 5 among the usable ones alone.
//  7. Else undecided, with those between whom.
//
// Where the origin was the limit for some model, time is not judged, and the
// rules are applied to CPU per task; but only to those whom time does not rule
// out, among all models or among the usable ones: to do one task after another
// takes little CPU, and is no advice for who waits.
//
// Where the workload measures itself what it is about, it is that by which the
// rules are applied, and not time.
func (r Row) advise() Advice {
	a := Advice{Metric: Time}
	c, cells, lead := r.Time, r.Cells, ""
	switch {
	case len(r.Own) > 0:
		c = r.Own[0]
		a.Metric, lead = c.Metric, "by "+c.Metric.Name+", "
	case r.Known.Paced:
		c = r.CPU
		a.Metric, lead = CPU, "by CPU per task, "
	}
	if c.Limited {
		lead = "the origin was the limit for " + c.Metric.Name + "; by CPU per task, "
		a.Metric = CPU
		if c.Metric.Name == Time.Name {
			cells = r.notRuledOut()
		}
		c = judge(r.how, cells, CPU)
	}
	if left := c.where(Standing.judged); c.Metric.Name == CPU.Name && len(left) == 1 && len(r.Own) == 0 && !r.Known.Paced {
		a.Take = c.where(func(s Standing) bool { return s.judged() && s.Model.Usable })
		a.Text = fmt.Sprintf("%s: ahead of all others in time, though the origin was the limit", c.called(left))
		return a
	}
	a.Take, a.Text = r.sentence(c, cells)
	a.Text = lead + a.Text
	for _, s := range c.Standings {
		if s.Modes != nil && slices.Contains(a.Take, s.Model.Name) {
			a.Text += fmt.Sprintf("; %s ran in two modes", s.Model.Name)
		}
	}
	return a
}

// notRuledOut returns the cells that are not beaten in time, or not by a usable
// model if they are usable.
func (r Row) notRuledOut() []CellData {
	left := func(c Contest) []string {
		return c.where(func(s Standing) bool { return s.State == Possible || s.State == Limited })
	}
	names := append(left(r.Time), left(judge(r.how, usable(r.Cells), Time))...)
	return slices.DeleteFunc(slices.Clone(r.Cells), func(c CellData) bool { return !slices.Contains(names, c.Of.Name) })
}

func usable(cells []CellData) []CellData {
	return slices.DeleteFunc(slices.Clone(cells), func(c CellData) bool { return !c.Of.Usable })
}

// sentence applies the rules to the cells' contest.
func (r Row) sentence(c Contest, cells []CellData) (take []string, text string) {
	field := c.where(Standing.judged)
	possible := c.where(func(s Standing) bool { return s.State == Possible })
	simple := c.where(func(s Standing) bool { return s.judged() && s.Model.Usable })
	front := c.lowest(simple)
	if best := intersect(possible, simple); len(best) > 0 {
		front = c.lowest(best)
	}
	lacking := fmt.Sprintf("of what Go can simply use, %s %s the lowest %s so far", front.Model.Name, have(front.Model.Name), c.Metric.Name)
	switch {
	case len(field) == 0:
		return nil, "nothing was measured that could be compared"
	case len(field) == 1:
		return nil, fmt.Sprintf("%s has nothing to be compared with", c.called(field))
	case len(simple) == 0:
		return nil, fmt.Sprintf("nothing that Go can simply use was measured; the best may be %s", c.called(possible))
	case c.Rounds < c.Need && c.Metric.Name == CPU.Name: // nobody is ruled out by time yet, so the least CPU means little
		return nil, fmt.Sprintf("undecided after %s, it takes at least %d", plural(c.Rounds, "round"), c.Need)
	case c.Rounds < c.Need:
		return nil, fmt.Sprintf("undecided after %s, it takes at least %d; %s", plural(c.Rounds, "round"), c.Need, lacking)
	case c.Alone && len(intersect(possible, simple)) == 1:
		return possible, fmt.Sprintf("%s: alone at the front, take %s%s", possible[0], them(possible), c.next())
	}
	if near := c.near(simple); len(near) > 0 {
		return near, fmt.Sprintf("%s %s within 5 %% of the best%s: take %s", join(near), be(near), c.ahead(near), them(near))
	}
	if len(intersect(possible, simple)) == 0 {
		take, rest := amongUsable(judge(r.how, usable(cells), c.Metric))
		return take, fmt.Sprintf("%s would have won by %s; of what Go can simply use, %s",
			c.called(possible), Ratio(front.Ratio.Estimate), rest)
	}
	open := fmt.Sprintf("undecided between %s after %s; ", c.called(possible), plural(c.Rounds, "round"))
	if len(intersect(possible, simple)) < len(possible) { // Go's own may be decided all the same
		if take, rest := amongUsable(judge(r.how, usable(cells), c.Metric)); take != nil {
			return take, open + "of what Go can simply use, " + rest
		}
	}
	return nil, open + lacking
}

// amongUsable is rule 6: the contest of the usable models alone.
func amongUsable(c Contest) (take []string, text string) {
	field := c.where(Standing.judged)
	possible := c.where(func(s Standing) bool { return s.State == Possible })
	switch {
	case len(field) == 1:
		return field, fmt.Sprintf("%s %s the only choice left", field[0], be(field))
	case c.Alone:
		return possible, fmt.Sprintf("%s %s best", possible[0], be(possible))
	}
	if near := c.near(field); len(near) > 0 {
		return near, fmt.Sprintf("%s %s within 5 %% of the best: take %s", join(near), be(near), them(near))
	}
	return nil, fmt.Sprintf("it is undecided between %s", join(possible))
}

// judged reports whether the model was measured and is compared with others.
func (s Standing) judged() bool {
	return s.State == Possible || s.State == Beaten || s.State == Limited
}

// where returns the names of the models whose standing is so.
func (c Contest) where(so func(Standing) bool) []string {
	var names []string
	for _, s := range c.Standings {
		if so(s) {
			names = append(names, s.Model.Name)
		}
	}
	return names
}

// near returns those of the models that are shown to be within 5 % of the best.
func (c Contest) near(models []string) []string {
	return intersect(models, c.where(func(s Standing) bool { return s.judged() && s.Behind <= within }))
}

// lowest returns the standing with the lowest median of the models.
func (c Contest) lowest(models []string) Standing {
	lowest := Standing{Median: Interval{Estimate: math.Inf(1)}}
	for _, s := range c.Standings {
		if slices.Contains(models, s.Model.Name) && s.Median.Estimate < lowest.Median.Estimate {
			lowest = s
		}
	}
	return lowest
}

// next says who comes behind a winner, and how far.
func (c Contest) next() string {
	s := c.lowest(c.where(func(s Standing) bool { return s.State == Beaten && s.Against == c.Reference }))
	if s.Model.Name == "" {
		return ""
	}
	return fmt.Sprintf("; next is %s at %s", c.called([]string{s.Model.Name}), Ratio(s.Ratio.Estimate))
}

// ahead names the reference models that are alone before the recommended ones.
func (c Contest) ahead(near []string) string {
	possible := c.where(func(s Standing) bool { return s.State == Possible })
	if len(intersect(possible, near)) > 0 {
		return ""
	}
	return ", " + c.called(possible)
}

// called joins names, with a word on those that Go cannot simply use.
func (c Contest) called(names []string) string {
	var out []string
	for _, s := range c.Standings {
		switch {
		case !slices.Contains(names, s.Model.Name):
		case s.Model.Usable:
			out = append(out, s.Model.Name)
		default:
			out = append(out, s.Model.Name+" (a "+s.Model.Use()+")")
		}
	}
	return join(out)
}
