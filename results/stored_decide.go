package results

import (
	"math"
	"slices"
)

// constantRounds is from how many equal figures on a figure is held to be
// constant.
const constantRounds = 3

func constant(x []float64) bool {
	return len(x) >= constantRounds && slices.Min(x) == slices.Max(x)
}

func perTask(x []float64, tasks int) []float64 {
	each := make([]float64, len(x))
	for i, v := range x {
		each[i] = v / float64(max(tasks, 1))
	}
	return each
}

// decide gives each comparison its interval and verdict, at an error that all
// comparisons share (Bonferroni).
func (s *Stored) decide() {
	limit := math.Log(1 + s.Threshold)
	alpha := s.errorOfOne()
	for i := range s.Comparisons {
		c := &s.Comparisons[i]
		if !c.Exact {
			c.Ratio = exp(Shift(logs(c.figures[0]), logs(c.figures[1]), alpha))
		}
		c.Verdict = c.judge(limit, alpha)
	}
}

// errorOfOne is what one comparison has of the error.
func (s *Stored) errorOfOne() float64 {
	family := 0
	for _, c := range s.Comparisons {
		if !c.Exact {
			family++
		}
	}
	return storedError / float64(max(family, 1))
}

func logs(x []float64) []float64 {
	l := make([]float64, len(x))
	for i, v := range x {
		l[i] = math.Log(v)
	}
	return l
}

// judge returns the verdict: a difference is told where test and interval both
// show one, and the estimate reaches the threshold; both, since equal figures on
// the two sides make the interval's error an approximate one.
func (c *StoredComparison) judge(limit, alpha float64) StoredVerdict {
	shown := c.Exact || c.P <= alpha
	lo, hi, estimate := math.Log(c.Ratio.Lo), math.Log(c.Ratio.Hi), math.Log(c.Ratio.Estimate)
	switch {
	case math.IsNaN(estimate):
		return StoredUndecided
	case shown && lo > 0 && estimate >= limit:
		return StoredSlower
	case shown && hi < 0 && estimate <= -limit:
		return StoredFaster
	case lo > -limit && hi < limit:
		return StoredSame
	}
	return StoredUndecided
}

// Regressed reports whether anything is shown to be slower, or more.
func (s *Stored) Regressed() bool {
	return slices.ContainsFunc(s.Comparisons, func(c StoredComparison) bool { return c.Verdict == StoredSlower })
}

// ExitCode is 1 where anything is shown to be slower, or more; 3 where the runs
// have nothing in common that can be compared, a cell of the second run failed
// or, if strict, a comparison is undecided; else 0. On machines that differ only
// having nothing in common counts, since times are not judged.
func (s *Stored) ExitCode(strict bool) int {
	switch {
	case len(s.Machines) > 0 && len(s.Ratios) > 0:
		return 0
	case s.Regressed():
		return 1
	case len(s.Comparisons) == 0 || len(s.Failed) > 0 || strict && s.Count(StoredUndecided) > 0:
		return 3
	}
	return 0
}

// Count returns how many comparisons have that verdict.
func (s *Stored) Count(v StoredVerdict) int {
	n := 0
	for _, c := range s.Comparisons {
		if c.Verdict == v {
			n++
		}
	}
	return n
}

// Need returns the rounds a run that can show a difference in every comparison;
// 0 if none is short of them.
func (s *Stored) Need() int {
	alpha, need := s.errorOfOne()/2, 0
	for _, c := range s.Comparisons {
		if c.Exact || rejectedU(c.N[0], c.N[1], alpha) > 0 {
			continue
		}
		n := 1
		for rejectedU(n, n, alpha) == 0 {
			n++
		}
		need = max(need, n)
	}
	return need
}
