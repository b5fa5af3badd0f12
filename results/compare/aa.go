package compare

import (
	"math"

	"github.com/concbench/concbench/results"
)

const (
	callAlpha   = 0.05 // of the uncorrected call, and of the interval of its rate
	resamples   = 2000 // gates
	resampleFor = 1618 // seed: the same files give the same figures
)

// A Check is what a build says when it is compared with itself: each call is a
// false alarm.
type Check struct {
	Rounds      int     // most that any benchmark has
	Comparisons int     // of a benchmark by a metric, that vary and have enough rounds to call
	Calls       int     // that an uncorrected interval calls different
	Corrected   int     // that one corrected for all comparisons calls different
	Lo, Hi      float64 // of the rate of calls, with 95 % (Clopper & Pearson)
	Constant    int     // comparisons in which both sides had one and the same figure always: they cannot call
	Short       int     // comparisons with too few rounds to call anything
	Lines       []CheckLine
	Gates       Resampled // whole gates of the recorded rounds
	Ways        []Way     // ways of comparing held against each other, where enough was measured
}

// A CheckLine is one benchmark by one metric.
type CheckLine struct {
	Key
	Metric   string
	Rounds   int
	Figure   float64          // median of both sides
	Within   float64          // spread between slices of one process: robust sd of log ratios; NaN if unknown
	Between  float64          // spread between processes: the same of d
	Ratio    results.Interval // uncorrected, of head to base
	Called   bool
	Constant bool
	Catches  float64 // smallest change a gate would catch with a probability of 0.8, a share; infinite if none
}

// Check reckons what an A/A check says, once.
func (r *Report) Check() *Check {
	if r.checked == nil {
		r.checked = r.check()
	}
	return r.checked
}

func (r *Report) check() *Check {
	c := &Check{Ways: r.ways, Gates: r.Resample(resamples, resampleFor)}
	g := *r.gate
	g.family(max(1, c.Gates.Candidates+1), 0) // the true one beside those that screening lets in
	alone := g.bounds(results.TwoSided(callAlpha, 1))
	for i := range r.Results {
		b := &r.Results[i]
		if !b.measured() {
			continue
		}
		for j, cmp := range b.Comparisons {
			s := &b.points[j]
			ps := s.all()
			c.Rounds = max(c.Rounds, len(ps))
			l := CheckLine{Key: b.Key(), Metric: cmp.Metric, Rounds: len(ps)}
			base, head := medians(ps)
			l.Figure = (base + head) / 2
			d := differences(ps)
			l.Between = robustSD(d)
			l.Within = robustSD(r.within[l.Key][l.Metric])
			l.Constant = agree(point{base: ps[0].base, head: ps[0].base}, ps)
			sorted := differences(ps)
			median(sorted)
			in := alone.interval(sorted)
			l.Ratio = ratio(in, cmp.Higher)
			l.Called = in.Lo > 0 || in.Hi < 0
			l.Catches = g.catches(d, r.commonSpread(l.Metric))
			switch {
			case l.Constant:
				c.Constant++
			case !told(l.Ratio):
				c.Short++
			default:
				c.Comparisons++
			}
			if l.Called {
				c.Calls++
			}
			c.Lines = append(c.Lines, l)
		}
	}
	c.Lo, c.Hi = ClopperPearson(c.Calls, c.Comparisons, callAlpha)
	c.Corrected = r.corrected(c.Comparisons)
	return c
}

// corrected counts what intervals that hold together call different.
func (r *Report) corrected(m int) int {
	calls := 0
	g := *r.gate
	all := g.bounds(results.TwoSided(r.Plan.Alpha, max(m, 1)))
	for i := range r.Results {
		for j := range r.Results[i].points {
			d := differences(r.Results[i].points[j].all())
			median(d)
			if in := all.interval(d); r.Results[i].measured() && (in.Lo > 0 || in.Hi < 0) {
				calls++
			}
		}
	}
	return calls
}

// Rate is the share of comparisons that were called different, NaN if there
// were none.
func (c *Check) Rate() float64 {
	if c.Comparisons == 0 {
		return math.NaN()
	}
	return float64(c.Calls) / float64(c.Comparisons)
}
