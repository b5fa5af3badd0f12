package compare

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/concbench/concbench/results"
)

// Judge judges the samples of a comparison. It may be asked at any time, after
// each round too: what it says holds however often one looks.
//
// Rounds up to Plan.Screen show which benchmarks may differ; these alone are
// judged, by the rounds after, in which they had no say. Of a round the last
// attempt counts that was not disturbed, else the last; a failure counts in any.
func Judge(p *Plan, samples []Sample) *Report {
	r := &Report{Plan: p, gate: newGate(p), within: map[Key]map[string][]float64{}}
	rounds := chosen(samples)
	for _, b := range p.Benchmarks {
		res := Result{Benchmark: b}
		if b.State == Compared {
			r.fill(&res, rounds[b.Key()])
		}
		r.Results = append(r.Results, res)
	}
	if p.Kind == AA {
		return r
	}
	suspects, steps := 0, 0
	standings := make([][]standing, len(r.Results))
	for i := range r.Results {
		for j := range r.Results[i].points {
			st := r.gate.screened(&r.Results[i].points[j])
			standings[i] = append(standings[i], st)
			if r.Results[i].failedEarly {
				continue // a later failure leaves the family as it is
			}
			switch st {
			case suspect:
				suspects++
			case stepped:
				steps++
			}
		}
	}
	r.Family, r.suspects = suspects+steps, suspects
	r.gate.family(suspects, steps)
	for i := range r.Results {
		for j := range r.Results[i].points {
			r.judge(&r.Results[i].Comparisons[j], &r.Results[i].points[j], standings[i][j])
		}
	}
	return r
}

// chosen returns the sample of each round that counts.
func chosen(samples []Sample) map[Key]map[int]*Sample {
	of := map[Key]map[int]*Sample{}
	for i := range samples {
		s := &samples[i]
		k := s.Pair.Key()
		if of[k] == nil {
			of[k] = map[int]*Sample{}
		}
		if before := of[k][s.Pair.Round]; before == nil || s.over(before) {
			of[k][s.Pair.Round] = s
		}
	}
	return of
}

// over says whether s counts and not t, which is of the same round. A failure
// does in any attempt. What was measured plays no part in it.
func (s *Sample) over(t *Sample) bool {
	if failed := s.Pair.Failed != ""; failed != (t.Pair.Failed != "") {
		return failed
	}
	if s.Pair.Disturbed != t.Pair.Disturbed {
		return !s.Pair.Disturbed
	}
	return s.Pair.Attempt >= t.Pair.Attempt
}

// fill takes in what was measured of a benchmark.
func (r *Report) fill(res *Result, rounds map[int]*Sample) {
	p := r.Plan
	order := slices.Sorted(maps.Keys(rounds))
	failures := 0
	for _, round := range order {
		s := rounds[round]
		switch {
		case s.Pair.Failed != "":
			if failures++; failures == 1 {
				res.failedEarly = round <= p.Screen
				res.Failure, res.Log = fmt.Sprintf("in round %d, %s", round, s.Pair.Failed), s.Pair.Log
			}
			continue
		case round <= p.Screen || p.Kind == AA:
			res.Screened++
		default:
			res.Confirmed++
		}
		if s.Pair.Disturbed {
			res.Disturbed++
		}
	}
	if failures > 1 {
		res.Failure += fmt.Sprintf(", and in %d more", failures-1)
	}
	for _, unit := range p.Metrics {
		c, points, within, oneSided := Comparison{Metric: unit}, series{}, []float64(nil), false
		for _, round := range order {
			s := rounds[round]
			base, head, ok, err := s.figures(unit)
			if err != nil {
				res.Note = err.Error()
			}
			if !ok {
				oneSided = oneSided || s.oneSided(unit)
				continue
			}
			c.Higher = higher(unit, s.Better)
			at := newPoint(base, head, c.Higher)
			at.one = [2]float64{s.one[0][unit], s.one[1][unit]}
			if round <= p.Screen || p.Kind == AA {
				points.screen = append(points.screen, at)
			} else {
				points.add(at)
			}
			within = append(within, s.Within[unit]...)
		}
		if oneSided {
			res.OneSided = append(res.OneSided, unit)
		}
		if len(points.screen)+len(points.fresh) == 0 {
			continue
		}
		res.Comparisons, res.points = append(res.Comparisons, c), append(res.points, points)
		if r.within[res.Key()] == nil {
			r.within[res.Key()] = map[string][]float64{}
		}
		r.within[res.Key()][unit] = within
	}
}

// judge fills in what the comparison comes to.
func (r *Report) judge(c *Comparison, s *series, st standing) {
	c.Candidate = st.candidate()
	judged := s.fresh
	if !c.Candidate || len(judged) == 0 {
		judged = s.screen
	}
	c.Base, c.Head = medians(judged)
	c.D = results.Interval{Estimate: median(differences(judged)), Lo: math.Inf(-1), Hi: math.Inf(1), N: len(judged)}
	switch st {
	case unscreened:
		c.Verdict = Undecided
	case unremarkable:
		c.Verdict = Clear
	case equal:
		c.Verdict = Clear
		if agree(s.screen[0], s.fresh) {
			d := s.screen[0].d
			c.Verdict, c.Exact, c.D.Lo, c.D.Hi = Same, true, d, d
		} else if math.Abs(median(differences(s.fresh))) >= r.gate.limit/2 {
			c.Verdict = Undecided // it was the same while screening, and is not any more
		}
	default:
		v, d := r.gate.decide(s, st)
		c.Verdict = v
		c.Exact = st == stepped && len(s.fresh) >= exactRounds && agree(s.screen[0], s.fresh)
		if len(s.fresh) > 0 {
			c.D = d
		}
		if v == Undecided {
			c.Needs = r.gate.needs(s, st)
		}
	}
	c.Ratio = ratio(c.D, c.Higher)
}
