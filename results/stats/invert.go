package stats

import (
	"math"
	"slices"
)

// Interval returns the median of d and the bounds of what is not rejected.
//
// The lower bound is the smallest θ whose E stays under 1/Alpha: all below it
// are rejected, so that it lies above the truth with a probability of at most
// Alpha. The interval excludes 0 from below exactly where
// Evidence(d, 0) ≥ 1/Alpha. For other θ that holds too, but for dips of E
// between the points at which it is looked up. The median is never outside.
func (b Bet) Interval(d []float64) Interval {
	i := nothing(len(d))
	if len(d) == 0 {
		return i
	}
	i.Estimate = Median(d)
	if equal(len(d)) >= 1/b.Alpha {
		i.Lo, i.Hi = newBook(d).lower(1/b.Alpha), -newBook(negated(d)).lower(1/b.Alpha)
	}
	return i
}

const (
	gridValues = 32 // differences that are points of the grid; of more, every second, third, …
	gridParts  = 4  // parts into which the grid divides what is between two of them
	gridFirst  = -4 // beyond them, the grid goes out in steps that double: from 2⁻⁴ …
	gridLast   = 10 // … to 2¹⁰ times the spread, where E is nearly that of equal differences
	fine       = 30 // halvings of the spread to which a bound is found
)

func newBook(d []float64) *book {
	sorted := slices.Sorted(slices.Values(d))
	b := &book{d: d, median: SortedMedian(sorted), spread: 1}
	finite := slices.DeleteFunc(sorted, func(x float64) bool { return math.IsInf(x, 0) })
	grid := []float64{0} // what is asked most
	if n := len(finite); n > 0 {
		least, greatest := finite[0], finite[n-1]
		if greatest > least {
			b.spread = greatest - least
		}
		for k := gridFirst; k <= gridLast; k++ {
			step := math.Ldexp(b.spread, k)
			grid = append(grid, least-step, greatest+step)
		}
		every := (n + gridValues - 1) / gridValues
		for i := 0; i < n; i += every {
			from, to := finite[i], finite[min(i+every, n-1)]
			for part := range gridParts {
				grid = append(grid, from+(to-from)*float64(part)/gridParts)
			}
		}
	}
	slices.Sort(grid)
	b.grid = slices.DeleteFunc(slices.Compact(grid), func(x float64) bool { return !(x < b.median) })
	return b
}

// lower returns the smallest θ whose E is under enough: the smallest such point
// of the grid, moved down to where E falls under enough between it and the
// point before. The median is the last to be tried, and is not rejected.
func (b *book) lower(enough float64) float64 {
	lo, hi := math.Inf(-1), b.median
	for _, g := range b.grid {
		if !(b.wins(g) >= enough) {
			hi = g
			break
		}
		lo = g
	}
	switch {
	case math.IsInf(lo, -1):
		return lo
	case math.IsInf(hi, 1):
		return hi
	}
	for range gridLast + fine {
		mid := lo + (hi-lo)/2
		if hi-lo <= math.Ldexp(b.spread, -fine) || mid == lo || mid == hi {
			break
		}
		if b.wins(mid) >= enough {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi // rather than lo, so that a bound is above a θ that is rejected
}
