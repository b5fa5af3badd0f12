package engine

import (
	"fmt"
	"strings"
)

// Summary says what is to be measured, how long it may take, and what is not
// measured and why.
func (p *Plan) Summary(e Expectation) string {
	s := p.parts() + "; " + count(p.Rounds, "round")
	sweeps := 0
	for _, j := range p.Jobs {
		if j.Sweep {
			sweeps++
		}
	}
	if sweeps > 0 && p.Rounds > sweepRounds {
		s += fmt.Sprintf(", of the %s of sweeps %d", count(sweeps, "job"), sweepRounds)
	}
	s += "\n"
	if e.Time > 0 { // else nothing is runnable
		s += "expected: about " + about(e.Time)
		if p.Budget > 0 && e.Time > p.Budget {
			s += fmt.Sprintf("; the budget of %v ends it sooner", p.Budget)
		}
		s += " (" + e.by() + ")\n"
	}
	for _, x := range p.Plains {
		if x.Whole && p.Plain.Isolate == Either {
			s += fmt.Sprintf("one process for all benchmarks of %s, whose set-up outweighs measuring (--isolate benchmark is the other way)\n", x.Path)
		}
	}
	switch n := len(p.empty); {
	case n > 5:
		s += fmt.Sprintf("--bench %q matches nothing in %d packages\n", p.Plain.Bench, n)
	case n > 0:
		s += fmt.Sprintf("--bench %q matches nothing in %s\n", p.Plain.Bench, strings.Join(p.empty, ", "))
	}
	for _, line := range leftOut(p.NotMeasured) {
		s += "not measured: " + line + "\n"
	}
	return s
}

// parts says what is to be measured of suites, and of packages.
func (p *Plan) parts() string {
	var parts []string
	plain, not := 0, 0
	for _, c := range p.Cells {
		if c.Plain() {
			plain++
		}
		if c.NotRunnable != "" {
			not++
		}
	}
	if len(p.Suites) > 0 {
		s := fmt.Sprintf("%s under %s: %s", count(len(p.Jobs), "job"), count(len(p.models), "model"), count(len(p.Cells)-plain, "cell"))
		if not > 0 {
			s += fmt.Sprintf(", %d of them not runnable", not)
		}
		parts = append(parts, s)
	}
	if plain > 0 {
		parts = append(parts, fmt.Sprintf("%s of %s", count(plain, "benchmark"), count(len(p.Plains), "package")))
	}
	return strings.Join(parts, "; ")
}

// by says what the expectation rests on.
func (e Expectation) by() string {
	var by []string
	if e.Known > 0 {
		by = append(by, fmt.Sprintf("by %s in %s", count(e.Memory.runs, "earlier run"), e.Memory.dir))
	}
	if e.Unknown > 0 {
		by = append(by, fmt.Sprintf("%s never measured, taken at %v s", count(e.Unknown, "cell"), guess.Seconds()))
	}
	if e.Taken > 0 {
		by = append(by, fmt.Sprintf("%s never measured, taken at set-up and twice the slices", count(e.Taken, "benchmark")))
	}
	return strings.Join(by, "; ")
}
