// Package export writes stored runs and comparisons for other tools.
package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
)

var (
	runHead     = []string{"round", "attempt", "order", "package", "cell", "job", "model", "slice", "discarded", "unit", "value", "steal", "failed"}
	compareHead = []string{"side", "round", "attempt", "layout", "head_first", "disturbed", "package", "benchmark", "slice", "discarded", "unit", "value", "steal", "failed"}
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
	if _, err := compare.LoadPlan(dir); err != nil {
		return nil, err
	}
	pairs, torn, err := compare.ReadPairs(dir)
	if err != nil {
		return nil, err
	}
	var warnings []results.Warning
	if torn != nil {
		warnings = append(warnings, *torn)
	}
	out := csv.NewWriter(w)
	out.Write(compareHead)
	var files [2]*os.File
	for i, name := range []string{compare.BaseFile, compare.HeadFile} {
		if len(pairs) == 0 {
			break
		}
		if files[i], err = os.Open(filepath.Join(dir, name)); err != nil {
			return nil, fmt.Errorf("%w: copy the whole folder", err)
		}
		defer files[i].Close()
	}
	for _, p := range pairs {
		for i, side := range []string{"base", "head"} {
			part := []compare.Part{p.Base, p.Head}[i]
			head := []string{side, strconv.Itoa(p.Round), strconv.Itoa(p.Attempt), strconv.Itoa(p.Layout),
				strconv.FormatBool(p.HeadFirst), strconv.FormatBool(p.Disturbed), p.Package, p.Benchmark}
			measured, err := sliced(files[i], p, part)
			if err != nil {
				warnings = append(warnings, results.Warning{
					Kind: "unreadable",
					Text: fmt.Sprintf("what the %s side measured of %s in round %d is left out: %v", side, p.Benchmark, p.Round, err),
					Do:   "copy the comparison's folder again if it is a copy, or measure again",
				})
				continue
			}
			figures(out, head, measured, p.Steal, p.Failed)
		}
	}
	out.Flush()
	return warnings, out.Error()
}

func sliced(f *os.File, p compare.Pair, part compare.Part) ([]map[string]float64, error) {
	if p.Failed != "" {
		return nil, nil
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	s, err := results.ReadSlices(f, info.Size(), part.From, part.To, filepath.Base(f.Name()), p.Benchmark, part.Slices)
	return s.Values, err
}
