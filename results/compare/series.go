package compare

import (
	"math"

	"github.com/concbench/concbench/results/stats"
)

// A series is what is known of one metric of a benchmark while it is judged.
type series struct {
	unit   string
	higher bool
	points []point // of all rounds that count

	first trial // of all rounds, as long as it is open
	// Suspect is 1 or −1 where the first trial found a difference that is to be
	// seen again in other link layouts, in rounds of their own.
	suspect int
	fresh   trial

	constant bool // on each side, in rounds enough to say so
	figures  point
	varies   bool // it is judged by an interval: one of those among which the error is divided

	decided Verdict // by an interval; "" while it is open
	level   float64 // error of that interval on each side

	ahead  int // rounds that it takes about to decide it; 0: not known
	looked int // rounds after which that was estimated; −1: never
}

func newSeries(unit string, higher bool, r rule) *series {
	return &series{unit: unit, higher: higher, first: newTrial(r), fresh: newTrial(r), looked: -1}
}

// add takes a round in. What is decided stays as it was decided, but for
// figures that turn out to vary.
func (s *series) add(p point, layout int) {
	s.points = append(s.points, p)
	s.figures, s.constant = exact(s.points)
	s.varies = !s.constant && (!mostlyExact(s.unit) || !agree(s.points))
	switch {
	case s.decided != "":
	case s.suspect == 0:
		s.first.add(p.d)
	case layout != 0:
		s.fresh.add(p.d)
	}
}

// trial is the one that is judged.
func (s *series) trial() *trial {
	if s.suspect != 0 {
		return &s.fresh
	}
	return &s.first
}

// open says whether further rounds are of use.
func (s *series) open() bool { return s.decided == "" && !s.constant }

// tailAlpha is the error allowed to a word about the tail, of one comparison.
const tailAlpha = 0.1

// tail returns by how much the means of all samples moved where their medians
// did not, as rare and expensive iterations make them; else 0.
func (s *series) tail(r rule) float64 {
	means := newTrial(r)
	for _, p := range s.points {
		if !math.IsNaN(p.mean) {
			means.add(p.mean)
		}
	}
	moved, side := means.estimate(), 1
	if moved < 0 {
		side = -1
	}
	if !(math.Abs(moved) > r.limit) || math.Abs(stats.Median(differences(s.points))) >= r.limit/2 || means.towards(side) < 1/tailAlpha {
		return 0
	}
	return moved
}
