package compare

import "math"

// exactRounds is how many rounds must agree for a figure to be held constant.
const exactRounds = 3

// exact returns the figures of a metric that is constant on each side, as
// allocations mostly are. They come from long samples where there are enough,
// since what a benchmark allocates once weighs less in them.
func exact(ps []point) (of point, ok bool) {
	long := 0
	for _, p := range ps {
		if p.long {
			long++
		}
	}
	n := 0
	for _, p := range ps {
		if long >= exactRounds && !p.long {
			continue
		}
		if n++; n == 1 {
			of = p
		}
		if p.base != of.base || p.head != of.head {
			return point{}, false
		}
	}
	return of, n >= exactRounds
}

// agree says whether all rounds have the same figures.
func agree(ps []point) bool {
	for _, p := range ps {
		if p.base != ps[0].base || p.head != ps[0].head {
			return false
		}
	}
	return true
}

// differs says whether the figures of a constant point differ by the threshold
// or more. From 0 to anything is a difference, from 0 to 0 is none.
func (p point) differs(threshold float64) bool {
	if p.base == p.head {
		return false
	}
	change := p.head/p.base - 1
	return change >= threshold || -change >= threshold
}

// compared is the verdict on constant figures, and their difference.
func (p point) compared(threshold float64, higher bool) (Verdict, float64) {
	d := logRatio(p.head, p.base)
	if higher {
		d = -d
	}
	switch {
	case !p.differs(threshold):
		return Same, d
	case math.Signbit(d):
		return Faster, d
	}
	return Slower, d
}

// mostlyExact says whether a unit mostly does not vary, so that it is not
// expected to be judged by an interval.
func mostlyExact(unit string) bool { return unit == "B/op" || unit == "allocs/op" }
