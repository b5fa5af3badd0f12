package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/results/stats"
)

// evidence is what came out, summed up.
type evidence struct {
	alarms    []alarms
	spreads   []spread
	resampled compare.Resampled
	found     []found
	gates     int
	wolves    int // gates that told something slower
	faster    int
	inside    time.Duration // measured processes
	measuring time.Duration
}

// A spread is how far the rounds of a benchmark lie apart by ns/op, in turns and
// one side after the other.
type spread struct {
	module, benchmark string
	turns, after      []float64 // a check each
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
		e.spread(module, c.Lines)
		e.spent(r)
	}
	e.alarms = append(e.alarms, a)
}

// spread takes in the spreads of a check.
func (e *evidence) spread(module string, lines []compare.CheckLine) {
	for _, l := range lines {
		if l.Metric != "ns/op" || math.IsNaN(l.Share()) {
			continue
		}
		at := slices.IndexFunc(e.spreads, func(s spread) bool { return s.module == module && s.benchmark == l.Benchmark })
		if at < 0 {
			at = len(e.spreads)
			e.spreads = append(e.spreads, spread{module: module, benchmark: l.Benchmark})
		}
		e.spreads[at].turns = append(e.spreads[at].turns, l.Between)
		e.spreads[at].after = append(e.spreads[at].after, l.After)
	}
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
	p("| spread of the rounds, ns/op | in turns | one after the other | ÷ |\n| --- | ---: | ---: | ---: |")
	var shares []float64
	for _, s := range e.spreads {
		turns, after := stats.Median(s.turns), stats.Median(s.after)
		shares = append(shares, turns/after)
		p("| %s %s | %.1f %% | %.1f %% | %.2f |", s.module, s.benchmark, 100*turns, 100*after, turns/after)
	}
	p("| median of %d | | | %.2f |", len(shares), stats.Median(shares))
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
