// Package export writes stored runs and comparisons for other tools.
package export

import (
	"cmp"
	"encoding/csv"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/results/record"
)

var (
	runHead     = []string{"round", "attempt", "order", "package", "cell", "job", "model", "slice", "discarded", "unit", "value", "steal", "failed"}
	compareHead = []string{"side", "round", "attempt", "layout", "started", "disturbed", "package", "benchmark", "one_after_the_other", "cycle", "iterations", "unit", "value", "steal", "failed"}
)

// CSV writes every slice that the run or the comparison in dir measured, a
// figure a line, in measured order. Of a round's attempts the last counts that
// was not disturbed, else the last, and a failure in any. The first slice of a
// process, which has the warming up in it, is marked as discarded where there is
// another; slices count from 1, attempts from 0. What failed has one line, with
// the reason and without a figure. The warnings tell what is left out.
func CSV(w io.Writer, dir string) ([]results.Warning, error) {
	if isComparison(dir) {
		return compareCSV(w, dir)
	}
	ps, warnings, err := results.ReadProcesses(dir)
	if err != nil {
		return nil, err
	}
	out := csv.NewWriter(w)
	out.Write(runHead) // an error stays with the Writer
	for _, p := range ps {
		head := []string{strconv.Itoa(p.Round), strconv.Itoa(p.Attempt), strconv.Itoa(p.Order), p.Of.Package, p.Cell, p.Of.Job, p.Of.Model}
		figures(out, head, p.Measured, p.Steal, p.Failed)
	}
	out.Flush()
	return warnings, out.Error()
}

// figures writes what one process measured.
func figures(out *csv.Writer, head []string, measured []map[string]float64, steal float64, failed string) {
	stolen := number(steal)
	if failed != "" {
		out.Write(slices.Concat(head, []string{"", "", "", "", stolen, failed}))
		return
	}
	for i, values := range measured {
		discarded := strconv.FormatBool(i == 0 && len(measured) > 1)
		for _, unit := range slices.Sorted(maps.Keys(values)) {
			out.Write(slices.Concat(head, []string{strconv.Itoa(i + 1), discarded, unit, number(values[unit]), stolen, ""}))
		}
	}
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func isComparison(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, compare.PlanFile))
	return err == nil && info.Mode().IsRegular()
}

func compareCSV(w io.Writer, dir string) ([]results.Warning, error) {
	plan, err := compare.LoadPlan(dir)
	if err != nil {
		return nil, err
	}
	rounds, torn, err := record.ReadRounds(dir)
	if err != nil {
		return nil, err
	}
	var warnings []results.Warning
	if torn != nil {
		warnings = append(warnings, *torn)
	}
	names := map[string][2]string{} // package and benchmark, by block
	for _, b := range plan.Benchmarks {
		names[b.Key().String()] = [2]string{b.Package, b.Name}
		names[b.Package] = [2]string{b.Package}
	}
	out := csv.NewWriter(w)
	out.Write(compareHead)
	for i := range rounds {
		r := &rounds[i]
		of := names[strings.TrimSuffix(r.Block, compare.AfterSuffix)]
		if r.Benchmark != "" {
			of[1] = r.Benchmark
		}
		for k := range r.Arms {
			a := &r.Arms[k]
			head := []string{a.Name, strconv.Itoa(r.Round), strconv.Itoa(r.Attempt), strconv.Itoa(r.Layout), strconv.Itoa(k + 1),
				strconv.FormatBool(r.Disturbed()), of[0], of[1], r.Serial}
			samples(out, head, a, r.Steal)
		}
	}
	out.Flush()
	return warnings, out.Error()
}

// samples writes what an arm measured: its long samples first.
func samples(out *csv.Writer, head []string, a *record.Arm, steal float64) {
	stolen := number(steal)
	if failed := cmp.Or(a.Failed, a.NotRun); failed != "" {
		out.Write(slices.Concat(head, []string{"", "", "", "", stolen, failed}))
	}
	for _, unit := range record.Units(a.Long) {
		for _, v := range a.Long[unit] {
			out.Write(slices.Concat(head, []string{"long", strconv.Itoa(a.LongN), unit, number(v), stolen, ""}))
		}
	}
	for k, cycle := range a.Cycles {
		for _, unit := range record.Units(a.Samples) {
			out.Write(slices.Concat(head, []string{strconv.Itoa(cycle + 1), strconv.Itoa(a.N), unit, number(a.Samples[unit][k]), stolen, ""}))
		}
	}
}
