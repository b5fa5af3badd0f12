package compare

import (
	"fmt"
	"math"
	"strings"

	"github.com/concbench/concbench/results/record"
)

// A point is what one round measured of one metric.
type point struct {
	// Base and head are each process's own figure: the median of its long
	// samples, or of its samples where it has no long ones.
	base, head float64
	long       bool // they are of long samples, with as many iterations on both sides

	d    float64 // median over the cycles of log(head/base), turned so that above 0 is worse
	mean float64 // log ratio of the means of all samples, turned alike; NaN: not known
}

// newPoint reads what a round measured of a unit: ok is false where it lacks a
// side. The error says why there is no ratio: a benchmark may report anything.
func newPoint(base, head *record.Arm, unit string, higher bool) (p point, ok bool, err error) {
	if !has(base, unit) || !has(head, unit) {
		return p, false, nil
	}
	for _, a := range []*record.Arm{base, head} {
		for _, f := range []record.Figures{a.Long[unit], a.Samples[unit]} {
			for _, v := range f {
				if v < 0 {
					return p, false, fmt.Errorf("%v %s has no ratio", v, unit)
				}
			}
		}
	}
	p = point{base: base.Figure(unit), head: head.Figure(unit)}
	p.long = len(base.Long[unit]) > 0 && len(head.Long[unit]) > 0 && base.LongN == head.LongN
	if p.d = head.LogRatio(base, unit); math.IsNaN(p.d) { // no cycle has both, or the cycles go to both infinities
		p.d = logRatio(p.head, p.base)
	}
	p.mean = logRatio(head.Mean(unit), base.Mean(unit))
	if higher {
		p.d, p.mean = -p.d, -p.mean
	}
	return p, true, nil
}

// logRatio is log(x/y), 0 where both are 0.
func logRatio(x, y float64) float64 {
	if x == y {
		return 0
	}
	return math.Log(x / y)
}

// has reports whether the arm has a figure of the unit.
func has(a *record.Arm, unit string) bool { return a != nil && !math.IsNaN(a.Figure(unit)) }

// flipped is the point with its sides exchanged.
func (p point) flipped() point {
	p.base, p.head, p.d, p.mean = p.head, p.base, -p.d, -p.mean
	return p
}

// differences returns d of the points.
func differences(ps []point) []float64 {
	d := make([]float64, len(ps))
	for i, p := range ps {
		d[i] = p.d
	}
	return d
}

// within returns the log ratios of neighbouring samples of each process.
func within(unit string, arms []record.Arm) (all []float64) {
	for i := range arms {
		f := arms[i].Samples[unit]
		for i := 1; i < len(f); i++ {
			if ratio := logRatio(f[i], f[i-1]); !math.IsNaN(ratio) && !math.IsInf(ratio, 0) {
				all = append(all, ratio)
			}
		}
	}
	return all
}

// higher says whether more of a unit is better. Rates are; the Unit line of a
// package overrides that.
func higher(unit string, better map[string]string) bool {
	switch better[unit] {
	case "higher":
		return true
	case "lower":
		return false
	}
	for _, per := range []string{"/s", "/sec", "/second"} {
		if strings.HasSuffix(unit, per) {
			return true
		}
	}
	return false
}

// better returns which units the package's Unit lines say are better higher or
// lower.
func (k *Package) better() map[string]string {
	better := map[string]string{}
	for _, line := range k.Config {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] != "Unit" {
			continue
		}
		for _, f := range fields[2:] {
			if way, ok := strings.CutPrefix(f, "better="); ok {
				better[fields[1]] = way
			}
		}
	}
	return better
}
