package bench

import (
	"flag"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/concbench/concbench/workloads"
)

var (
	flagProfile = flag.String("concbench.profile", string(Quick), "the jobs and models that are benchmarks: quick or full")
	flagCell    = flag.String("concbench.cell", "", "the one cell that is a benchmark, instead of a profile: workload=…/tasks=…/model=…")
	flagSeed    = flag.Uint64("concbench.seed", 1, "seed of the workloads' data")
)

// Kind has one benchmark for each cell of that kind: those of the quick
// profile, unless a -concbench flag says otherwise.
//
//	func BenchmarkMixed(b *testing.B) { bench.Kind(b, workloads.Mixed) }
//
// The function is named after the kind: concbench run looks for it so.
func Kind(b *testing.B, kind workloads.Kind) {
	b.Helper()
	cells, err := selected()
	if err != nil {
		b.Fatal(err)
	}
	cells = slices.DeleteFunc(cells, func(c Cell) bool { return c.about().Kind != kind })
	if len(cells) == 0 {
		b.SkipNow() // or it would be taken for a benchmark itself
	}
	branch(b, 0, cells)
}

// selected returns the cells that the flags name.
func selected() ([]Cell, error) {
	if *flagCell != "" {
		c, err := ParseCell(*flagCell)
		return []Cell{c}, err
	}
	profile, err := ParseProfile(*flagProfile)
	if err != nil {
		return nil, err
	}
	var cells []Cell
	for _, w := range workloads.All() {
		for _, job := range profile.Jobs(w, Usual) {
			for _, model := range profile.modelsOf(job) {
				cells = append(cells, Cell{job, model})
			}
		}
	}
	return cells, nil
}

// branch runs cells that agree on the levels above depth as sub-benchmarks of
// b, one level deeper a call. Nothing is set up above a leaf: package testing
// comes by here for every pattern, also one that selects nothing.
func branch(b *testing.B, depth int, cells []Cell) {
	var names []string
	groups := map[string][]Cell{}
	for _, c := range cells {
		name := c.Levels()[depth]
		if groups[name] == nil {
			names = append(names, name)
		}
		groups[name] = append(groups[name], c)
	}
	for _, name := range names {
		b.Run(name, func(b *testing.B) {
			if group := groups[name]; len(group[0].Levels()) > depth+1 {
				branch(b, depth+1, group)
			} else {
				leaf(b, group[0])
			}
		})
	}
}

var (
	said   = map[string]bool{}
	saidMu sync.Mutex
)

// say prints a line among the results, once. Readers of Go's benchmark format
// pass over it.
func say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	saidMu.Lock()
	defer saidMu.Unlock()
	if !said[line] {
		said[line] = true
		fmt.Println("# " + line)
	}
}
