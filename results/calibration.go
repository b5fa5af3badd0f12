package results

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/results/stats"
)

// A Calibration says how near the models come to their like in C, and to each
// other's like in Go: calibration.json. It holds no host name, no user and no
// path.
type Calibration struct {
	Version     int              `json:"version"`
	Status      Status           `json:"status"`
	Started     time.Time        `json:"started"`
	Ended       time.Time        `json:"ended,omitzero"`
	Seed        uint64           `json:"seed"`             // of the order of measurement; this, the rounds and the span are the last time's
	Rounds      int              `json:"rounds"`           // planned, at most where sides took turns
	Span        time.Duration    `json:"span_ns,omitzero"` // version 1: least time of a process
	Go          string           `json:"go"`               // version that compiled the Go sides
	Commit      string           `json:"commit,omitempty"`
	Compiler    string           `json:"compiler,omitempty"` // of the C sides; "" where there was none
	OriginProcs int              `json:"origin_procs"`
	Machine     Env              `json:"machine"`
	Rows        []CalibrationRow `json:"rows"`
}

// A CalibrationRow is one comparison at one placement.
type CalibrationRow struct {
	Name   string   `json:"name"`
	What   string   `json:"what"`           // "eventloop echo, 100 connections × 64 B"
	Op     string   `json:"op"`             // of which the figures are: "request"
	Place  string   `json:"place"`          // "one CPU", "two CPUs"
	CPUs   []int    `json:"cpus,omitempty"` // that all sides were bound to
	Sides  []string `json:"sides"`          // the model that is calibrated, then what it is held against; alone where targets are absolute
	Gauges []Gauge  `json:"gauges"`         // what is judged, and what only shown

	Conditions

	// NotRunnable is why the comparison is impossible here, Failed why it broke
	// off. Neither is judged.
	NotRunnable string `json:"not_runnable,omitempty"`
	Failed      string `json:"failed,omitempty"`

	// Rounds are what was measured, every attempt at each; Readings, where sides
	// ran one after the other, as they did in version 1.
	Rounds   []record.Round `json:"rounds,omitempty"`
	Readings []Reading      `json:"readings,omitempty"`
}

// Conditions are what a row was measured under, which need not be what the rest
// of the calibration was: a row stays until it is measured again.
type Conditions struct {
	Measured time.Time     `json:"measured,omitzero"` // when it began
	Commit   string        `json:"commit,omitempty"`
	Planned  int           `json:"planned,omitempty"` // rounds
	Span     time.Duration `json:"span_ns,omitempty"`
	Seed     uint64        `json:"seed,omitempty"`
}

// A Gauge is a quantity of a row, and the target that the model is held to.
type Gauge struct {
	Quantity Quantity `json:"quantity"`

	// Target is a bound of the ratio to the other side, or, where there is
	// none, of the figure itself; 0: the quantity is shown and not judged.
	Target float64 `json:"target,omitempty"`

	// AtLeast says that the target is a lower bound.
	AtLeast bool `json:"at_least,omitempty"`
}

// A Quantity says what a Gauge is about.
type Quantity string

const (
	Throughput Quantity = "throughput" // operations a second
	PerOp      Quantity = "time"       // wall time an operation
	CPUPerOp   Quantity = "cpu"        // CPU time an operation, user and system
	Lateness   Quantity = "lateness"   // 99th percentile, in nanoseconds
	Held       Quantity = "held"       // memory an operation, in bytes
)

// Unit is that of the figures that the sides report of the quantity. Those of
// time are nanoseconds an operation.
func (q Quantity) Unit() string {
	switch q {
	case Lateness:
		return "p99-lag-ns"
	case Held:
		return "held-B/op"
	case CPUPerOp:
		return "cpu-ns/op"
	}
	return "ns/op"
}

// A Fidelity is how a Gauge stands.
type Fidelity struct {
	Gauge   Gauge
	Against string     // the side that the model is compared with; "" where the target is absolute
	Own     float64    // median of the model's figures
	Other   float64    // and of the other side's
	Ratio   Interval   // to the other side, within rounds; of the figure itself where there is none
	Verdict Conclusion // where there is a target
}

// A Conclusion says whether a target is met.
type Conclusion int

const (
	Untargeted Conclusion = iota
	Undecided             // the interval holds the target
	Met
	Missed
)

// fidelityError is the probability with which an interval of a Fidelity does
// not hold the truth, however often one looks.
const fidelityError = 0.05

// fidelity is the method of intervals that are looked at after every round.
var fidelity = stats.Bet{Alpha: fidelityError / 2}

// FidelityRounds is the smallest number of rounds that can decide a target.
func FidelityRounds() int { return fidelity.LeastRounds() }

// Fidelity judges a gauge of the row: the median over the rounds of the ratio
// within a round, and an interval that holds however often one looks. The ratio
// within a round is the median of its cycles'. Where there is more than one
// other side, the one with the best median counts.
func (r CalibrationRow) Fidelity(g Gauge) Fidelity {
	if len(r.Readings) > 0 || len(r.Sides) == 0 {
		return r.fidelityOfReadings(g)
	}
	f := Fidelity{Gauge: g}
	own, d := r.against(g.Quantity, r.Sides[0], "")
	f.Own = median(own)
	best := math.NaN()
	for _, side := range r.Sides[1:] {
		other, _ := r.against(g.Quantity, side, "")
		if m := median(other); f.Against == "" || math.IsNaN(best) || g.Quantity.better(m, best) {
			best, f.Against = m, side
		}
	}
	if f.Against != "" {
		f.Other = best
		_, d = r.against(g.Quantity, r.Sides[0], f.Against)
	}
	f.Ratio = exp(fidelity.Interval(d))
	f.Verdict = g.verdict(f.Ratio)
	return f
}

// against returns a side's figures, and the logarithms of their ratios to those
// of another side, or of themselves where that is "": one a round that counts,
// in order.
func (r CalibrationRow) against(q Quantity, side, other string) (figures, logs []float64) {
	for _, round := range record.Counted(r.Rounds) {
		a, b := round.Of(side), round.Of(other)
		if a == nil {
			continue
		}
		figure, log := a.Figure(q.Unit()), math.NaN()
		switch {
		case other == "":
			log = math.Log(figure)
		case b != nil && round.Serial != "":
			log = math.Log(figure / b.Figure(q.Unit()))
		case b != nil:
			log = a.LogRatio(b, q.Unit())
		}
		if math.IsNaN(log) {
			continue
		}
		if q == Throughput {
			figure, log = 1e9/figure, -log
		}
		figures, logs = append(figures, figure), append(logs, log)
	}
	return figures, logs
}

// precise is how near the ends of an interval come to its estimate, as a factor,
// where no target says what is near enough.
const precise = 1.1

// Decided says that no further round is wanted: all targets are met or missed,
// or, where there are none, all that is shown is known to within 10 %.
func (r CalibrationRow) Decided() bool {
	targets := slices.ContainsFunc(r.Gauges, func(g Gauge) bool { return g.Target > 0 })
	for _, g := range r.Gauges {
		f := r.Fidelity(g)
		i := f.Ratio
		if f.Verdict == Undecided || !targets && !(i.Hi <= i.Estimate*precise && i.Lo >= i.Estimate/precise) {
			return false
		}
	}
	return true
}

// better says that a is a better figure than b.
func (q Quantity) better(a, b float64) bool {
	if q == Throughput {
		return a > b
	}
	return a < b
}

// verdict decides as soon as the interval lies on one side of the target.
func (g Gauge) verdict(i Interval) Conclusion {
	good, bad := i.Hi <= g.Target, i.Lo > g.Target
	if g.AtLeast {
		good, bad = i.Lo >= g.Target, i.Hi < g.Target
	}
	switch {
	case g.Target == 0:
		return Untargeted
	case !i.Bounded():
		return Undecided
	case good:
		return Met
	case bad:
		return Missed
	}
	return Undecided
}

// By is by how much the estimate misses the target, as a share of the target.
func (f Fidelity) By() float64 { return math.Abs(f.Ratio.Estimate/f.Gauge.Target - 1) }

// Empty reports whether nothing was measured.
func (c *Calibration) Empty() bool {
	return !slices.ContainsFunc(c.Rows, CalibrationRow.measured)
}

func (r CalibrationRow) measured() bool {
	return len(r.Readings) > 0 || slices.ContainsFunc(r.Rounds, measuredAll)
}

// measuredAll reports whether a round has figures of every side.
func measuredAll(r record.Round) bool {
	return !slices.ContainsFunc(r.Arms, func(a record.Arm) bool { return len(a.Cycles) == 0 })
}

// Whole is how many rounds measured every side, repeats left out.
func (r CalibrationRow) Whole() int {
	if len(r.Readings) > 0 {
		return r.wholeReadings()
	}
	return len(slices.DeleteFunc(record.Counted(r.Rounds), func(r record.Round) bool { return !measuredAll(r) }))
}

// Disturbed returns how many rounds were disturbed, and how many of them count
// all the same, as no quiet attempt took their place.
func (r CalibrationRow) Disturbed() (rounds, left int) {
	if len(r.Readings) > 0 {
		return r.disturbedReadings()
	}
	disturbed := map[int]bool{}
	for i := range r.Rounds {
		if r.Rounds[i].Disturbed() {
			disturbed[r.Rounds[i].Round] = true
		}
	}
	for _, round := range record.Counted(r.Rounds) {
		if round.Disturbed() {
			left++
		}
	}
	return len(disturbed), left
}

// Fits says why the calibration tells nothing of a run: it is of another
// machine or of another Go. "" means that it fits.
func (c *Calibration) Fits(run Run, env Env) string {
	what, mine, ours := c.Differs(run.Go, env)
	if what == "" {
		return ""
	}
	return fmt.Sprintf("its %s is %s, the run's %s", what, mine, ours)
}

// Differs returns the first thing of what decides whether figures can be
// compared in which the calibration differs from that Go and machine, and what
// it is on either side; "" if there is none.
func (c *Calibration) Differs(version string, env Env) (what, mine, ours string) {
	for _, fact := range []struct {
		what       string
		mine, ours any
	}{
		{"Go", c.Go, version},
		{"architecture", c.Machine.Arch, env.Arch},
		{"CPU", c.Machine.CPU, env.CPU},
		{"number of CPUs", c.Machine.Cores, env.Cores},
		{"kernel", c.Machine.Kernel, env.Kernel},
		{"virtualization", c.Machine.Virtual, env.Virtual},
	} {
		if fact.mine != fact.ours {
			return fact.what, fmt.Sprint(fact.mine), fmt.Sprint(fact.ours)
		}
	}
	return "", "", ""
}

// Row returns the index of the row of that name and place, -1 if there is none.
func (c *Calibration) Row(name, place string) int {
	return slices.IndexFunc(c.Rows, func(r CalibrationRow) bool { return r.Name == name && r.Place == place })
}
