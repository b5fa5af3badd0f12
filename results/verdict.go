package results

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Verdict is what a run says of a claim, on its machine.
type Verdict struct {
	Claim    Claim
	Outcome  Ruling
	Why      string // in words
	Evidence []Evidence
}

// A Ruling is how a claim came out.
type Ruling string

const (
	ClaimHolds       Ruling = "holds"        // in every cell of the claim that was measured
	ClaimFails       Ruling = "fails"        // in every cell: beyond the margin the other way, or the same
	ClaimDepends     Ruling = "depends"      // it holds in some cells and fails in others
	ClaimUndecided   Ruling = "undecided"    // the rounds show neither
	ClaimNotMeasured Ruling = "not measured" // the run has no cell of it
	ClaimNotJudged   Ruling = "not judged"   // an opinion, or about another world
)

// Evidence is one comparison, or one figure, of a claim.
type Evidence struct {
	Where string // the job, or the sweep
	What  string // "eventloop ÷ threads"
	Found string // "0.81× [0.76, 0.85]"
	Side  Side
}

// A Side says which way a piece of evidence points.
type Side int

const (
	Neither Side = iota
	For
	Against
)

func (s Side) String() string { return [...]string{"open", "for", "against"}[s] }

// Verdicts judges every claim on the run's cells.
//
// A claim holds where every comparison is shown to be on its side beyond the
// margin, each at 95 %: that all of them are needs no correction (Berger 1982,
// Technometrics 24:295, intersection–union). The same goes for all being
// against it. That some are for it and others against it takes a bound on its
// side for each that all hold together at 95 % (Bonferroni).
//
// A comparison over sweeps has no interval: it has a side where its rounds
// agree. Work that is not this suite's is no evidence, whatever it is called.
func (d *Data) Verdicts() []Verdict {
	all := make([]Verdict, len(Claims))
	for i, c := range Claims {
		all[i] = d.verdict(c)
	}
	return all
}

// Judged returns the verdicts on the claims of which the run has measured
// something.
func (d *Data) Judged() []Verdict {
	return slices.DeleteFunc(d.Verdicts(), func(v Verdict) bool { return v.Outcome == ClaimNotMeasured || v.Outcome == ClaimNotJudged })
}

// ClaimsNote says how the verdicts are to be read.
const ClaimsNote = "A claim holds here where every comparison of it that was measured lies beyond a margin of 5 % on its side, at 95 %; it fails where every one shows the contrary, or no difference; it depends where both occur; it is undecided where the rounds do not tell. It holds, or fails, on this machine and for this run's cells. Claims marked † hold by the way the model is built: what they test is the model."

// Called is the claim's name, with its mark.
func (c Claim) Called() string {
	if c.Built {
		return c.ID + " †"
	}
	return c.ID
}

func (d *Data) verdict(c Claim) Verdict {
	v := Verdict{Claim: c}
	switch {
	case c.Opinion != "":
		v.Outcome, v.Why = ClaimNotJudged, "an opinion: "+c.Opinion
		return v
	case c.World != "":
		v.Outcome, v.Why = ClaimNotJudged, "it is about "+c.World+", which this suite does not measure yet"
		return v
	}
	var found []finding
	var lacking []string // tests of which nothing was measured
	for _, t := range c.Tests {
		of := d.findings(t)
		if len(of) == 0 {
			lacking = append(lacking, t.Words())
		}
		found = append(found, of...)
	}
	alone := func(f finding) Side { return f.side(1) }
	for _, f := range found {
		v.Evidence = append(v.Evidence, Evidence{f.where, f.what, f.text, alone(f)})
	}
	together := func(f finding) Side { return f.side(len(found)) }
	every := func(side Side) bool {
		return !slices.ContainsFunc(found, func(f finding) bool { return alone(f) != side })
	}
	both := some(found, alone, For) && some(found, alone, Against)
	switch {
	case len(found) == 0:
		v.Outcome, v.Why = ClaimNotMeasured, "no cell of it was measured"
	case c.Cores > d.Env.Cores:
		v.Outcome, v.Why = ClaimUndecided, fmt.Sprintf("it takes at least %d cores; cores left to the model: %d", c.Cores, d.Env.Cores)
	case len(lacking) > 0 && (every(For) || every(Against)):
		v.Outcome, v.Why = ClaimUndecided, "nothing was measured of this: "+strings.Join(lacking, "; ")
	case every(For):
		v.Outcome, v.Why = ClaimHolds, "in "+comparisons(len(found))
	case every(Against):
		v.Outcome, v.Why = ClaimFails, "in "+comparisons(len(found))
	case some(found, together, For) && some(found, together, Against):
		v.Outcome, v.Why = ClaimDepends, fmt.Sprintf("for it: %s. Against it: %s", listed(found, together, For), listed(found, together, Against))
	default:
		v.Outcome, v.Why = ClaimUndecided, d.lack(found, alone, both)
	}
	return v
}

// lack says what it would take to decide.
func (d *Data) lack(found []finding, side func(finding) Side, both bool) string {
	count := map[Side]int{}
	limited, failed, swept := 0, 0, 0
	for _, f := range found {
		count[side(f)]++
		if side(f) != Neither {
			continue
		}
		switch {
		case f.limited:
			limited++
		case f.failed:
			failed++
		case f.swept:
			swept++
		}
	}
	text := fmt.Sprintf("of %s, %d for it, %d against it, %d open", plural(len(found), "comparison"), count[For], count[Against], count[Neither])
	need := TwoSided(familyError, 1).Rounds()
	if both {
		need = max(need, oneSided(len(found)).Rounds())
	}
	switch {
	case failed > 0:
		text += fmt.Sprintf("; %d of them failed", failed)
	case d.Rounds < need:
		text += fmt.Sprintf("; it takes at least %d rounds", need)
	case swept > 0:
		text += fmt.Sprintf("; %d are over sweeps whose rounds do not tell", swept)
	case limited > 0:
		text += fmt.Sprintf("; in %d the origin was the limit: a machine with more cores could tell", limited)
	case count[Neither] > 0:
		text += "; more rounds could tell"
	}
	return text
}

func comparisons(n int) string {
	if n == 1 {
		return "the one comparison of this run"
	}
	return fmt.Sprintf("all %d comparisons of this run", n)
}

// some says whether any finding is on a side.
func some(found []finding, side func(finding) Side, want Side) bool {
	return slices.ContainsFunc(found, func(f finding) bool { return side(f) == want })
}

// listed names the places of the findings on one side, a place once.
func listed(found []finding, side func(finding) Side, want Side) string {
	var names []string
	for _, f := range found {
		if name := f.where + ", " + f.what; side(f) == want && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, "; ")
}

// A finding is a piece of evidence before it is known with how many others it
// is to hold.
type finding struct {
	where, what, text string
	side              func(m int) Side // with m comparisons that hold together
	limited           bool             // the origin was the limit for one of the two
	failed            bool             // a cell of it failed
	swept             bool             // it is over a sweep
}

// oneSided is a sequence of which m bounds, each on the side that matters, hold
// together.
func oneSided(m int) Sequence { return Sequence{familyError / float64(m)} }

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
	if above == 0 && total < TwoSided(familyError, 1).Rounds() {
		side = Neither
	}
	return finding{
		where: r.Full(), what: c.Of.Name + ": " + t.Unit, side: func(int) Side { return side },
		text: fmt.Sprintf("above zero in %d of %s", above, plural(total, "round")),
	}
}

// compare compares two cells within each round that has both.
func (t Test) compare(r Row, a, b CellData) finding {
	d := logRatios(a.figures(t.Unit), b.figures(t.Unit))
	shown := TwoSided(familyError, 1).Interval(d).exp()
	by := Metric{Unit: t.Unit, Served: t.Unit != CPU.Unit && t.Unit != Footprint.Unit}
	limitedA, limitedB := a.state(by) == Limited, b.state(by) == Limited
	f := finding{
		where: r.Full(), what: a.Of.Name + " ÷ " + b.Of.Name, limited: limitedA || limitedB,
		side: func(m int) Side {
			if m == 1 {
				return t.Says.side(TwoSided(familyError, 1).Interval(d), limitedA, limitedB)
			}
			return t.Says.side(oneSided(m).Interval(d), limitedA, limitedB)
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
	case Same:
		yes, no = notLess && notMore, less || more
	}
	switch {
	case yes:
		return For
	case no:
		return Against
	}
	return Neither
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
