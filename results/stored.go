package results

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/perf/benchmath"
)

// Stored is what two stored runs say side by side. They were not measured
// together, so nothing in it is paired.
type Stored struct {
	First, Second *Data
	Threshold     float64 // the difference that matters: 0.05

	// Machines says how the machines differ. Where they do, nothing is
	// compared but each one's own ratios between models.
	Machines []string
	Noted    []string // what else differs, and does not forbid to compare

	Comparisons []StoredComparison // empty where the machines differ
	Ratios      []StoredRatios     // empty where they do not

	OnlyFirst, OnlySecond []string // what the plan of one run alone has
	NotJudged             []string // cells of both that cannot be compared, and why
	Failed                []string // cells of the second run that failed
}

// A StoredVerdict is the outcome of a StoredComparison.
type StoredVerdict string

const (
	StoredSlower    StoredVerdict = "slower" // or more, of what is not time
	StoredFaster    StoredVerdict = "faster"
	StoredSame      StoredVerdict = "same"
	StoredUndecided StoredVerdict = "undecided"
)

// A StoredComparison is one cell of both runs by one metric.
type StoredComparison struct {
	Package       string
	Cell          string // as in Cell.Name
	Called        string // in tables
	Metric        Metric
	First, Second float64 // medians over processes
	N             [2]int  // processes
	P             float64 // of the Mann–Whitney U test; NaN where Exact
	Exact         bool    // each side is constant: no test, and outside the family

	// Ratio of the second to the first; it lies within the bounds with a
	// probability of 95 % for all comparisons together, exact ones aside.
	Ratio   Interval
	Verdict StoredVerdict

	figures [2][]float64
}

// storedError is the probability of any false difference, over all metrics. What
// is exact has no share in it.
const storedError = 0.05

// IsRun reports whether dir is the folder of a run.
func IsRun(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, RunFile))
	return err == nil && info.Mode().IsRegular()
}

// CompareRuns compares two stored runs, the second with the first. threshold is
// the difference that matters, as a share.
func CompareRuns(a, b *Data, threshold float64) *Stored {
	s := &Stored{First: a, Second: b, Threshold: threshold, Machines: machinesDiffer(a.Env, b.Env), Noted: noted(a, b)}
	inA, inB := storedCells(a), storedCells(b)
	s.OnlyFirst, s.OnlySecond = only(inA, inB), only(inB, inA)
	for _, c := range inB {
		if len(c.Failures) > 0 {
			s.Failed = append(s.Failed, c.called)
		}
	}
	if len(s.Machines) > 0 {
		s.Ratios = storedRatios(a, b)
		return s
	}
	for _, first := range inA {
		at := slices.IndexFunc(inB, func(c storedCell) bool { return c.key() == first.key() })
		if at < 0 {
			continue
		}
		second := inB[at]
		if why := notJudged(first, second); why != "" {
			s.NotJudged = append(s.NotJudged, first.called+": "+why)
			continue
		}
		for _, m := range first.metrics {
			if first.state(m) == Limited || second.state(m) == Limited {
				s.NotJudged = append(s.NotJudged, fmt.Sprintf("%s, %s: the origin was the limit", first.called, m.Name))
				continue
			}
			x, y := first.values(m.Unit), second.values(m.Unit)
			if len(x) > 0 && len(y) > 0 {
				s.Comparisons = append(s.Comparisons, unpaired(first, m, x, y))
			}
		}
	}
	s.decide()
	return s
}

// A storedCell is a cell of a run with what is compared of it.
type storedCell struct {
	CellData
	called  string
	row     string // its job, of a cell under a model
	metrics []Metric
}

// plainMetrics are those by which plain benchmarks are compared.
var plainMetrics = []Metric{
	{Name: "time/op", Unit: "ns/op", Format: Duration},
	{Name: "B/op", Unit: "B/op", Format: Bytes},
	{Name: "allocs/op", Unit: "allocs/op", Format: number},
}

// storedCells returns the cells of a run that can be compared, in its order. The
// points of a sweep are not among them: each alone has too few rounds.
func storedCells(d *Data) []storedCell {
	var all []storedCell
	for _, r := range d.Rows {
		metrics := []Metric{Time, CPU}
		if r.Known.Paced {
			metrics = metrics[1:]
		}
		for _, c := range r.Cells {
			if c.Planned && c.NotRunnable == "" {
				all = append(all, storedCell{c, r.Full() + ", " + c.Of.Name, r.Full(), metrics})
			}
		}
	}
	for _, r := range d.Benchmarks {
		called := r.Called()
		if r.Package != "" {
			called = r.Package + " " + called
		}
		all = append(all, storedCell{r.CellData, called, "", plainMetrics})
	}
	return all
}

// only names the cells that others lack, a job's models together.
func only(cells, others []storedCell) []string {
	known := map[string]bool{}
	for _, c := range others {
		known[c.key()] = true
	}
	var names []string
	last := ""
	for _, c := range cells {
		switch {
		case known[c.key()]:
		case c.row != "" && c.row == last:
			names[len(names)-1] += ", " + c.Of.Name
		default:
			names, last = append(names, c.called), c.row
		}
	}
	return names
}

// notJudged says why the cell cannot be compared, "" if it can.
func notJudged(first, second storedCell) string {
	switch {
	case len(first.Failures) > 0:
		return "in the first run it " + first.Failure()
	case len(second.Failures) > 0:
		return "in the second run it " + second.Failure()
	case len(first.Processes) == 0:
		return "the first run did not measure it"
	case len(second.Processes) == 0:
		return "the second run did not measure it"
	}
	return ""
}

// unpaired compares the figures of a cell in both runs, but for what depends on
// how many comparisons there are.
func unpaired(c storedCell, m Metric, x, y []float64) StoredComparison {
	if m.PerTask {
		x, y = perTask(x, c.Tasks), perTask(y, c.Tasks)
	}
	s := StoredComparison{Package: c.Package, Cell: c.Name, Called: c.called, Metric: m,
		First: median(x), Second: median(y), N: [2]int{len(x), len(y)}, P: math.NaN()}
	if constant(x) && constant(y) {
		s.Exact = true
		r := 1.0
		if x[0] != y[0] {
			r = y[0] / x[0]
		}
		s.Ratio = Interval{Estimate: r, Lo: r, Hi: r, N: min(len(x), len(y))}
		return s
	}
	// NewSample sorts the slice that it is given.
	test := benchmath.AssumeNothing.Compare(benchmath.NewSample(slices.Clone(x), &benchmath.DefaultThresholds),
		benchmath.NewSample(slices.Clone(y), &benchmath.DefaultThresholds))
	s.P = test.P
	s.figures = [2][]float64{x, y}
	return s
}
