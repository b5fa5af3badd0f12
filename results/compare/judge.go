package compare

import (
	"math"

	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/results/stats"
)

// Judge judges the rounds of a comparison, all attempts, in the order in which
// they were measured. It may be asked at any time, after each round too: what it
// says holds however often one looks. It looks after each, as was done while
// they were measured.
func Judge(p *Plan, rounds []record.Round) *Report {
	j := NewJudging(p)
	for _, r := range rounds {
		j.Add(r)
	}
	return j.Report()
}

// Report says what the rounds so far come to.
func (j *Judging) Report() *Report {
	r := &Report{Plan: j.plan, judging: j}
	all, phantoms := j.family()
	r.Family = len(all) + phantoms
	j.weigh()
	levels := j.levels()
	for _, b := range j.plan.Benchmarks {
		res := Result{Benchmark: b}
		if s := j.of[slot{b.Key(), false}]; s != nil {
			j.fill(&res, s, levels)
		}
		if twin := j.of[slot{b.Key(), true}]; twin != nil && twin.failures > 0 && res.Failure == "" {
			res.Failure, res.Log = twin.failure+AfterSuffix, twin.log
		}
		r.Results = append(r.Results, res)
	}
	return r
}

// levels returns the error, on each side, of the intervals that would decide
// what is open.
func (j *Judging) levels() map[*series]float64 {
	levels := map[*series]float64{}
	if j.plan.Kind == AA {
		return levels
	}
	all, phantoms := j.family()
	for i, level := range stats.ClosedAlpha(evidence(all, phantoms), j.rule.alpha) {
		if i < len(all) {
			levels[all[i]] = level
		}
	}
	again := j.suspects()
	for i, level := range stats.ClosedAlpha(suspicion(again), j.rule.alpha) {
		levels[again[i]] = 2 * level // one side alone is looked at
	}
	return levels
}

// fill says what became of a benchmark.
func (j *Judging) fill(res *Result, s *subject, levels map[*series]float64) {
	res.Note, res.OneSided = s.note, s.oneSided
	if s.failures > 0 {
		res.Failure, res.Log = s.failure, s.log
	}
	if s.failures > 1 {
		res.Failure += ", and in " + count(s.failures-1, "more round")
	}
	if s.skipped != "" && s.failures == 0 {
		res.State, res.Why = Skipped, s.skipped
	}
	res.Rounds = len(s.rounds)
	for i := range s.rounds {
		r := &s.rounds[i]
		res.Serial = r.Serial
		if r.Layout != 0 {
			res.Layouts++
		}
		if r.Disturbed() {
			res.Disturbed++
		}
		if busy(r) {
			res.Busy++
		}
	}
	for _, unit := range j.plan.Metrics {
		if of := s.by(unit); of != nil {
			res.series = append(res.series, of)
			res.Comparisons = append(res.Comparisons, j.compared(s, of, levels))
		}
	}
}

// busyShare of a core is what a process may use while it is not its turn.
const busyShare = 0.05

func busy(r *record.Round) bool {
	for i := range r.Arms {
		if r.Arms[i].Parked > busyShare {
			return true
		}
	}
	return false
}

// compared says what a comparison comes to.
func (j *Judging) compared(b *subject, s *series, levels map[*series]float64) Comparison {
	c := Comparison{Metric: s.unit, Higher: s.higher, Suspect: s.suspect != 0, side: s.suspect}
	c.Base, c.Head = medians(s.points)
	if j.plan.Kind == AA {
		c.D = stats.Interval{Estimate: stats.Median(differences(s.points)), Lo: math.Inf(-1), Hi: math.Inf(1), N: len(s.points)}
		c.Ratio = ratio(c.D, s.higher)
		return c
	}
	if p := s.figures; s.constant {
		v, d := p.compared(j.plan.Threshold, s.higher)
		c.Verdict, c.Exact, c.Suspect = v, true, false
		c.Base, c.Head = p.base, p.head
		c.D = stats.Interval{Estimate: d, Lo: d, Hi: d, N: len(s.points)}
		c.Ratio = ratio(c.D, s.higher)
		return c
	}
	if tail := s.tail(j.rule); tail != 0 {
		c.Tail = ratio(stats.Interval{Estimate: tail}, s.higher).Estimate
	}
	of, level := s.trial(), s.level
	if s.decided == "" {
		c.Verdict = Undecided
		if level = levels[s]; level == 0 { // too few rounds to say whether it varies
			level = j.rule.alpha / 2 / float64(len(levels)+1)
		}
		s.looked = -1 // what it needs may have changed with the others
		c.Needs = j.ahead(s)
		c.Far = b.seen+c.Needs > j.plan.Rounds
		if len(of.d) == 0 {
			of = &s.first
		}
	} else {
		c.Verdict = s.decided
	}
	if s.decided == Same && s.suspect != 0 {
		c.Note = "it looked " + c.word(toward(s.suspect)) + " in the linker's own layout, and in other layouts it is not: where the linker puts the code makes that difference"
	}
	c.D = stats.Bet{Alpha: level}.Interval(of.d)
	c.Ratio = ratio(c.D, s.higher)
	return c
}

// medians returns the medians of both sides.
func medians(ps []point) (base, head float64) {
	b, h := make([]float64, len(ps)), make([]float64, len(ps))
	for i, p := range ps {
		b[i], h[i] = p.base, p.head
	}
	return stats.Median(b), stats.Median(h)
}

// ratio returns the ratios of head to base that turned differences stand for.
func ratio(d stats.Interval, higher bool) stats.Interval {
	if higher {
		d.Estimate, d.Lo, d.Hi = -d.Estimate, -d.Hi, -d.Lo
	}
	d.Estimate, d.Lo, d.Hi = math.Exp(d.Estimate), math.Exp(d.Lo), math.Exp(d.Hi)
	return d
}
