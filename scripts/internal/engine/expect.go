package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/concbench/concbench/results"
)

const (
	guess   = 500 * time.Millisecond // for a process of a cell never measured
	recalls = 20                     // runs that are read at most, the newest
)

// A Memory is what the processes of cells took in earlier runs.
type Memory struct {
	dir   string
	runs  int // that hold anything
	walls map[remembered][]time.Duration
}

type remembered struct{ pkg, cell string }

// Recall reads the newest runs in a folder of runs which measured as o has it.
// What cannot be read is passed over: a run needs no memory.
func Recall(dir string, o Options) Memory {
	m := Memory{dir: dir, walls: map[remembered][]time.Duration{}}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return m
	}
	for _, e := range slices.Backward(entries) { // their names begin with the time
		if m.runs == recalls {
			break
		}
		if e.IsDir() { // the link to the latest is none
			m.add(filepath.Join(dir, e.Name()), o)
		}
	}
	return m
}

// Empty says that there is no run to be remembered.
func (m Memory) Empty() bool { return m.runs == 0 }

func (m *Memory) add(dir string, o Options) {
	run, err := results.LoadRun(dir)
	if err != nil || run.Slices != o.Slices || run.Benchtime != o.Benchtime {
		return
	}
	all, _, err := results.ReadJournal(dir)
	if err != nil || len(all) == 0 {
		return
	}
	of := map[string]string{} // packages
	for _, c := range run.Cells {
		if !c.Plain() {
			of[c.Name] = c.Package
		}
	}
	m.runs++
	for _, one := range all {
		if one.Failed == "" {
			key := remembered{one.Package, one.Cell}
			if one.Package == "" {
				key.pkg = of[one.Cell]
			}
			m.walls[key] = append(m.walls[key], one.Wall)
		}
	}
}

// An Expectation is how long a run is expected to take, and what is known of it.
type Expectation struct {
	Time    time.Duration
	Known   int // cells measured before
	Unknown int // never, and taken at a guess
	Taken   int // benchmarks never measured, taken at what was asked
	Memory  Memory
}

// Expect adds up the processes of the plan, each cell's by the median of what
// they took before.
func (p *Plan) Expect(m Memory) Expectation {
	e := Expectation{Memory: m}
	for _, c := range p.Cells {
		if c.NotRunnable != "" {
			continue
		}
		each := guess
		if walls := slices.Sorted(slices.Values(m.walls[remembered{c.Package, c.Name}])); len(walls) > 0 {
			each = walls[len(walls)/2]
			e.Known++
		} else if plain := p.cells[idOf(c)].plain; plain != nil {
			each = plain.guess(p.Options)
			e.Taken++
		} else {
			e.Unknown++
		}
		e.Time += each * time.Duration(p.cells[idOf(c)].rounds)
	}
	return e
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// about rounds a time to what one would say.
func about(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", max(1, int(d.Round(time.Second).Seconds())))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}
