package runs

import (
	"fmt"
	"strings"
	"time"

	"github.com/concbench/concbench/results"
)

// Summary says what is to be measured, how long it may take, and what is not
// measured and why.
func (p *Plan) Summary(m Memory) string {
	s := p.parts()
	if p.Budget > 0 {
		s += fmt.Sprintf("; for %v at most, and no longer than it takes to decide\n", p.Budget)
	} else {
		s += fmt.Sprintf("; %s, about %s\n", count(p.Rounds, "round"), p.expected(m))
	}
	s += p.undecidable(m)
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

// expected says how long it takes to measure the plan: see Expect.
func (p *Plan) expected(m Memory) string {
	took, unknown := p.Expect(m)
	if unknown == 0 {
		return about(took)
	}
	what := count(unknown, "job")
	switch {
	case len(p.Suites) == 0:
		what = count(unknown, "benchmark")
	case len(p.Plains) > 0:
		what = fmt.Sprintf("%d jobs and benchmarks", unknown)
	}
	return fmt.Sprintf("%s (%s never measured before, at a guess)", about(took), what)
}

// undecidable says so where the plan has too few rounds to decide between the
// models of a job, or too little time.
func (p *Plan) undecidable(m Memory) (s string) {
	models := 0
	for _, suite := range p.Suites {
		for _, j := range suite.Plan.Jobs {
			if !j.Sweep { // which are judged by the whole series
				models = max(models, len(p.job(suite, j).Arms))
			}
		}
	}
	if models < 2 {
		return ""
	}
	if least := p.asRun().LeastRounds(models); p.Rounds < least {
		s = fmt.Sprintf("%s cannot decide between %d models: it takes at least %d (--rounds)\n", count(p.Rounds, "round"), models, least)
	}
	left := p.Budget
	if !p.Begin.IsZero() {
		left -= time.Since(p.Begin)
	}
	if took, _ := p.Expect(m); p.Budget > 0 && took > left {
		s += fmt.Sprintf("the budget of %v cannot decide all of it: it takes at least about %s\n", p.Budget, p.expected(m))
	}
	return s
}

// asRun is the plan as a run records it.
func (p *Plan) asRun() *results.Run {
	run := &results.Run{Version: results.Version}
	p.describe(run)
	return run
}
