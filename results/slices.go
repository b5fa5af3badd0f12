package results

import (
	"fmt"
	"io"
	"regexp"

	"golang.org/x/perf/benchfmt"
)

// A Process is what one process measured of one cell in one round.
type Process struct {
	Measurement
	Values map[string]float64 // by unit, as in bench.txt; its slices reduced
}

// procSuffix is what package testing adds to a benchmark's name where there is
// more than one P.
var procSuffix = regexp.MustCompile(`-[0-9]+$`)

// readProcess reads m's slices from its bytes of bench.txt. The error says what
// is wrong with them.
func readProcess(bench io.ReaderAt, size int64, m Measurement) (Process, error) {
	p := Process{Measurement: m}
	if m.From < 0 || m.To < m.From || m.To > size {
		return p, fmt.Errorf("its bytes %d to %d are not all in %s, which has %d", m.From, m.To, BenchFile, size)
	}
	var measured []map[string]float64
	r := benchfmt.NewReader(io.NewSectionReader(bench, m.From, m.To-m.From), BenchFile)
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.SyntaxError:
			return p, rec
		case *benchfmt.Result:
			name := "Benchmark" + string(rec.Name)
			if name != m.Cell && procSuffix.ReplaceAllString(name, "") != m.Cell {
				return p, fmt.Errorf("it holds a result of %s", name)
			}
			values, err := figures(rec.Values)
			if err != nil {
				return p, err
			}
			measured = append(measured, values)
		}
	}
	if err := r.Err(); err != nil {
		return p, err
	}
	if len(measured) == 0 || len(measured) != m.Slices {
		return p, fmt.Errorf("it holds %d slices where %d were written", len(measured), m.Slices)
	}
	p.Values = reduce(measured)
	return p, nil
}

// figures returns values by the unit they were written in, which benchfmt
// tidies ("ns" to "sec").
func figures(values []benchfmt.Value) (map[string]float64, error) {
	byUnit := map[string]float64{}
	for _, v := range values {
		value, unit := v.Value, v.Unit
		if v.OrigUnit != "" {
			value, unit = v.OrigValue, v.OrigUnit
		}
		if !sound(value) {
			return nil, fmt.Errorf("%v %s cannot be", value, unit)
		}
		byUnit[unit] = value
	}
	return byUnit, nil
}
