package compare

import (
	"fmt"
	"io"
	"maps"
	"math"

	"github.com/concbench/concbench/results"
)

// A Key names a benchmark.
type Key struct{ Package, Benchmark string }

// String writes the benchmark's name, the package's before it.
func (k Key) String() string {
	if k.Package == "" {
		return k.Benchmark
	}
	return k.Package + " " + k.Benchmark
}

// Key names the pair's benchmark.
func (p Pair) Key() Key { return Key{p.Package, p.Benchmark} }

// Key names the benchmark.
func (b Benchmark) Key() Key { return Key{b.Package, b.Name} }

// A Sample is a pair with what it measured. A failed pair has no figures.
type Sample struct {
	Pair       Pair
	Base, Head map[string]float64 // by unit, the slices of the process reduced

	// Better says higher or lower of the units whose Unit line says so.
	Better map[string]string

	one [2]map[string]float64 // base and head: the slice after the discarded one, by itself

	// Within are the log ratios of neighbouring slices of one process, by unit.
	Within map[string][]float64
}

// A Source is the bytes of base.txt or head.txt.
type Source struct {
	io.ReaderAt
	Size int64
}

// ReadSample reads what p measured from its bytes of both files. The error says
// what is wrong with them.
func ReadSample(p Pair, base, head Source) (Sample, error) {
	s := Sample{Pair: p, Better: map[string]string{}, Within: map[string][]float64{}}
	maps.Copy(s.Better, p.Better)
	if p.Failed != "" {
		return s, nil
	}
	var err error
	if s.Base, s.one[0], err = s.read(base, p.Base, BaseFile); err != nil {
		return s, err
	}
	s.Head, s.one[1], err = s.read(head, p.Head, HeadFile)
	return s, err
}

// read returns the slices of one side, reduced, and the first of those that
// count.
func (s *Sample) read(from Source, part Part, file string) (reduced, one map[string]float64, err error) {
	got, err := results.ReadSlices(from, from.Size, part.From, part.To, file, s.Pair.Benchmark, part.Slices)
	if err != nil {
		return nil, nil, err
	}
	for unit, better := range got.Better {
		s.Better[unit] = better
	}
	for i := 2; i < len(got.Values); i++ { // the first slice has the warming up in it
		for unit, v := range got.Values[i] {
			before, ok := got.Values[i-1][unit]
			if ratio := math.Log(v / before); ok && !math.IsNaN(ratio) && !math.IsInf(ratio, 0) {
				s.Within[unit] = append(s.Within[unit], ratio)
			}
		}
	}
	return results.Reduce(got.Values), got.Values[min(1, len(got.Values)-1)], nil
}

// oneSided says whether only one side has a figure of the unit.
func (s *Sample) oneSided(unit string) bool {
	_, base := s.Base[unit]
	_, head := s.Head[unit]
	return base != head
}

// figures returns both sides' figures of the unit, if they have any. The error
// says why they cannot be compared: a benchmark may report what is negative.
func (s *Sample) figures(unit string) (base, head float64, ok bool, err error) {
	base, inBase := s.Base[unit]
	head, inHead := s.Head[unit]
	if !inBase || !inHead {
		return 0, 0, false, nil
	}
	for _, v := range []float64{base, head} {
		if !results.Sound(v) {
			return 0, 0, false, fmt.Errorf("%v %s has no ratio", v, unit)
		}
	}
	return base, head, true, nil
}
