package reference

import (
	"fmt"
	"slices"
	"time"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/runners"
)

// Options say what is measured, and how much.
type Options struct {
	Only   []string      // names of comparisons; none: all
	Places []string      // names of places; none: all
	Rounds int           // of a row, at most
	Seed   uint64        // of the order and of what is sent
	Budget time.Duration // 0: none
}

// A Row is a comparison at a place.
type Row struct {
	Comparison
	Place Place
	CPUs  []int // to which its sides are bound; fewer than the place has where there are not enough
}

// Block is the name of the row's block.
func (r Row) Block() string { return block(r.Name, r.Place.Text) }

func block(name, place string) string { return name + " on " + place }

// Rows returns what the options ask for, in order, of a process that may use
// these CPUs. The error names what is allowed.
func (o Options) Rows(cpus []int) ([]Row, error) {
	switch {
	case o.Rounds < 1:
		return nil, fmt.Errorf("--rounds %d: want 1 or more; %d can decide, 20 are usual", o.Rounds, results.FidelityRounds())
	case o.Budget < 0:
		return nil, fmt.Errorf("--budget %v: want 0, for none, or more", o.Budget)
	}
	if err := known("comparison", o.Only, Comparisons, func(c Comparison) string { return c.Name }); err != nil {
		return nil, err
	}
	if err := known("number of CPUs", o.Places, Places, func(p Place) string { return p.Name }); err != nil {
		return nil, err
	}
	wanted := func(chosen []string, name string) bool { return len(chosen) == 0 || slices.Contains(chosen, name) }
	largest := Places[0]
	for _, p := range Places {
		if p.CPUs <= len(cpus) {
			largest = p
		}
	}
	var rows []Row
	for _, r := range every(cpus) {
		elsewhere := r.Once && r.Place != largest
		if wanted(o.Only, r.Name) && wanted(o.Places, r.Place.Name) && !elsewhere {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("nothing is left to measure: what --only names runs on %s only, and --cpus leaves that out", largest.Text)
	}
	return rows, nil
}

// every are all rows, in the order in which they are shown.
func every(cpus []int) (rows []Row) {
	bound := map[Place][]int{}
	for _, p := range Places {
		bound[p] = pick(cpus, p.CPUs, core)
	}
	for _, c := range Comparisons {
		for _, p := range Places {
			rows = append(rows, Row{c, p, bound[p]})
		}
	}
	return rows
}

func known[T any](what string, chosen []string, all []T, name func(T) string) error {
	var names []string
	for _, one := range all {
		names = append(names, name(one))
	}
	for _, n := range chosen {
		if !slices.Contains(names, n) {
			return runners.Unknown(what, n, names)
		}
	}
	return nil
}

// blank is what a calibration says of the row, whatever is measured.
func (r Row) blank() results.CalibrationRow {
	row := results.CalibrationRow{Name: r.Name, What: r.What, Op: r.Op, Place: r.Place.Text, CPUs: r.CPUs, Gauges: r.gauges()}
	for _, s := range r.sides() {
		row.Sides = append(row.Sides, s.Name())
	}
	return row
}

// gauges are the comparison's, without targets where the place is none that is
// judged.
func (r Row) gauges() []results.Gauge {
	gauges := slices.Clone(r.Gauges)
	for i := range gauges {
		if r.Place.CPUs != judged {
			gauges[i] = shown(gauges[i].Quantity)
		}
	}
	return gauges
}

// obstacle says why a row cannot be measured here, "" if it can. missing says
// why there is no such reference.
func obstacle(r Row, missing map[string]string) string {
	if len(r.CPUs) < r.Place.CPUs {
		return fmt.Sprintf("needs %d CPUs, and this process may use %d", r.Place.CPUs, len(r.CPUs))
	}
	for _, s := range r.sides() {
		if s.Model == "" {
			if why := missing[s.C]; why != "" {
				return why
			}
			continue
		}
		m, _, err := runners.Lookup(s.Model, r.Place.CPUs)
		if err == nil && m.Unsupported != nil {
			err = m.Unsupported()
		}
		if err != nil {
			return s.Model + ": " + err.Error()
		}
	}
	return ""
}
