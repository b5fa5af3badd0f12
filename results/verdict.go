package results

import (
	"fmt"
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
// A comparison over sweeps has no interval: it has a side where its rounds all
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
const ClaimsNote = "A claim holds here where every comparison of it that was measured lies beyond a margin of 5 % on its side, at 95 % (over sweeps: in each of three rounds); it fails where every one shows the contrary, or no difference; it depends where both occur; it is undecided where the rounds do not tell. It holds, or fails, on this machine and for this run's cells. Claims marked † hold by the way the model is built: what they test is the model."

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
	need := d.Run.method().at(familyError / 2).LeastRounds()
	if both {
		need = max(need, d.Run.method().at(familyError/float64(len(found))).LeastRounds())
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
