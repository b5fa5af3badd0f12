package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/concbench/concbench/results/compare"
)

// evidence is what came out, summed up.
type evidence struct {
	alarms    []alarms
	ways      map[string]*compare.Way
	order     []string // of ways
	resampled compare.Resampled
	found     []found
	gates     int
	wolves    int // gates that told something slower
	faster    int
	inside    time.Duration // measured processes
	measuring time.Duration
}

// alarms are the calls of A/A checks, uncorrected.
type alarms struct {
	module                       string
	benchmarks, comparisons, bad int
}

// found is what gates found of the work that was added.
type found struct {
	module, inject, threshold string
	limit                     float64 // of the spread
	quiet, slower             int     // benchmarks within the limit, and those of them that were told slower
	noisy, noisySlower        int     // the others
	took                      time.Duration
}

func newEvidence() *evidence { return &evidence{ways: map[string]*compare.Way{}} }

func (e *evidence) spent(r *compare.Report) {
	e.inside += r.Plan.Inside
	e.measuring += r.Plan.Measuring
}

func (e *evidence) checks(module string, all []*compare.Report) {
	a := alarms{module: module}
	for _, r := range all {
		c := r.Check()
		a.benchmarks = r.Measured()
		a.comparisons += c.Comparisons
		a.bad += c.Calls
		e.resampled.Runs += c.Gates.Runs
		e.resampled.Slower += c.Gates.Slower
		e.resampled.Faster += c.Gates.Faster
		for _, w := range c.Ways {
			if e.ways[w.Name] == nil {
				e.ways[w.Name], e.order = &compare.Way{Name: w.Name}, append(e.order, w.Name)
			}
			e.ways[w.Name].Calls += w.Calls
			e.ways[w.Name].Of += w.Of
		}
		e.spent(r)
	}
	e.alarms = append(e.alarms, a)
}

// power holds what a gate found against the spread that A/A checks saw.
func (e *evidence) power(module, inject, threshold string, limit float64, aa []*compare.Report, r *compare.Report) {
	f := found{module: module, inject: inject, threshold: threshold, limit: limit, took: r.Plan.Ended.Sub(r.Plan.Started)}
	spreads := map[compare.Key][]float64{}
	for _, check := range aa {
		for _, l := range check.Check().Lines {
			if l.Metric == "ns/op" {
				spreads[l.Key] = append(spreads[l.Key], l.Between)
			}
		}
	}
	for i := range r.Results {
		b := &r.Results[i]
		spread := slices.Sorted(slices.Values(spreads[b.Key()]))
		if len(spread) == 0 || math.IsNaN(spread[len(spread)/2]) {
			continue
		}
		slower := b.Verdict() == compare.Slower
		if spread[len(spread)/2] <= limit {
			f.quiet++
			if slower {
				f.slower++
			}
		} else {
			f.noisy++
			if slower {
				f.noisySlower++
			}
		}
	}
	e.found = append(e.found, f)
	e.spent(r)
}

func (e *evidence) gate(r *compare.Report) {
	e.gates++
	if r.Regressed() {
		e.wolves++
	}
	if len(r.With(compare.Faster)) > 0 {
		e.faster++
	}
	e.spent(r)
}

// of writes "3 of 200, 1.5 % [0.3, 4.3]".
func of(k, n int) string {
	lo, hi := compare.ClopperPearson(k, n, 0.05)
	return fmt.Sprintf("%d of %d, %.1f %% [%.1f, %.1f]", k, n, 100*float64(k)/float64(max(n, 1)), 100*lo, 100*hi)
}

func (e *evidence) write(w io.Writer) error {
	p := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	p("| A/A, identical builds | benchmarks | called different, uncorrected |\n| --- | ---: | --- |")
	n, k := 0, 0
	for _, a := range e.alarms {
		p("| %s | %d | %s |", a.module, a.benchmarks, of(a.bad, a.comparisons))
		n, k = n+a.comparisons, k+a.bad
	}
	p("| all | | %s |\n", of(k, n))
	p("| the same, by the U test at 0.05 | called different |\n| --- | --- |")
	for _, name := range e.order {
		p("| %s | %s |", name, of(e.ways[name].Calls, e.ways[name].Of))
	}
	p("\nWhole gates resampled from the recorded A/A rounds that told something slower: %s.", of(e.resampled.Slower, e.resampled.Runs))
	p("Whole gates made of a build against itself that told something slower: %s; something faster: %d.\n", of(e.wolves, e.gates), e.faster)
	p("| work added | threshold | module | spread | told slower | the noisier | took |\n| --- | --- | --- | --- | --- | --- | ---: |")
	for _, f := range e.found {
		p("| %s | %s | %s | at most %g %% | %s | %s | %v |", f.inject, f.threshold, f.module, 100*f.limit, of(f.slower, f.quiet), of(f.noisySlower, f.noisy), f.took.Round(time.Second))
	}
	outside := 1 - float64(e.inside)/float64(max(e.measuring, 1))
	_, err := fmt.Fprintf(w, "\nOf the time spent measuring, builds left out, %.1f %% was outside measured processes.\n", 100*outside)
	return err
}
