package record

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A Sample is one timed measurement, as the process that made it reports it.
type Sample struct {
	N      int           // iterations
	Timed  time.Duration // of its wall time, what the benchmark's timer ran for
	GCs    int           // collections that the process ran meanwhile, those asked for left out
	Values map[string]float64
}

// String writes the sample as a line, which ParseSample reads: iterations,
// collections and timed nanoseconds, then the figures with their units.
func (s Sample) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %d %d", s.N, s.GCs, s.Timed.Nanoseconds())
	for _, unit := range Units(s.Values) {
		fmt.Fprintf(&b, "\t%s %s", strconv.FormatFloat(s.Values[unit], 'g', -1, 64), unit)
	}
	return b.String()
}

// ParseSample reads a line that String wrote. Of a unit that stands there more
// than once the last counts.
func ParseSample(line string) (Sample, error) {
	fields := strings.Fields(line)
	s := Sample{Values: map[string]float64{}}
	if len(fields) < 3 || len(fields)%2 != 1 {
		return s, fmt.Errorf("%q is no sample", line)
	}
	var head [3]int64
	for i := range head {
		n, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil || n < 0 {
			return s, fmt.Errorf("%q is no sample: %q is no number from 0", line, fields[i])
		}
		head[i] = n
	}
	s.N, s.GCs, s.Timed = int(head[0]), int(head[1]), time.Duration(head[2])
	if s.N < 1 {
		return s, fmt.Errorf("%q is no sample: it has no iterations", line)
	}
	for i := 3; i < len(fields); i += 2 {
		v, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return s, fmt.Errorf("%q is no sample: %q is no number", line, fields[i])
		}
		if !math.IsNaN(v) && !math.IsInf(v, 0) { // a benchmark's own figure may be anything
			s.Values[fields[i+1]] = v
		}
	}
	return s, nil
}
