package compare

import (
	"math"
	"slices"

	"github.com/concbench/concbench/results"
)

// A standing is what screening says of one metric of one benchmark.
type standing int

const (
	unscreened   standing = iota // it lacks screening rounds
	unremarkable                 // no sign of a difference
	equal                        // constant on each side, and less than the threshold apart
	suspect                      // it may differ: a candidate
	stepped                      // constant on each side, and apart: a candidate, to be seen again
)

func (s standing) candidate() bool { return s == suspect || s == stepped }

// screened says where a metric stands after the screening rounds. Half the
// threshold keeps almost all true differences of the threshold in, since it is
// the median of few rounds that is looked at.
func (g *gate) screened(s *series) standing {
	switch {
	case len(s.screen) == 0 || len(s.screen) < g.screen:
		return unscreened
	case constant(s.screen):
		if s.screen[0].differs(g.threshold) {
			return stepped
		}
		return equal
	}
	g.scratch = g.scratch[:0]
	for _, p := range s.screen {
		g.scratch = append(g.scratch, p.d)
	}
	slices.Sort(g.scratch)
	if math.Abs(results.SortedMedian(g.scratch)) >= g.limit/2 {
		return suspect
	}
	return unremarkable
}
