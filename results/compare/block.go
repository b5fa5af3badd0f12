package compare

import (
	"slices"
	"strings"

	"github.com/concbench/concbench/results/record"
)

// Names of the arms of a block.
const (
	BaseArm = "base"
	HeadArm = "head"
)

// AfterSuffix ends the name of a block of an A/A check that measures one side
// after the other what the block without it measures in turns.
const AfterSuffix = " (one after the other)"

// A Key names a benchmark.
type Key struct{ Package, Benchmark string }

// String writes the benchmark's name, the package's before it.
func (k Key) String() string {
	if k.Package == "" {
		return k.Benchmark
	}
	return k.Package + " " + k.Benchmark
}

// Key names the benchmark.
func (b Benchmark) Key() Key { return Key{b.Package, b.Name} }

// Block is the name of the block that measures a benchmark: that of the
// benchmark, or of its package where benchmarks share processes.
func (p *Plan) Block(b Benchmark) string {
	if pkg := p.pkg(b.Package); pkg != nil && pkg.Whole {
		return b.Package
	}
	return b.Key().String()
}

// measured says whether there is anything to measure of a benchmark.
func (p *Plan) measured(b Benchmark) bool {
	if b.State != Compared {
		return false
	}
	pkg := p.pkg(b.Package)
	return pkg == nil || !pkg.Identical && pkg.Failed == ""
}

func (p *Plan) pkg(path string) *Package {
	at := slices.IndexFunc(p.Packages, func(k Package) bool { return k.Path == path })
	if at < 0 {
		return nil
	}
	return &p.Packages[at]
}

// A slot is what a round measures: a benchmark, in turns or, in an A/A check,
// one side after the other on purpose.
type slot struct {
	Key
	after bool
}

// slots finds the slot of each round of a plan.
type slots struct {
	plan *Plan
	own  map[string]Key // by name of the block
	only map[string]Key // the package's only benchmark
}

func newSlots(p *Plan) slots {
	s := slots{p, map[string]Key{}, map[string]Key{}}
	many := map[string]bool{}
	for _, b := range p.Benchmarks {
		if b.State != Compared {
			continue
		}
		s.own[b.Key().String()] = b.Key()
		many[b.Package] = s.only[b.Package] != Key{}
		s.only[b.Package] = b.Key()
	}
	for path, is := range many {
		if is {
			delete(s.only, path)
		}
	}
	return s
}

// of returns the slot of a round, false if the plan has none.
func (s slots) of(r *record.Round) (slot, bool) {
	block, after := r.Block, false
	if s.plan.Kind == AA {
		block, after = strings.CutSuffix(block, AfterSuffix)
	}
	k, ok := s.own[block]
	switch {
	case r.Benchmark != "":
		k, ok = s.own[Key{block, r.Benchmark}.String()]
	case !ok: // a block of several that has but one has no need to name it
		k, ok = s.only[block]
	}
	return slot{k, after}, ok
}
