package results

import (
	"slices"
	"time"
)

// This file reads and judges calibrations of version 1, whose sides ran one
// after the other.

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

// A readRound is what its readings say of a round.
type readRound struct {
	number, again int
	sides         int // that were measured
	disturbed     bool
}

// rounds returns the rounds in the order of measurement.
func (r CalibrationRow) rounds() []readRound {
	var all []readRound
	for _, reading := range r.Readings {
		i := slices.IndexFunc(all, func(x readRound) bool { return x.number == reading.Round })
		if i < 0 {
			i, all = len(all), append(all, readRound{number: reading.Round, again: reading.Again})
		}
		all[i].sides++
		all[i].disturbed = all[i].disturbed || reading.Disturbed()
	}
	return all
}

// fidelityOfReadings judges a gauge by the confidence sequence of version 1.
func (r CalibrationRow) fidelityOfReadings(g Gauge) Fidelity {
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
		f.Ratio = exp(seq.Interval(logRatios(own, r.figures(best, g.Quantity))))
	}
	f.Verdict = g.verdict(f.Ratio)
	return f
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

func (r CalibrationRow) wholeReadings() int {
	whole := 0
	for _, x := range r.rounds() {
		if x.again == 0 && x.sides == len(r.Sides) {
			whole++
		}
	}
	return whole
}

func (r CalibrationRow) disturbedReadings() (rounds, left int) {
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
