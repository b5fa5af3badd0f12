package results

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// A Calibration says how near the models come to their like in C, and to each
// other's like in Go: calibration.json. It holds no host name, no user and no
// path.
type Calibration struct {
	Version     int              `json:"version"`
	Status      Status           `json:"status"`
	Started     time.Time        `json:"started"`
	Ended       time.Time        `json:"ended,omitzero"`
	Seed        uint64           `json:"seed"`   // of the order of measurement; this, the rounds and the span are the last time's
	Rounds      int              `json:"rounds"` // planned
	Span        time.Duration    `json:"span_ns"`
	Go          string           `json:"go"` // version that compiled the Go sides
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

	Readings []Reading `json:"readings,omitempty"` // in the order of measurement
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

// A Reading is what one process of a side measured in one round.
type Reading struct {
	Round int           `json:"round"` // from 1
	Order int           `json:"order"` // position within the round, from 1
	Side  int           `json:"side"`  // index into Sides
	Ops   int           `json:"ops"`
	Wall  time.Duration `json:"wall_ns"`
	CPU   time.Duration `json:"cpu_ns"`
	Value float64       `json:"value,omitempty"` // where neither wall nor CPU is what is asked for
	Steal float64       `json:"steal"`           // share of the machine's CPU time, 0 to 1

	// Again is the disturbed round that this one measures again; 0: it is one of
	// those planned.
	Again int `json:"again,omitempty"`
}

// Disturbed says that so much of the machine's CPU time was stolen meanwhile
// that the reading is doubtful.
func (r Reading) Disturbed() bool { return r.Steal > Disturbed }

// A Gauge is a quantity of a row, and the target that the model is held to.
type Gauge struct {
	Quantity Quantity `json:"quantity"`

	// Target is a bound of the ratio to the other side, or, where there is
	// none, of the figure itself; 0: the quantity is shown and not judged.
	Target float64 `json:"target,omitempty"`

	// AtLeast says that the target is a lower bound.
	AtLeast bool `json:"at_least,omitempty"`
}

// A Quantity says what of a Reading a Gauge is about.
type Quantity string

const (
	Throughput Quantity = "throughput" // operations a second
	PerOp      Quantity = "time"       // wall time an operation
	CPUPerOp   Quantity = "cpu"        // CPU time an operation, user and system
	Lateness   Quantity = "lateness"   // Reading.Value, in nanoseconds
	Held       Quantity = "held"       // Reading.Value, in bytes
)

// of returns the quantity in a reading.
func (q Quantity) of(r Reading) float64 {
	switch q {
	case Throughput:
		return float64(r.Ops) / r.Wall.Seconds()
	case PerOp:
		return float64(r.Wall) / float64(r.Ops)
	case CPUPerOp:
		return float64(r.CPU) / float64(r.Ops)
	}
	return r.Value
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

// Fidelity judges a gauge of the row: the median over the rounds of the ratio
// within a round, and its confidence sequence. Where there is more than one
// other side, the one with the best median counts.
func (r CalibrationRow) Fidelity(g Gauge) Fidelity {
	f := Fidelity{Gauge: g}
	seq := TwoSided(fidelityError, 1)
	own := r.figures(0, g.Quantity)
	f.Own = median(values(own))
	if len(r.Sides) < 2 {
		f.Ratio = seq.Interval(values(own))
	} else {
		best := 0
		for side := 1; side < len(r.Sides); side++ {
			m := median(values(r.figures(side, g.Quantity)))
			if best == 0 || g.Quantity.better(m, f.Other) {
				best, f.Other = side, m
			}
		}
		f.Against = r.Sides[best]
		f.Ratio = seq.Interval(logRatios(own, r.figures(best, g.Quantity))).exp()
	}
	f.Verdict = g.verdict(f.Ratio)
	return f
}

// better says that a is a better figure than b.
func (q Quantity) better(a, b float64) bool {
	if q == Throughput {
		return a > b
	}
	return a < b
}

// figures returns a side's figures, by round, of the rounds that count.
func (r CalibrationRow) figures(side int, q Quantity) map[int]float64 {
	f, counts := map[int]float64{}, r.counts()
	for _, reading := range r.Readings {
		if reading.Side == side && counts[reading.Round] {
			f[reading.Round] = q.of(reading)
		}
	}
	return f
}

func values(byRound map[int]float64) []float64 {
	var all []float64
	for _, v := range byRound {
		all = append(all, v)
	}
	return all
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

// A round is what its readings say of it.
type round struct {
	number, again int
	sides         int // that were measured
	disturbed     bool
}

// rounds returns the rounds in the order of measurement.
func (r CalibrationRow) rounds() []round {
	var all []round
	for _, reading := range r.Readings {
		i := slices.IndexFunc(all, func(x round) bool { return x.number == reading.Round })
		if i < 0 {
			i, all = len(all), append(all, round{number: reading.Round, again: reading.Again})
		}
		all[i].sides++
		all[i].disturbed = all[i].disturbed || reading.Disturbed()
	}
	return all
}

// counts returns the numbers of the rounds that count: of a planned round and
// those that measure it again, the first that was not disturbed; where all
// were, the planned one. What was stolen decides, never what was measured.
func (r CalibrationRow) counts() map[int]bool {
	all := r.rounds()
	best := map[int]int{} // by the planned round
	for _, x := range all {
		if x.again == 0 {
			best[x.number] = x.number
		}
	}
	quiet := map[int]bool{}
	for _, x := range all {
		planned := x.number
		if x.again != 0 {
			planned = x.again
		}
		if !x.disturbed && x.sides == len(r.Sides) && !quiet[planned] {
			best[planned], quiet[planned] = x.number, true
		}
	}
	counts := map[int]bool{}
	for _, number := range best {
		counts[number] = true
	}
	return counts
}

// Rounds is how many planned rounds measured every side.
func (r CalibrationRow) Rounds() int {
	whole := 0
	for _, x := range r.rounds() {
		if x.again == 0 && x.sides == len(r.Sides) {
			whole++
		}
	}
	return whole
}

// Disturbed returns how many planned rounds were disturbed, and how many of them
// count all the same, as no quiet round took their place.
func (r CalibrationRow) Disturbed() (rounds, left int) {
	counts := r.counts()
	for _, x := range r.rounds() {
		if x.again != 0 || !x.disturbed {
			continue
		}
		rounds++
		if counts[x.number] {
			left++
		}
	}
	return rounds, left
}

// Empty reports whether nothing was measured.
func (c *Calibration) Empty() bool {
	return !slices.ContainsFunc(c.Rows, func(r CalibrationRow) bool { return len(r.Readings) > 0 })
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
