package results

import (
	"fmt"
	"io"
	"math"
	"regexp"

	"golang.org/x/perf/benchfmt"

	"github.com/concbench/concbench/results/record"
)

// A Process is what one process measured of one cell in one round.
type Process struct {
	Measurement
	Of       Cell                 // as the plan has it
	Measured []map[string]float64 // by unit, as in bench.txt: a slice each, the discarded first included
	Values   map[string]float64   // by unit; its slices reduced

	N int // iterations in all; 0: not known

	// Arm is what it measured in turns with others, nil where it did not.
	Arm *record.Arm
}

// procSuffix is what package testing adds to a benchmark's name where there is
// more than one P.
var procSuffix = regexp.MustCompile(`-[0-9]+$`)

// Slices are what one process printed of one benchmark.
type Slices struct {
	Values []map[string]float64 // a slice each, in the order they were measured, by unit
	Better map[string]string    // higher or lower, of the units whose Unit line says so
}

// ReadSlices reads the n slices of the benchmark called name, without the -N
// suffix, from its bytes of a file in Go's benchmark format; file is its name in
// errors. The error says what is wrong with them.
func ReadSlices(bench io.ReaderAt, size, from, to int64, file, name string, n int) (Slices, error) {
	s := Slices{Better: map[string]string{}}
	if from < 0 || to < from || to > size {
		return s, fmt.Errorf("its bytes %d to %d are not all in %s, which has %d", from, to, file, size)
	}
	r := benchfmt.NewReader(io.NewSectionReader(bench, from, to-from), file)
	for r.Scan() {
		switch rec := r.Result().(type) {
		case *benchfmt.SyntaxError:
			return s, rec
		case *benchfmt.UnitMetadata:
			if rec.Key == "better" {
				s.Better[rec.OrigUnit] = rec.Value
			}
		case *benchfmt.Result:
			of := "Benchmark" + string(rec.Name)
			if of != name && procSuffix.ReplaceAllString(of, "") != name {
				return s, fmt.Errorf("it holds a result of %s", of)
			}
			s.Values = append(s.Values, figures(rec.Values))
		}
	}
	if err := r.Err(); err != nil {
		return s, err
	}
	if len(s.Values) == 0 || len(s.Values) != n {
		return s, fmt.Errorf("it holds %d slices where %d were written", len(s.Values), n)
	}
	return s, nil
}

// readProcess reads m's slices from its bytes of bench.txt. The error says what
// is wrong with them.
func readProcess(bench io.ReaderAt, size int64, m Measurement) (Process, error) {
	p := Process{Measurement: m}
	s, err := ReadSlices(bench, size, m.From, m.To, BenchFile, m.Cell, m.Slices)
	if err != nil {
		return p, err
	}
	for _, values := range s.Values {
		for unit, v := range values {
			switch {
			case m.Package == "" && !Sound(v):
				return p, fmt.Errorf("%v %s cannot be", v, unit)
			case math.IsNaN(v) || math.IsInf(v, 0): // of a plain benchmark's own
				delete(values, unit)
			}
		}
	}
	p.Measured, p.Values = s.Values, Reduce(s.Values)
	return p, nil
}

// figures returns values by the unit they were written in, which benchfmt
// tidies ("ns" to "sec").
func figures(values []benchfmt.Value) map[string]float64 {
	byUnit := map[string]float64{}
	for _, v := range values {
		value, unit := v.Value, v.Unit
		if v.OrigUnit != "" {
			value, unit = v.OrigValue, v.OrigUnit
		}
		byUnit[unit] = value
	}
	return byUnit
}
