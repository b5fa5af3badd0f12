package compare

import (
	"fmt"
	"slices"

	"github.com/concbench/concbench/results/record"
)

// A Judging judges a comparison while it is measured. It takes rounds in as they
// come, and may be asked after each: what it says holds however often one looks.
//
// A difference is found in two trials. The first one is over the rounds of the
// linker's own layout. What it finds is a suspect where the plan has layouts: it
// is measured again in those, and must be seen in these rounds alone.
type Judging struct {
	plan     *Plan
	rule     rule
	slots    slots
	subjects []*subject // benchmarks that are measured, as in the plan
	of       map[slot]*subject
	blocks   map[string]*block
	strange  int // rounds that the plan has no benchmark for

	all, fresh float64 // what all comparisons lack together, and all suspects: see Next
	stale      bool
}

// A block is what is measured together.
type block struct {
	rounds   []record.Round // all attempts
	serial   bool           // as its last round
	subjects []*subject
}

// A subject is a benchmark under judgement.
type subject struct {
	slot
	better   map[string]string
	rounds   []record.Round // that count
	last     int            // number of the last round, counted or not
	seen     int            // rounds, counted or not
	failures int
	failure  string
	log      string
	skipped  string
	note     string
	series   []*series // as metrics it has
	oneSided []string
}

// NewJudging begins to judge the comparison of a plan.
func NewJudging(p *Plan) *Judging {
	j := &Judging{plan: p, rule: newRule(p), slots: newSlots(p), of: map[slot]*subject{}, blocks: map[string]*block{}, stale: true}
	for _, b := range p.Benchmarks {
		if !p.measured(b) {
			continue
		}
		better := map[string]string{}
		if pkg := p.pkg(b.Package); pkg != nil {
			better = pkg.better()
		}
		for _, after := range []bool{false, true} {
			at := slot{b.Key(), after}
			if after && p.Kind != AA || j.of[at] != nil {
				continue
			}
			s := &subject{slot: at, better: better}
			name := p.Block(b)
			if after {
				name += AfterSuffix
			}
			j.of[at] = s
			j.subjects = append(j.subjects, s)
			j.block(name).subjects = append(j.block(name).subjects, s)
		}
	}
	return j
}

func (j *Judging) block(name string) *block {
	if j.blocks[name] == nil {
		j.blocks[name] = &block{}
	}
	return j.blocks[name]
}

// Add takes a round in. Of the attempts at a round one alone counts, as
// record.Counted has it; a failure counts in any.
func (j *Judging) Add(r record.Round) {
	at, ok := j.slots.of(&r)
	s := j.of[at]
	if !ok || s == nil {
		j.strange++
		return
	}
	b := j.block(r.Block)
	turned := len(b.rounds) > 0 && b.serial != (r.Serial != "")
	b.rounds, b.serial = append(b.rounds, r), r.Serial != ""
	s.notice(&r)
	again := r.Round <= s.last
	if !again {
		s.last = r.Round
		s.seen++
	}
	switch {
	case turned: // those of both ways are never pooled
		for _, s := range b.subjects {
			j.again(b, s)
		}
	case again:
		j.again(b, s)
	case len(record.Counted([]record.Round{r})) > 0:
		j.take(s, r)
	}
}

// again judges a subject anew, by the rounds that count now.
func (j *Judging) again(b *block, s *subject) {
	s.rounds, s.series, s.oneSided, s.note = nil, nil, nil, ""
	own := slices.DeleteFunc(slices.Clone(b.rounds), func(r record.Round) bool {
		at, _ := j.slots.of(&r)
		return at != s.slot
	})
	// The block's last round says which way of measuring counts, whosever it is.
	own = slices.DeleteFunc(own, func(r record.Round) bool { return b.serial != (r.Serial != "") })
	for _, r := range record.Counted(own) {
		j.take(s, r)
	}
}

// notice notes what became of the arms of a round.
func (s *subject) notice(r *record.Round) {
	for i := range r.Arms {
		switch a := &r.Arms[i]; {
		case a.Failed != "":
			if s.failures++; s.failures == 1 {
				s.failure, s.log = fmt.Sprintf("in round %d, %s: %s", r.Round, a.Name, a.Failed), a.Log
			}
		case a.NotRun != "" && s.skipped == "":
			s.skipped = a.Name + ": " + a.NotRun
		}
	}
}

// take takes in a round that counts, and looks.
func (j *Judging) take(s *subject, r record.Round) {
	s.rounds = append(s.rounds, r)
	base, head := r.Of(BaseArm), r.Of(HeadArm)
	if base == nil || head == nil || len(base.Cycles) == 0 || len(head.Cycles) == 0 {
		return
	}
	for _, unit := range j.plan.Metrics {
		if has(base, unit) != has(head, unit) && !slices.Contains(s.oneSided, unit) {
			s.oneSided = append(s.oneSided, unit)
		}
		of := s.by(unit)
		better := higher(unit, s.better)
		p, ok, err := newPoint(base, head, unit, better)
		switch {
		case err != nil:
			s.note = err.Error()
			continue
		case !ok:
			continue
		case of == nil:
			of = newSeries(unit, better, j.rule)
			s.series = append(s.series, of)
		}
		of.add(p, r.Layout)
		if j.plan.Kind == Gate && of.open() && of.trial().same(j.rule) {
			of.decided, of.level = Same, sameAlpha
		}
	}
	if j.plan.Kind == Gate {
		j.settle()
	}
	j.stale = true
}

// by returns what is known of a metric, nil if nothing.
func (s *subject) by(unit string) *series {
	at := slices.IndexFunc(s.series, func(of *series) bool { return of.unit == unit })
	if at < 0 {
		return nil
	}
	return s.series[at]
}
