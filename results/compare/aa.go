package compare

import (
	"math"

	"github.com/concbench/concbench/results/stats"
)

const (
	callAlpha   = 0.05 // of the uncorrected call, and of the interval of its rate
	resamples   = 1000 // whole comparisons
	resampleFor = 1618 // seed: the same files give the same figures
)

// callRounds is how many rounds a call takes at least.
func callRounds() int { return stats.LeastRounds(1, callAlpha) }

// A Check is what a build says when it is compared with itself: each call is a
// false alarm.
type Check struct {
	Rounds      int     // most that any benchmark has
	Comparisons int     // of a benchmark by a metric, that vary and have enough rounds to call
	Calls       int     // that an uncorrected interval calls different
	Corrected   int     // that are called different where all are judged together
	Lo, Hi      float64 // of the rate of calls, with 95 % (Clopper & Pearson)
	Constant    int     // comparisons in which both sides had one and the same figure always: they cannot call
	Short       int     // comparisons with too few rounds to call anything
	Lines       []CheckLine
	Gates       Resampled // whole comparisons of the recorded rounds

	// The medians over benchmarks that were measured both ways, by ns/op: Turns
	// and After are those of CheckLine, and Share that of each one's ratio.
	Turns, After, Share float64
	Spreads             int // such benchmarks
}

// A CheckLine is one benchmark by one metric.
type CheckLine struct {
	Key
	Metric   string
	Rounds   int
	Figure   float64        // median of both sides
	Within   float64        // spread between neighbouring samples of one process: robust sd of log ratios; NaN if unknown
	Between  float64        // spread between rounds whose sides took turns: the same of d
	After    float64        // the same where one side ran after the other; NaN if unknown
	Ratio    stats.Interval // uncorrected, of head to base
	Called   bool
	Constant bool
	Catches  float64 // smallest change a comparison would catch with a probability of 0.8, a share; infinite if none
}

// Share is the spread in turns by that one after the other, NaN if unknown.
func (l CheckLine) Share() float64 {
	if !(l.After > 0) {
		return math.NaN()
	}
	return l.Between / l.After
}

// Check computes what an A/A check says, once.
func (r *Report) Check() *Check {
	if r.checked == nil {
		r.checked = r.check()
	}
	return r.checked
}

func (r *Report) check() *Check {
	c := &Check{Gates: r.Resample(resamples, resampleFor)}
	var e []float64
	var turns, after, shares []float64
	for i := range r.Results {
		b := &r.Results[i]
		if !b.measured() {
			continue
		}
		for j := range b.Comparisons {
			s := b.series[j]
			l := r.checkLine(b, s)
			c.Rounds = max(c.Rounds, l.Rounds)
			switch {
			case l.Constant:
				c.Constant++
			case l.Rounds < callRounds():
				c.Short++
			default:
				c.Comparisons++
				e = append(e, s.first.evidence())
			}
			if l.Called {
				c.Calls++
			}
			if share := l.Share(); l.Metric == timeUnit && b.Serial == "" && !math.IsNaN(share) {
				turns, after, shares = append(turns, l.Between), append(after, l.After), append(shares, share)
			}
			c.Lines = append(c.Lines, l)
		}
	}
	c.Turns, c.After, c.Share, c.Spreads = stats.Median(turns), stats.Median(after), stats.Median(shares), len(shares)
	c.Lo, c.Hi = ClopperPearson(c.Calls, c.Comparisons, callAlpha)
	for _, different := range stats.Closed(e, r.Plan.Alpha) {
		if different {
			c.Corrected++
		}
	}
	return c
}

// checkLine says what one benchmark by one metric comes to.
func (r *Report) checkLine(b *Result, s *series) CheckLine {
	l := CheckLine{Key: b.Key(), Metric: s.unit, Rounds: len(s.points), After: math.NaN()}
	base, head := medians(s.points)
	l.Figure = (base + head) / 2
	d := differences(s.points)
	l.Between = stats.RobustSD(d)
	of := r.judging.of[slot{b.Key(), false}]
	var apart []float64
	for i := range of.rounds {
		apart = append(apart, within(s.unit, of.rounds[i].Arms)...)
	}
	l.Within = stats.RobustSD(apart)
	if twin := r.judging.of[slot{b.Key(), true}]; twin != nil && twin.failures == 0 {
		if after := twin.by(s.unit); after != nil {
			l.After = stats.RobustSD(differences(after.points))
		}
	}
	l.Constant = agree(s.points) && s.points[0].base == s.points[0].head
	in := stats.Bet{Alpha: callAlpha / 2}.Interval(d)
	l.Ratio = ratio(in, s.higher)
	l.Called = in.Excludes(0)
	if l.Catches = r.Plan.Threshold; !l.Constant {
		l.Catches = r.gateOf(nil).catches(d, r.commonSpread(s.unit))
	}
	return l
}

// Rate is the share of comparisons that were called different, NaN if there
// were none.
func (c *Check) Rate() float64 {
	if c.Comparisons == 0 {
		return math.NaN()
	}
	return float64(c.Calls) / float64(c.Comparisons)
}
