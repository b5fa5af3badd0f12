package compare

import (
	"math"
	"strconv"

	"github.com/concbench/concbench/results"
)

var checkHead = []string{"benchmark", "metric", "figure", "rounds", "within", "in turns", "after", "÷", "catches", "ratio"}

// cells writes the line of the table. The name is not cleaned yet.
func (l CheckLine) cells(r *Report) []string {
	caught, said := "nothing", "too few rounds"
	if !math.IsInf(l.Catches, 1) {
		caught = Change(1 + l.Catches)
	}
	if math.IsNaN(l.Catches) {
		caught = "unknown"
	}
	switch {
	case l.Constant:
		said = "constant"
	case told(l.Ratio):
		said = Change(l.Ratio.Estimate) + " " + Bounds(l.Ratio)
	}
	if l.Called {
		said += ", a false alarm"
	}
	after, times := "", ""
	if !math.IsNaN(l.After) {
		after = spread(l.After)
	}
	if share := l.Share(); !math.IsNaN(share) {
		times = strconv.FormatFloat(share, 'f', 2, 64)
	}
	return []string{r.called(l.Key), l.Metric, results.Value(l.Figure, l.Metric), strconv.Itoa(l.Rounds),
		spread(l.Within), spread(l.Between), after, times, caught, said}
}

func spread(sd float64) string {
	if math.IsNaN(sd) {
		return "unknown"
	}
	return strconv.FormatFloat(100*sd, 'f', 2, 64) + " %"
}
