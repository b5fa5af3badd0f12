package results

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// A BenchmarkTable is the plain benchmarks of one package as they are shown.
type BenchmarkTable struct {
	Package string
	Heads   []string // of the columns
	Rows    []BenchmarkLine
	Notes   []string // failures and modes
}

// A BenchmarkLine is a benchmark in a BenchmarkTable.
type BenchmarkLine struct {
	Name  string
	Cells []BenchmarkCell // a column each
}

// A BenchmarkCell is a figure in words.
type BenchmarkCell struct {
	Value string // "–" where there is none
	Span  string // "[9.4 ms, 9.6 ms]"; "" where too little was measured, or all figures are equal
}

// spreadHead is the head of the column of how far processes lie apart.
const spreadHead = "spread"

// BenchmarkNote says how to read the tables of benchmarks.
const BenchmarkNote = "Medians over the rounds, a process a round; below, the interval that holds the median with 95 %, where enough rounds were measured. " +
	"Spread: of the time, from one process to the next (robust standard deviation); a difference of less is hard to see."

// columns are how units of plain benchmarks are shown.
var columns = []Column{
	{"time/op", "ns/op", Duration},
	{"B/op", "B/op", Bytes},
	{"allocs/op", "allocs/op", number},
	{"peak RSS", "peak-rss-B", Bytes},
	{"vol. switches/s", "vol-ctxsw/s", formatOf("")},
	{"invol. switches/s", "invol-ctxsw/s", formatOf("")},
}

// column is how a unit is shown.
func column(unit string) Column {
	if at := slices.IndexFunc(columns, func(c Column) bool { return c.Unit == unit }); at >= 0 {
		return columns[at]
	}
	return Column{unit, unit, formatOf(unit)}
}

// BenchmarkTables returns the tables of the plain benchmarks, one a package.
func (d *Data) BenchmarkTables() []BenchmarkTable {
	var tables []BenchmarkTable
	byPackage := map[string][]BenchmarkRow{}
	var order []string
	for _, r := range d.Benchmarks {
		if byPackage[r.Package] == nil {
			order = append(order, r.Package)
		}
		byPackage[r.Package] = append(byPackage[r.Package], r)
	}
	for _, path := range order {
		tables = append(tables, benchmarkTable(path, byPackage[path]))
	}
	return tables
}

func benchmarkTable(path string, rows []BenchmarkRow) BenchmarkTable {
	t := BenchmarkTable{Package: path}
	has := map[string]bool{}
	for _, r := range rows {
		for _, f := range r.Figures {
			has[f.Unit] = true
		}
	}
	var shown []Column
	for _, unit := range inOrder(has) {
		c := column(unit)
		shown = append(shown, c)
		if t.Heads = append(t.Heads, c.Head); unit == "ns/op" {
			t.Heads = append(t.Heads, spreadHead)
		}
	}
	for _, r := range rows {
		line := BenchmarkLine{Name: r.Called()}
		for _, c := range shown {
			f, ok := r.Figure(c.Unit)
			line.Cells = append(line.Cells, f.cell(c, ok))
			if c.Unit == "ns/op" {
				line.Cells = append(line.Cells, BenchmarkCell{Value: spreadText(f, ok)})
			}
			if ok && f.Modes != nil {
				by := Metric{Format: c.Format}
				t.Notes = append(t.Notes, fmt.Sprintf("%s, %s: %s", r.Called(), c.Head, f.Modes.Describe(by)))
			}
		}
		if len(r.Failures) > 0 {
			t.Notes = append(t.Notes, r.Called()+" "+r.Failure())
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

func (f BenchmarkFigure) cell(c Column, measured bool) BenchmarkCell {
	if !measured {
		return BenchmarkCell{Value: "–"}
	}
	cell := BenchmarkCell{Value: c.Format(f.Median.Estimate)}
	if f.Median.Bounded() && f.Median.Lo != f.Median.Hi {
		cell.Span = "[" + c.Format(f.Median.Lo) + ", " + c.Format(f.Median.Hi) + "]"
	}
	return cell
}

func spreadText(f BenchmarkFigure, measured bool) string {
	if !measured || math.IsNaN(f.Spread) {
		return "–"
	}
	return "±" + strconv.FormatFloat(100*f.Spread, 'f', 1, 64) + " %"
}

// LeftOut says which benchmarks were found and not measured, and why.
func (d *Data) LeftOut() []string {
	var all []string
	for _, l := range d.Run.NotMeasured {
		text := l.Package + ": " + l.Why // of all that the package has
		if l.Name != "" {
			text = l.Name + " of " + text
		}
		if l.Log != "" {
			text += " (log: " + l.Log + ")"
		}
		all = append(all, text)
	}
	return all
}

// explainBenchmarks says in plain words how plain benchmarks were measured.
func (d *Data) explainBenchmarks() []string {
	if d.Run.Version > 1 {
		return []string{
			"Each benchmark of each round was measured in a process of its own, in an order drawn anew each round" + d.sharing() + ". It set itself up, warmed up, and then measured samples of a fixed number of iterations. Its figure is the median of the long ones, of 50 ms, or of all where an iteration takes longer.",
			"Benchmarks are not compared with each other: each has its median over the rounds, with an interval that holds it with 95 %.",
			"Where a benchmark ran at two speeds, with a gap of over 5 times the spread within each and over 15 % of the processes in both, both are given in a note.",
		}
	}
	warm := "It measured once, with the warming up in it."
	if d.Run.Slices > 1 {
		warm = fmt.Sprintf("It measured %d slices of %v; the first, with the warming up in it, is left out. Of the others the least time counts, the greatest memory, and the median of the rest.",
			d.Run.Slices, d.Run.Benchtime)
	}
	return []string{
		"Each benchmark of each round was measured in a process of its own, in an order drawn anew each round" + d.sharing() + ". " + warm,
		"Benchmarks are not compared with each other: each has its median over the rounds, and the confidence sequence for that median, which holds however often one looks, and whenever one stops.",
		"Where a benchmark ran at two speeds, with a gap of over 5 times the spread within each and over 15 % of the processes in both, both are given in a note.",
	}
}

// sharing names the packages that are an exception to a process each.
func (d *Data) sharing() string {
	var all []string
	for _, p := range d.Run.Packages {
		if p.Whole {
			all = append(all, p.Path)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return "; those of " + join(all) + " shared a process, since setting up outweighs measuring there, or it was asked for"
}
