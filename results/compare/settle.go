package compare

import "github.com/concbench/concbench/results/stats"

// settle decides what differs, by all comparisons together. What was decided
// stays so, whatever others come to later.
func (j *Judging) settle() {
	if j.calls(false) {
		all, phantoms := j.family()
		e := evidence(all, phantoms)
		for i, level := range stats.ClosedAlpha(e, j.rule.alpha)[:len(all)] {
			s := all[i]
			side := s.first.beyond(j.rule)
			switch {
			case 2*e[i] < 1/level || side == 0 || !s.open() || s.suspect != 0:
			case len(j.plan.Layouts) > 0:
				s.suspect, s.looked = side, -1
			default:
				s.decided, s.level = toward(side), level
			}
		}
	}
	if j.calls(true) {
		all := j.suspects()
		e := suspicion(all)
		for i, level := range stats.ClosedAlpha(e, j.rule.alpha) {
			level *= 2 // one side alone is looked at
			if s := all[i]; e[i] >= 1/level && s.open() && s.fresh.beyond(j.rule) == s.suspect {
				s.decided, s.level = toward(s.suspect), level
			}
		}
	}
}

// calls says whether the coins, which say no less than the evidence, allow of a
// difference that is not decided yet: in the first trials, or in those of
// suspects.
func (j *Judging) calls(fresh bool) bool {
	none := true
	each := func(do func(s *series, won float64)) {
		for _, b := range j.subjects {
			for _, s := range b.series {
				switch {
				case !fresh && s.suspect == 0 && s.open():
					if won := s.first.won(0); won >= 1/j.rule.alpha && s.first.beyond(j.rule) != 0 {
						do(s, won)
					}
				case fresh && s.suspect != 0 && s.open():
					if won := s.fresh.won(s.suspect); won >= 1/j.rule.alpha && s.fresh.beyond(j.rule) == s.suspect {
						do(s, won)
					}
				}
			}
		}
	}
	each(func(*series, float64) { none = false })
	if none {
		return false
	}
	j.weigh()
	lack := j.all
	if fresh {
		lack = j.fresh
	}
	calls := false
	each(func(_ *series, won float64) { calls = calls || won >= 1/j.rule.alpha+lack }) // it lacks nothing itself
	return calls
}

func toward(side int) Verdict {
	if side > 0 {
		return Slower
	}
	return Faster
}

// family are the comparisons among which the error is divided: each benchmark by
// each metric that varies, decided or not. Phantoms are those that are expected
// of benchmarks which have no round yet.
func (j *Judging) family() (all []*series, phantoms int) {
	for _, b := range j.subjects {
		if b.after {
			continue
		}
		if len(b.rounds) == 0 {
			phantoms += expected(j.plan.Metrics)
		}
		for _, s := range b.series {
			if s.varies {
				all = append(all, s)
			}
		}
	}
	return all, phantoms
}

// expected is how many metrics of a benchmark are expected to vary.
func expected(metrics []string) int {
	n := 0
	for _, unit := range metrics {
		if !mostlyExact(unit) {
			n++
		}
	}
	return max(n, 1)
}

func (j *Judging) suspects() (all []*series) {
	for _, b := range j.subjects {
		for _, s := range b.series {
			if s.suspect != 0 && s.varies {
				all = append(all, s)
			}
		}
	}
	return all
}

// evidence returns the e-values of first trials, and of phantoms behind them.
func evidence(all []*series, phantoms int) []float64 {
	e := make([]float64, len(all), len(all)+phantoms)
	for i, s := range all {
		e[i] = s.first.evidence()
	}
	for range phantoms {
		e = append(e, 0.5) // as a trial without a round
	}
	return e
}

// suspicion returns the e-values of suspects, each towards its own side.
func suspicion(all []*series) []float64 {
	e := make([]float64, len(all))
	for i, s := range all {
		e[i] = s.fresh.towards(s.suspect)
	}
	return e
}
