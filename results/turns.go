package results

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/concbench/concbench/results/record"
)

// Block is the name of the block in which the cell is measured: that of its job;
// of a plain benchmark its own, or its package's where the benchmarks of that
// share a process.
func (c Cell) Block(shared bool) string {
	switch {
	case !c.Plain():
		return c.Job
	case shared:
		return c.Package
	}
	return c.key()
}

// greatest are the units of which a process's figure is the greatest sample:
// peaks, and what must not happen once. Of all others it is the median.
var greatest = []string{"peak-rss-B", "footprint-B", "threads", "lost/op"}

// A place is where a cell is in the journal.
type place struct{ block, benchmark, arm string }

func placeOf(r *record.Round, arm string) place { return place{r.Block, r.Benchmark, arm} }

// places returns the run's cells by where they are in the journal, which names a
// benchmark where its process measures others too.
func (run *Run) places() map[place]Cell {
	cells := map[place]Cell{}
	plain := map[string]int{} // by package
	for _, c := range run.Cells {
		if c.Plain() {
			cells[place{c.Block(false), "", ""}], cells[place{c.Block(true), c.Name, ""}] = c, c
			plain[c.Package]++
		} else {
			cells[place{c.Job, "", c.Model}] = c
		}
	}
	for _, c := range run.Cells {
		if c.Plain() && plain[c.Package] == 1 {
			cells[place{c.Block(true), "", ""}] = c
		}
	}
	return cells
}

// processesOf returns what the rounds' arms measured, as processes of the run's
// cells.
func processesOf(run *Run, rounds []record.Round) []Process {
	cells := run.places()
	var ps []Process
	for i := range rounds {
		r := &rounds[i]
		for order := range r.Arms {
			a := &r.Arms[order]
			c, known := cells[placeOf(r, a.Name)]
			if !known || a.NotRun != "" {
				continue
			}
			p := Process{Of: c, Values: map[string]float64{}, Measurement: Measurement{Round: r.Round, Attempt: r.Attempt, Order: order + 1, Cell: c.Name,
				Wall: a.StartUp, Steal: r.Steal, Stalled: r.Stalled, Slices: len(a.Cycles), Failed: a.Failed, Log: a.Log}}
			if c.Plain() {
				p.Package = c.Package
			} else if r.Serial == "" {
				p.Arm = a
			}
			if a.Failed == "" {
				p.figures(a)
			}
			ps = append(ps, p)
		}
	}
	return ps
}

// countedOf returns the processes of the rounds that count, and those that failed
// in any other: what failed is not measured again, so that no later attempt shows
// it.
func countedOf(run *Run, rounds []record.Round) []Process {
	type attempt struct {
		block, benchmark string
		round, attempt   int
		serial           bool
	}
	of := func(r *record.Round) attempt {
		return attempt{r.Block, r.Benchmark, r.Round, r.Attempt, r.Serial != ""}
	}
	counts := map[attempt]bool{}
	counted := record.Counted(rounds)
	for i := range counted {
		counts[of(&counted[i])] = true
	}
	rounds = slices.Clone(rounds)
	for i := range rounds {
		if r := &rounds[i]; !counts[of(r)] {
			r.Arms = slices.DeleteFunc(slices.Clone(r.Arms), func(a record.Arm) bool { return a.Failed == "" })
		}
	}
	return processesOf(run, rounds)
}

// figures takes in the process's own figures.
func (p *Process) figures(a *record.Arm) {
	for _, unit := range record.Units(a.Samples) {
		v := a.Figure(unit)
		if slices.Contains(greatest, unit) {
			for _, sample := range a.Samples[unit] {
				if sample > v {
					v = sample
				}
			}
		}
		if !math.IsNaN(v) {
			p.Values[unit] = v
		}
	}
	p.N = a.N * len(a.Cycles)
	for _, cycle := range a.Cycles {
		values := map[string]float64{}
		for unit := range a.Samples {
			if v := a.At(unit, cycle); !math.IsNaN(v) {
				values[unit] = v
			}
		}
		p.Measured = append(p.Measured, values)
	}
}

// readTurns reads what the run in dir measured, every attempt where all is true,
// else what counts. Cells that turned out not to be runnable are marked in run.
func readTurns(dir string, run *Run, all bool) (ps []Process, again int, warnings []Warning, err error) {
	rounds, torn, err := record.ReadRounds(dir)
	if err != nil {
		return nil, 0, nil, err
	}
	if torn != nil {
		warnings = append(warnings, *torn)
	}
	cells := run.places()
	for i := range rounds {
		for _, a := range rounds[i].Arms {
			if a.NotRun == "" {
				continue
			}
			of := cells[placeOf(&rounds[i], a.Name)].key()
			for j := range run.Cells {
				if run.Cells[j].key() == of {
					run.Cells[j].NotRunnable = a.NotRun
				}
			}
		}
	}
	again = repeated(rounds)
	if all {
		return processesOf(run, rounds), again, append(warnings, turnWarnings(rounds)...), nil
	}
	return countedOf(run, rounds), again, append(warnings, turnWarnings(record.Counted(rounds))...), nil
}

// repeated is how many attempts at rounds followed one that was disturbed.
func repeated(rounds []record.Round) (n int) {
	type attempt struct {
		block       string
		round, from int
	}
	disturbed := map[attempt]bool{}
	for i := range rounds {
		if r := &rounds[i]; r.Disturbed() {
			disturbed[attempt{r.Block, r.Round, r.Attempt}] = true
		}
	}
	done := map[attempt]bool{} // a package's benchmarks are a record each
	for _, r := range rounds {
		if a := (attempt{r.Block, r.Round, r.Attempt - 1}); disturbed[a] && !done[a] {
			done[a] = true
			n++
		}
	}
	return n
}

// turnWarnings are the reasons to distrust figures that the rounds show.
func turnWarnings(rounds []record.Round) (all []Warning) {
	const busy = 0.05
	loud := map[string]float64{}
	serial := map[string][]string{}
	for _, r := range rounds {
		figures := func(a record.Arm) bool { return len(a.Cycles) > 0 }
		if r.Serial != "" && slices.ContainsFunc(r.Arms, figures) && !slices.Contains(serial[r.Serial], r.Block) {
			serial[r.Serial] = append(serial[r.Serial], r.Block)
		}
		for _, a := range r.Arms {
			if name := strings.TrimSpace(r.Block + " " + a.Name); a.Parked > busy {
				loud[name] = max(loud[name], a.Parked)
			}
		}
	}
	for _, name := range record.Units(loud) {
		all = append(all, Warning{Kind: "parked",
			Text: fmt.Sprintf("%s used up to %s of a core while it was not its turn: it disturbed what it is compared with", name, Percent(loud[name])),
			Do:   "look for what goes on in it in the background"})
	}
	for _, why := range record.Units(serial) {
		all = append(all, Warning{Kind: "serial",
			Text: fmt.Sprintf("the processes of %s ran one after the other and not in turns: %s", join(serial[why]), why),
			Do:   "expect wider intervals there"})
	}
	return all
}

// WriteBench writes bench.txt of the run in dir from its journal: a line for
// each process that counts, in Go's benchmark format, package by package. A run
// of version 1 has its own.
func WriteBench(dir string) error {
	run, err := LoadRun(dir)
	if err != nil || run.Version < 2 {
		return err
	}
	rounds, _, err := record.ReadRounds(dir)
	if err != nil {
		return err
	}
	if len(rounds) == 0 {
		if _, none := os.Stat(filepath.Join(dir, BenchFile)); errors.Is(none, fs.ErrNotExist) {
			return nil
		}
	}
	lines := map[string][]string{} // by package
	for _, p := range processesOf(run, record.Counted(rounds)) {
		if p.Failed == "" && len(p.Values) > 0 {
			lines[p.Of.Package] = append(lines[p.Of.Package], run.benchLine(p))
		}
	}
	var b strings.Builder
	for _, k := range append([]Package{{Config: run.Config}}, run.Packages...) {
		if len(lines[k.Path]) > 0 {
			b.WriteString(strings.Join(k.Config, "\n") + "\n\n" + strings.Join(lines[k.Path], "\n") + "\n")
		}
	}
	return WriteFile(filepath.Join(dir, BenchFile), []byte(b.String()))
}

// benchLine is the line of a process.
func (run *Run) benchLine(p Process) string {
	var b strings.Builder
	b.WriteString(p.Cell)
	if run.CPUs > 1 {
		fmt.Fprintf(&b, "-%d", run.CPUs)
	}
	fmt.Fprintf(&b, "\t%d", p.N)
	for _, unit := range inOrderOf(p.Values) {
		fmt.Fprintf(&b, "\t%s %s", strconv.FormatFloat(p.Values[unit], 'f', -1, 64), unit)
	}
	return b.String()
}

// inOrderOf returns the units of values in the order in which they are shown.
func inOrderOf(values map[string]float64) []string {
	has := map[string]bool{}
	for unit := range values {
		has[unit] = true
	}
	return inOrder(has)
}
