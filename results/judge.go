package results

import (
	"maps"
	"math"
	"slices"
)

// A State says where a model stands in a row.
type State int

const (
	Absent      State = iota // the plan has no such cell
	NotRunnable              // the model cannot run the job
	Failed                   // it failed in some round, and is not judged
	Unmeasured               // no figure of this metric
	Limited                  // the origin was the limit: shown, not judged
	Possible                 // a possible best
	Beaten                   // another is shown to be better
)

// A Standing is where a model stands in a row, by one metric.
type Standing struct {
	Model Model
	State State
	Why   string // of NotRunnable and Failed

	// Median is of the figures, in the metric's unit, per task where the metric
	// is. Its interval holds with 95 %, for this cell alone.
	Median Interval

	// Ratio is to Against's figure in the same round, with the interval by
	// which the model was, or was not, excluded.
	Ratio   Interval
	Against string

	// Behind is an upper bound of its ratio to whichever model is the best, by
	// the same intervals; infinite where too little was measured.
	Behind float64

	Modes *Modes // nil: not seen to run in two
}

// A Contest is a row judged by one metric.
type Contest struct {
	Metric    Metric
	Standings []Standing // a model each, as in Run.Models
	Reference string     // the possible best with the lowest median; "" where nothing was measured
	Alone     bool       // it is the only possible best, among several contenders
	Limited   bool       // the origin was the limit for some
	Rounds    int        // that the most often measured pair shares
	Need      int        // rounds that can exclude any
}

// saturated is the share of its CPU from which on the origin is held to be the
// limit.
const saturated = 0.9

// judge finds the possible best of a row's cells by one metric.
//
// A cell that failed in any round is not judged: the rounds in which it did not
// are no fair sample of what it does. Nor is a cell, in a metric that depends
// on the origin, for which the origin was the limit: with a faster origin it
// could have been better. It can still show another to be worse.
func judge(how method, cells []CellData, m Metric) Contest {
	c := Contest{Metric: m}
	var in []contender
	var who []int // index of the contender's standing
	for _, cell := range cells {
		s := Standing{Model: cell.Of, State: cell.state(m)}
		switch s.State {
		case NotRunnable:
			s.Why = cell.NotRunnable
		case Failed:
			s.Why = cell.Failure()
		case Limited, Possible:
			figures := cell.figures(m.Unit)
			if m.PerTask {
				for round := range figures {
					figures[round] /= float64(max(cell.Tasks, 1))
				}
			}
			var values []float64
			for _, round := range slices.Sorted(maps.Keys(figures)) {
				values = append(values, figures[round])
			}
			s.Median, s.Modes = how.own(values), twoModes(values)
			who = append(who, len(c.Standings))
			in = append(in, contender{figures, cell.turns(), m.Unit, s.Median.Estimate, s.State == Limited})
			c.Limited = c.Limited || s.State == Limited
		}
		c.Standings = append(c.Standings, s)
	}
	if len(in) == 0 {
		return c
	}
	found := best(how, in)
	c.Reference, c.Rounds, c.Need = c.Standings[who[found.reference]].Model.Name, found.rounds, found.need
	possible := 0
	for i, at := range who {
		s := &c.Standings[at]
		s.Ratio, s.Against = exp(found.ratio[i]), c.Standings[who[found.against[i]]].Model.Name
		s.Behind = math.Exp(found.behind[i])
		if found.possible[i] {
			possible++
		} else {
			s.State = Beaten
		}
	}
	c.Alone = possible == 1 && len(in) > 1 && !c.Limited
	return c
}

// state returns where a cell stands before it is compared with others.
func (c CellData) state(m Metric) State {
	_, measured := c.Median(m.Unit)
	busy, served := c.Median(originBusy)
	switch {
	case !c.Planned:
		return Absent
	case c.NotRunnable != "":
		return NotRunnable
	case len(c.Failures) > 0:
		return Failed
	case !measured:
		return Unmeasured
	case m.Served && served && busy > saturated:
		return Limited
	}
	return Possible
}
