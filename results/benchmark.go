package results

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Plain reports whether the cell is a plain benchmark of some package, not a
// job under a model.
func (c Cell) Plain() bool { return c.Model == "" }

// key tells the cells of a run apart: two packages may have benchmarks of the
// same name.
func (c Cell) key() string {
	if c.Plain() {
		return c.Package + " " + c.Name
	}
	return c.Name
}

// of returns the cell that m measured, of those by their keys.
func (m Measurement) of(cells map[string]Cell) (Cell, bool) {
	if c, plain := cells[m.Package+" "+m.Cell]; plain {
		return c, true
	}
	c, known := cells[m.Cell]
	return c, known
}

// A BenchmarkRow is a plain benchmark and what was measured of it.
type BenchmarkRow struct {
	CellData
	Figures []BenchmarkFigure // in the order in which they are shown
}

// A BenchmarkFigure is what a benchmark measured in one unit.
type BenchmarkFigure struct {
	Unit   string   // as in bench.txt
	Median Interval // over the rounds; it holds with 95 %, for this figure alone
	Spread float64  // between processes: robust standard deviation of the logarithms; NaN where it cannot be told
	Modes  *Modes   // nil: not seen to run in two
}

// Units that are shown first, and those that are shown last; what a benchmark
// reports of its own stands between them.
var (
	leadingUnits  = []string{"ns/op", "B/op", "allocs/op"}
	trailingUnits = []string{"cpus", "peak-rss-B", "vol-ctxsw/s", "invol-ctxsw/s"}
)

// benchmarkRows returns the run's plain benchmarks with what was measured.
func benchmarkRows(run *Run, ps []Process) []BenchmarkRow {
	byCell := map[string][]Process{}
	for _, p := range ps {
		if p.Of.Plain() {
			byCell[p.Of.key()] = append(byCell[p.Of.key()], p)
		}
	}
	var all []BenchmarkRow
	for _, c := range run.Cells {
		if !c.Plain() {
			continue
		}
		r := BenchmarkRow{CellData: CellData{Cell: c, Planned: true}}
		r.add(byCell[c.key()])
		for _, unit := range r.units() {
			r.Figures = append(r.Figures, r.figure(run.method(), unit))
		}
		all = append(all, r)
	}
	return all
}

// units returns the units that the benchmark has figures of, in the order in
// which they are shown.
func (r BenchmarkRow) units() []string {
	has := map[string]bool{}
	for _, p := range r.Processes {
		for unit := range p.Values {
			has[unit] = true
		}
	}
	return inOrder(has)
}

// inOrder returns the units in the order in which they are shown.
func inOrder(has map[string]bool) []string {
	var first, own, last []string
	for _, unit := range leadingUnits {
		if has[unit] {
			first = append(first, unit)
		}
	}
	for _, unit := range trailingUnits {
		if has[unit] {
			last = append(last, unit)
		}
	}
	for unit := range has {
		if !slices.Contains(leadingUnits, unit) && !slices.Contains(trailingUnits, unit) {
			own = append(own, unit)
		}
	}
	slices.Sort(own)
	return slices.Concat(first, own, last)
}

func (r BenchmarkRow) figure(how method, unit string) BenchmarkFigure {
	values := r.values(unit)
	return BenchmarkFigure{unit, how.own(values), Spread(values), twoModes(values)}
}

// values returns the cell's figures of a unit, one a round, in order.
func (c CellData) values(unit string) []float64 {
	var values []float64
	for _, p := range c.Processes {
		if v, ok := p.Values[unit]; ok {
			values = append(values, v)
		}
	}
	return values
}

// Figure returns the figure of a unit, and whether there is one.
func (r BenchmarkRow) Figure(unit string) (BenchmarkFigure, bool) {
	at := slices.IndexFunc(r.Figures, func(f BenchmarkFigure) bool { return f.Unit == unit })
	if at < 0 {
		return BenchmarkFigure{}, false
	}
	return r.Figures[at], true
}

// Called is the benchmark's name in tables: without "Benchmark", as benchstat
// has it.
func (r BenchmarkRow) Called() string { return strings.TrimPrefix(r.Name, "Benchmark") }

// madFactor makes the median absolute deviation an estimate of the standard
// deviation, where figures are normal (Rousseeuw & Croux 1993, J. Am. Stat.
// Assoc. 88:1273).
const madFactor = 1.4826

// Spread returns the robust standard deviation of the logarithms of values: how
// far, as a share, they lie apart. It is NaN for fewer than three, and for any
// that is not above 0.
func Spread(values []float64) float64 {
	if len(values) < 3 || slices.Min(values) <= 0 {
		return math.NaN()
	}
	logs := make([]float64, len(values))
	for i, v := range values {
		logs[i] = math.Log(v)
	}
	middle := median(logs)
	for i := range logs {
		logs[i] = math.Abs(logs[i] - middle)
	}
	return madFactor * median(logs)
}

// OnlyBenchmarks reports whether the run has plain benchmarks and no job under
// a model.
func (d *Data) OnlyBenchmarks() bool {
	return len(d.Rows)+len(d.Points) == 0 && len(d.Benchmarks)+len(d.Run.NotMeasured) > 0
}

// benchmarksMeasured says how many there are: "12 benchmarks of 2 packages".
func (d *Data) benchmarksMeasured() string {
	packages := map[string]bool{}
	for _, r := range d.Benchmarks {
		packages[r.Package] = true
	}
	return fmt.Sprintf("%s of %s", plural(len(d.Benchmarks), "benchmark"), plural(len(packages), "package"))
}
