package compare

import (
	"math"
	"slices"

	"github.com/concbench/concbench/results"
)

// A point is one round of one metric: d is the log ratio of head to base,
// turned so that above 0 is worse.
type point struct {
	base, head, d float64
	one           [2]float64 // one slice of each
}

func newPoint(base, head float64, higher bool) point {
	p := point{base: base, head: head}
	switch {
	case base == head: // 0 and 0 too
	case higher:
		p.d = math.Log(base / head)
	default:
		p.d = math.Log(head / base)
	}
	return p
}

// flipped is the point with its sides exchanged.
func (p point) flipped() point { return point{base: p.head, head: p.base, d: -p.d} }

// A series is what the rounds measured of one metric.
type series struct {
	screen, fresh []point
	sorted        []float64 // of the fresh rounds, least first
}

// add takes a fresh round in.
func (s *series) add(p point) {
	s.fresh = append(s.fresh, p)
	at, _ := slices.BinarySearch(s.sorted, p.d)
	s.sorted = slices.Insert(s.sorted, at, p.d)
}

// reset empties the series and keeps its memory.
func (s *series) reset() { s.screen, s.fresh, s.sorted = s.screen[:0], s.fresh[:0], s.sorted[:0] }

func (s *series) all() []point { return slices.Concat(s.screen, s.fresh) }

// differences returns d of the points.
func differences(ps []point) []float64 {
	d := make([]float64, len(ps))
	for i, p := range ps {
		d[i] = p.d
	}
	return d
}

// medians returns the medians of both sides.
func medians(ps []point) (base, head float64) {
	b, h := make([]float64, len(ps)), make([]float64, len(ps))
	for i, p := range ps {
		b[i], h[i] = p.base, p.head
	}
	return median(b), median(h)
}

// median returns the median of values, and sorts them.
func median(values []float64) float64 {
	slices.Sort(values)
	return results.SortedMedian(values)
}

// ratio returns the ratios of head to base that turned differences stand for.
func ratio(d results.Interval, higher bool) results.Interval {
	if higher {
		d.Estimate, d.Lo, d.Hi = -d.Estimate, -d.Hi, -d.Lo
	}
	d.Estimate, d.Lo, d.Hi = math.Exp(d.Estimate), math.Exp(d.Lo), math.Exp(d.Hi)
	return d
}
