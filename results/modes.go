package results

import (
	"math"
	"slices"
)

// Modes are the two ways in which a cell ran, where it ran in two.
type Modes struct {
	Low, High float64 // medians
	Share     float64 // of the processes that ran in the low mode, 0 to 1
	N         int     // processes
}

const (
	modeGap       = 5    // times the spread within the modes
	modeShare     = 0.15 // of the processes, in each
	modeProcesses = 3    // in each: of fewer, the spread cannot be told
	modeRatio     = 1.05 // less apart is of no interest
	modeEnough    = 10   // processes in all
)

// twoModes looks for two modes among one cell's figures, one a process, and
// returns nil where there are none or too few figures. The gap between the modes must be
// over modeGap times the spread within: the pooled standard deviation. All in
// logarithms, as times spread by ratios.
func twoModes(values []float64) *Modes {
	n := len(values)
	if n < modeEnough {
		return nil
	}
	values = slices.Sorted(slices.Values(values))
	if values[0] <= 0 {
		return nil
	}
	logs := make([]float64, n)
	for i, v := range values {
		logs[i] = math.Log(v)
	}
	least := max(modeProcesses, int(math.Floor(modeShare*float64(n)))+1)
	at, widest := 0, 0.0 // the widest gap that leaves enough on each side
	for i := least; i <= n-least; i++ {
		if gap := logs[i] - logs[i-1]; gap > widest {
			at, widest = i, gap
		}
	}
	if widest < math.Log(modeRatio) {
		return nil
	}
	within := math.Sqrt((squares(logs[:at]) + squares(logs[at:])) / float64(n-2))
	if widest <= modeGap*within {
		return nil
	}
	return &Modes{SortedMedian(values[:at]), SortedMedian(values[at:]), float64(at) / float64(n), n}
}

// squares returns the sum of the squared deviations from the mean.
func squares(x []float64) float64 {
	mean, sum := 0.0, 0.0
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		sum += (v - mean) * (v - mean)
	}
	return sum
}
