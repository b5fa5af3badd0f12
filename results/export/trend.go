package export

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/concbench/concbench/results"
)

// A point is one figure of a run: a median over its rounds.
type point struct {
	Package, Name string
	Unit          string
	Median        results.Interval
}

// trended are the units that trend tools are given. Less is better in all.
var trended = []string{"ns/op", "cpu-ns/op", "B/op", "allocs/op"}

// points returns the figures of the run in dir that are judged: not the points
// of a sweep, which have few rounds, nor what failed in some round, nor the time
// of a job that is paced.
func points(dir string) (*results.Data, []point, error) {
	if isComparison(dir) {
		return nil, nil, fmt.Errorf("%s is a comparison, and trend tools take runs: name the folder of a run, or export it as csv", dir)
	}
	d, err := results.Open(dir)
	if err != nil {
		return nil, nil, err
	}
	var all []point
	for _, r := range d.Rows {
		for _, c := range r.Cells {
			all = append(all, ofCell(c, r.Known.Paced)...)
		}
	}
	for _, b := range d.Benchmarks {
		all = append(all, ofCell(b.CellData, false)...)
	}
	if len(all) == 0 {
		return nil, nil, fmt.Errorf("%s has no figures to export: nothing in it was measured without a failure", dir)
	}
	return d, all, nil
}

func ofCell(c results.CellData, paced bool) []point {
	if len(c.Failures) > 0 {
		return nil
	}
	var all []point
	for _, unit := range trended {
		if paced && unit == "ns/op" {
			continue
		}
		var values []float64
		for _, p := range c.Processes {
			if v, ok := p.Values[unit]; ok {
				values = append(values, v)
			}
		}
		if len(values) > 0 {
			all = append(all, point{c.Package, c.Name, unit, results.TwoSided(0.05, 1).Interval(values)})
		}
	}
	return all
}

// GitHubActionBenchmark writes the run in dir as benchmark-action's
// github-action-benchmark reads it with the tool customSmallerIsBetter: medians
// over the rounds, with their 95 % interval as the range.
func GitHubActionBenchmark(w io.Writer, dir string) ([]results.Warning, error) {
	type entry struct {
		Name  string  `json:"name"`
		Unit  string  `json:"unit"`
		Value float64 `json:"value"`
		Range string  `json:"range,omitempty"`
		Extra string  `json:"extra,omitempty"`
	}
	d, all, err := points(dir)
	if err != nil {
		return nil, err
	}
	var entries []entry
	for _, p := range all {
		e := entry{Name: p.Name + " - " + p.Unit, Unit: p.Unit, Value: p.Median.Estimate}
		if p.Package != "" {
			e.Name = p.Name + " (" + p.Package + ") - " + p.Unit
		}
		if p.Median.Bounded() {
			e.Range = number(p.Median.Lo) + " to " + number(p.Median.Hi)
		}
		extra := []string{fmt.Sprintf("rounds: %d", p.Median.N), d.Run.Go, d.Env.CPU}
		e.Extra = strings.Join(slices.DeleteFunc(extra, func(s string) bool { return s == "" }), "\n")
		entries = append(entries, e)
	}
	return d.Warnings, encode(w, entries)
}

// measures are Bencher's names of the units. Its own latency is in nanoseconds.
var measures = map[string]string{"ns/op": "latency", "cpu-ns/op": "cpu-time", "B/op": "allocated-bytes", "allocs/op": "allocations"}

// Bencher writes the run in dir in the Bencher Metric Format, for Bencher's json
// adapter: medians over the rounds, with their 95 % intervals.
func Bencher(w io.Writer, dir string) ([]results.Warning, error) {
	type metric struct {
		Value float64  `json:"value"`
		Lower *float64 `json:"lower_value,omitempty"`
		Upper *float64 `json:"upper_value,omitempty"`
	}
	d, all, err := points(dir)
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]metric{}
	for _, p := range all {
		name := p.Name
		if p.Package != "" {
			name = p.Package + "." + p.Name
		}
		if out[name] == nil {
			out[name] = map[string]metric{}
		}
		m := metric{Value: p.Median.Estimate}
		if p.Median.Bounded() {
			m.Lower, m.Upper = &p.Median.Lo, &p.Median.Hi
		}
		out[name][measures[p.Unit]] = m
	}
	return d.Warnings, encode(w, out)
}

func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
