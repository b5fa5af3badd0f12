package versus

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/concbench/concbench/results/compare"
)

// A unit is what one process measures: a benchmark, or those of a package that
// share a process.
type unit struct {
	pkg       string
	names     []string
	slices    int
	headFirst bool // the coin
}

// A key names a benchmark.
type key struct{ pkg, name string }

// units are what a round measures: those benchmarks for which want is true, in
// an order drawn for the round, each with its coin. What is drawn depends on the
// plan, its seed and the round alone, so that a resumed comparison draws the
// same.
func units(p *compare.Plan, round int, want func(key) bool) []unit {
	var all []unit
	whole := map[string]int{} // index of a package's unit
	for _, pkg := range p.Packages {
		if pkg.Whole {
			whole[pkg.Path] = -1
		}
	}
	for _, b := range p.Benchmarks {
		if b.State != compare.Compared {
			continue
		}
		at, shared := whole[b.Package]
		if shared && at >= 0 {
			all[at].names = append(all[at].names, b.Name)
			continue
		}
		if shared {
			whole[b.Package] = len(all)
		}
		all = append(all, unit{pkg: b.Package, names: []string{b.Name}, slices: cmp.Or(b.Slices, p.Slices)})
	}
	draw := rand.New(rand.NewPCG(p.Seed, uint64(round)))
	var order []unit
	for _, i := range draw.Perm(len(all)) {
		u := all[i]
		u.headFirst = draw.IntN(2) == 1
		u.names = slices.DeleteFunc(u.names, func(name string) bool { return !want(key{u.pkg, name}) })
		if len(u.names) > 0 {
			order = append(order, u)
		}
	}
	return order
}

// layout is the seed of the link layout of a round: the linker's own while
// screening, then each of the plan's in turn.
func layout(p *compare.Plan, round int) int {
	if round <= p.Screen || len(p.Layouts) == 0 {
		return 0
	}
	return p.Layouts[(round-p.Screen-1)%len(p.Layouts)]
}

// attempts is how often a disturbed pair is measured, at most.
const attempts = 3

// A record is what was measured already.
type record struct {
	done   map[int]map[key]bool // by round
	failed map[key]bool
}

func newRecord(pairs []compare.Pair) *record {
	r := &record{done: map[int]map[key]bool{}, failed: map[key]bool{}}
	for _, p := range pairs {
		r.add(p)
	}
	return r
}

// add notes a pair; one that was disturbed, and may be measured again, is not
// yet done.
func (r *record) add(p compare.Pair) {
	k := key{p.Package, p.Benchmark}
	if p.Failed != "" {
		r.failed[k] = true
	}
	if p.Disturbed && p.Attempt+1 < attempts {
		return
	}
	if r.done[p.Round] == nil {
		r.done[p.Round] = map[key]bool{}
	}
	r.done[p.Round][k] = true
}
