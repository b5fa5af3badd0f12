package record

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"
)

// A Round is one block, measured with fresh processes: a line of rounds.jsonl.
// Its arms took turns, cycle by cycle, unless Serial says why not.
type Round struct {
	Block     string `json:"block"`
	Benchmark string `json:"benchmark,omitempty"` // where the block's processes measure several, one after the other
	Round     int    `json:"round"`               // from 1
	Attempt   int    `json:"attempt,omitempty"`   // from 0: how often this round was measured before
	Serial    string `json:"serial,omitempty"`    // why its arms ran one after the other; "": they took turns
	Layout    int    `json:"layout,omitempty"`    // seed of the link layout of both builds; 0: the linker's own
	Planned   int    `json:"planned"`             // cycles
	End       bool   `json:"end,omitempty"`       // no further benchmark of the block follows in this round
	Arms      []Arm  `json:"arms"`                // in the order in which they were started

	Took     time.Duration `json:"took_ns"`             // since the first start, or since the benchmark before
	Used     time.Duration `json:"used_ns"`             // what of it the processes took: their starts and their turns
	InCycles time.Duration `json:"cycles_ns,omitempty"` // what of it the cycles took; 0: not all were measured
	Steal    float64       `json:"steal"`               // share of the machine's CPU time, 0 to 1
	Stalled  float64       `json:"stalled"`             // share of the time in which some process waited for a CPU (PSI), 0 to 1
}

// An Arm is what one process of a Round measured.
type Arm struct {
	Name    string             `json:"arm"`
	N       int                `json:"n,omitempty"`       // iterations of a sample
	Cycles  []int              `json:"cycles,omitempty"`  // in which it measured, from 0
	Samples map[string]Figures `json:"samples,omitempty"` // by unit, one a cycle of Cycles
	GCs     []int              `json:"gcs,omitempty"`     // collections, one a cycle of Cycles
	LongN   int                `json:"long_n,omitempty"`  // iterations of a long sample
	Long    map[string]Figures `json:"long,omitempty"`    // by unit, one a long sample

	StartUp time.Duration `json:"start_ns,omitempty"` // until it was ready
	Parked  float64       `json:"parked,omitempty"`   // CPUs that it used while it was not its turn; under 0: not known
	Failed  string        `json:"failed,omitempty"`   // why it gave no figures, or not all
	NotRun  string        `json:"not_run,omitempty"`  // why it cannot run here, which is no failure
	Log     string        `json:"log,omitempty"`      // path in the run's folder
}

// Add takes a sample in, measured in a cycle.
func (a *Arm) Add(cycle int, s Sample) {
	if a.Samples == nil {
		a.Samples = map[string]Figures{}
	}
	a.N = s.N
	add(a.Samples, len(a.Cycles), s.Values)
	a.Cycles = append(a.Cycles, cycle)
	a.GCs = append(a.GCs, s.GCs)
}

// AddLong takes a long sample in.
func (a *Arm) AddLong(s Sample) {
	n := 0
	for _, f := range a.Long {
		n = len(f)
	}
	if a.Long == nil {
		a.Long = map[string]Figures{}
	}
	a.LongN = s.N
	add(a.Long, n, s.Values)
}

// add appends the values of the sample after n others.
func add(to map[string]Figures, n int, values map[string]float64) {
	for unit := range values {
		for len(to[unit]) < n {
			to[unit] = append(to[unit], math.NaN())
		}
	}
	for unit := range to {
		v, ok := values[unit]
		if !ok {
			v = math.NaN()
		}
		to[unit] = append(to[unit], v)
	}
	for unit, v := range values {
		if len(to[unit]) == n {
			to[unit] = append(to[unit], v)
		}
	}
}

// Of returns the arm of that name, nil if the round has none.
func (r *Round) Of(name string) *Arm {
	at := slices.IndexFunc(r.Arms, func(a Arm) bool { return a.Name == name })
	if at < 0 {
		return nil
	}
	return &r.Arms[at]
}

// Cut reports whether the round ended before its last cycle: before that of its
// last arm, where they ran one after the other.
func (r *Round) Cut() bool {
	whole := 0
	for i := range r.Arms {
		switch a := &r.Arms[i]; {
		case a.Failed != "" || a.NotRun != "":
		case slices.Contains(a.Cycles, r.Planned-1):
			whole++
		case r.Serial != "":
			return true
		}
	}
	return whole == 0 && len(r.Arms) > 0
}

// Disturbed is the share of the machine's CPU time that, stolen by others, makes
// a round doubtful.
const Disturbed = 0.05

// Disturbed reports whether so much was stolen from the round that it is to be
// measured again. What was measured plays no part in it.
func (r *Round) Disturbed() bool { return r.Steal > Disturbed }

// At returns the figure of a unit in a cycle, NaN where there is none.
func (a *Arm) At(unit string, cycle int) float64 {
	at, ok := slices.BinarySearch(a.Cycles, cycle)
	if f := a.Samples[unit]; ok && at < len(f) {
		return f[at]
	}
	return math.NaN()
}

// Figures are what was measured of one unit, a sample each. NaN stands for a
// sample without such a figure; JSON has null there.
type Figures []float64

// MarshalJSON writes null for what is no number.
func (f Figures) MarshalJSON() ([]byte, error) {
	b := []byte{'['}
	for i, v := range f {
		if i > 0 {
			b = append(b, ',')
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			b = append(b, "null"...)
		} else {
			b = strconv.AppendFloat(b, v, 'g', -1, 64)
		}
	}
	return append(b, ']'), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (f *Figures) UnmarshalJSON(b []byte) error {
	var all []*float64
	if err := json.Unmarshal(b, &all); err != nil {
		return err
	}
	*f = make(Figures, len(all))
	for i, v := range all {
		(*f)[i] = math.NaN()
		if v != nil {
			(*f)[i] = *v
		}
	}
	return nil
}

// Units returns the units of figures, sorted.
func Units[V any](byUnit map[string]V) []string { return slices.Sorted(maps.Keys(byUnit)) }

// LogRatio returns the median over the cycles that both arms measured of the
// logarithm of a's figure over b's, NaN where there is none: the figure of a pair
// in a round.
func (a *Arm) LogRatio(b *Arm, unit string) float64 {
	var d []float64
	for _, c := range a.Cycles {
		switch x, y := a.At(unit, c), b.At(unit, c); {
		case math.IsNaN(x) || math.IsNaN(y):
		case x == y: // both may be 0
			d = append(d, 0)
		default:
			d = append(d, math.Log(x/y))
		}
	}
	return median(d)
}

// Figure returns what the process measured of a unit by itself: the median of
// its long samples, or of all where it has no long ones. NaN where there is none.
func (a *Arm) Figure(unit string) float64 {
	if f, ok := a.Long[unit]; ok {
		return median(f)
	}
	return median(a.Samples[unit])
}

// Mean returns the mean of all samples of a unit, NaN where there is none.
func (a *Arm) Mean(unit string) float64 {
	sum, n := 0.0, 0
	for _, v := range a.Samples[unit] {
		if !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	return sum / float64(n)
}

// median returns the median of the values that are numbers.
func median(values []float64) float64 {
	var v []float64
	for _, x := range values {
		if !math.IsNaN(x) {
			v = append(v, x)
		}
	}
	slices.Sort(v)
	switch n := len(v); {
	case n == 0:
		return math.NaN()
	case n%2 == 1 || v[n/2-1] == v[n/2]: // equal ones may be infinite
		return v[n/2]
	default:
		return v[n/2-1]/2 + v[n/2]/2
	}
}

// MedianSample returns the median of all samples of a unit, NaN where there is
// none.
func (a *Arm) MedianSample(unit string) float64 { return median(a.Samples[unit]) }
