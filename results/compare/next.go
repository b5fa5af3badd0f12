package compare

import (
	"fmt"

	"github.com/concbench/concbench/results/stats"
)

// Next says how the next round of a block is to be measured. Done means that it
// needs none: all its comparisons are decided, or failed, or have the plan's
// rounds. Least is about how many rounds it takes to decide one that is open, at
// least 1; layout is the seed of the link layout, 0 the linker's own. Benchmarks
// are those that are open of a block of several, nil if all are.
func (j *Judging) Next(name string) (done bool, least, layout int, benchmarks []string) {
	b := j.blocks[name]
	if b == nil {
		return true, 0, 0, nil
	}
	if j.stale {
		j.weigh()
	}
	least = mostAhead
	rounds := -1 // over layouts, of the suspect that has the fewest
	for _, s := range b.subjects {
		if !j.wants(s) {
			continue
		}
		benchmarks = append(benchmarks, s.Benchmark)
		least = min(least, j.least(s))
		if n, suspected := s.layouts(); suspected && (rounds < 0 || n < rounds) {
			rounds = n
		}
	}
	switch {
	case len(benchmarks) == 0:
		return true, 0, 0, nil
	case len(benchmarks) == len(b.subjects):
		benchmarks = nil
	}
	if rounds >= 0 {
		layout = j.plan.Layouts[rounds%len(j.plan.Layouts)]
	}
	return false, max(1, least), layout, benchmarks
}

// wants says whether a further round of a benchmark is of use.
func (j *Judging) wants(s *subject) bool {
	if s.failures > 0 || s.skipped != "" || s.seen >= j.plan.Rounds {
		return false
	}
	if j.plan.Kind == AA || len(s.rounds) == 0 {
		return true
	}
	for _, of := range s.series {
		if of.open() {
			return true
		}
	}
	return false
}

// layouts returns how many rounds a benchmark has in link layouts, and whether
// anything of it is to be seen in them.
func (s *subject) layouts() (n int, suspected bool) {
	for _, of := range s.series {
		suspected = suspected || of.suspect != 0 && of.open()
	}
	for i := range s.rounds {
		if s.rounds[i].Layout != 0 {
			n++
		}
	}
	return n, suspected
}

// least estimates the rounds until one of the benchmark's comparisons is decided.
func (j *Judging) least(s *subject) int {
	if j.plan.Kind == AA {
		return j.plan.Rounds - s.seen
	}
	least := mostAhead
	if len(s.series) == 0 {
		least = equalRounds(2 * (j.all + 0.5))
	}
	for _, of := range s.series {
		if of.open() {
			if n := j.ahead(of); n > 0 {
				least = min(least, n)
			}
		}
	}
	return least
}

// mostAhead is as far as anyone looks ahead.
const mostAhead = 300

// weigh sums up what all comparisons lack for a rejection: stats.Closed wants of
// each 1/alpha, and what the others lack of that.
func (j *Judging) weigh() {
	all, phantoms := j.family()
	j.all = float64(phantoms) * j.lacks(0.5)
	for _, s := range all {
		j.all += j.lacks(s.first.won(0))
	}
	j.fresh = 0
	for _, s := range j.suspects() {
		j.fresh += j.lacks(s.fresh.won(s.suspect))
	}
	j.stale = false
}

func (j *Judging) lacks(e float64) float64 { return max(1/j.rule.alpha-e, 0) }

// ahead estimates in how many rounds a comparison will be decided, if they fall
// as those so far did: they are repeated in turn. It is 0 where it takes more
// than 300. Of few rounds it is a rough guess, and rather too low.
func (j *Judging) ahead(s *series) int {
	of := s.trial()
	if s.looked == len(of.d) {
		return s.ahead
	}
	if !s.varies { // it will be seen to be constant, or not
		s.looked, s.ahead = len(of.d), max(1, exactRounds-len(s.points))
		return s.ahead
	}
	need := 1/j.rule.alpha + j.all - j.lacks(of.won(0))
	side := 0
	if s.suspect != 0 {
		need, side = 1/j.rule.alpha+j.fresh-j.lacks(of.won(s.suspect)), s.suspect
	}
	s.looked, s.ahead = len(of.d), of.ahead(j.rule, need, side)
	if s.suspect == 0 && len(j.plan.Layouts) > 0 && s.ahead > 0 && of.beyond(j.rule) != 0 {
		s.ahead += equalRounds(1/j.rule.alpha + j.fresh) // to be seen again
	}
	return s.ahead
}

// ahead is Judging.ahead of a trial that needs so much evidence of a difference
// towards a side.
func (t *trial) ahead(r rule, need float64, side int) int {
	n := len(t.d)
	if n == 0 {
		if side == 0 {
			need *= 2
		}
		return equalRounds(need)
	}
	next := t.clone()
	towards := next.beyond(r) // repeating rounds moves no median
	for k := range mostAhead {
		next.look(t.d[k%n])
		if next.maybeSame() || towards != 0 && (side == 0 || side == towards) && next.won(side) >= need {
			return k + 1
		}
	}
	return 0
}

// equalRounds is how many rounds it takes, all with the same difference, for so
// much evidence on one side.
func equalRounds(need float64) int { return stats.Bet{Alpha: 1 / need}.LeastRounds() }

// LeastRounds returns the smallest number of rounds in which any benchmark can
// be the same, and in which any can be slower or faster among all that the plan
// compares, its layouts included. What spreads takes more.
func (p *Plan) LeastRounds() (same, different int) {
	m := 0
	for _, b := range p.Benchmarks {
		if p.measured(b) {
			m += expected(p.Metrics)
		}
	}
	same = stats.Bet{Alpha: sameAlpha}.LeastRounds()
	different = stats.LeastRounds(max(m, 1), p.Alpha)
	if len(p.Layouts) > 0 {
		different += stats.Bet{Alpha: p.Alpha}.LeastRounds()
	}
	return same, different
}

// CanDecide says whether so many rounds a benchmark can decide anything: why not,
// and "" where they can. Exact figures take 3.
func (p *Plan) CanDecide(rounds int) string {
	same, different := p.LeastRounds()
	takes := fmt.Sprintf("it takes at least %d rounds to show that a benchmark is the same, and %d that it is slower or faster", same, different)
	switch {
	case rounds < min(same, different):
		return fmt.Sprintf("%s can decide nothing but exact figures: %s", count(rounds, "round"), takes)
	case rounds < different:
		return fmt.Sprintf("%s cannot show any difference: %s", count(rounds, "round"), takes)
	}
	return ""
}
