package paired

import (
	"context"
	"slices"
	"time"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/scripts/internal/measure"
)

// asked is why the sides ran one after the other where somebody wanted it so.
const asked = "--one-after-another"

// blocks are the benchmarks that are compared, each with both sides as its arms;
// those of a package that share a process are one. A check of a build with itself
// has each a second time, one side after the other.
func (b *builder) blocks(p *compare.Plan) (all []measure.Block) {
	for _, k := range p.Packages {
		var names []string
		for _, x := range p.Benchmarks {
			if x.Package == k.Path && x.State == compare.Compared {
				names = append(names, x.Name)
			}
		}
		if len(names) == 0 || k.Identical || k.Failed != "" {
			continue
		}
		sets := slices.Collect(slices.Chunk(names, 1))
		if k.Whole {
			sets = [][]string{names}
		}
		for _, of := range sets {
			block := b.block(p, k, of)
			if p.Serial {
				block.Serial = asked
			}
			all = append(all, block)
			if p.Kind == compare.AA && !p.Serial {
				block.Name += compare.AfterSuffix
				block.Serial = "to see the difference"
				all = append(all, block)
			}
		}
	}
	return all
}

func (b *builder) block(p *compare.Plan, k compare.Package, names []string) measure.Block {
	block := measure.Block{Name: p.Block(compare.Benchmark{Package: k.Path, Name: names[0]}), Benchmarks: names, Size: measure.Benchmarks}
	const few = 6 // ops and samples that a round has at least
	block.Guess = 2 * b.setUps[k.Path]
	for _, name := range names {
		block.Guess += 2 * few * max(b.once[key{k.Path, name}], 5*time.Millisecond)
	}
	block.Size.OneCPU = p.CPU == 1
	for side := range sideName {
		block.Arms = append(block.Arms, measure.Arm{Name: sideName[side], Start: func(ctx context.Context, w measure.Where) (measure.Session, error) {
			return b.start(ctx, p, build{side, k.Path, w.Layout}, names, w)
		}})
	}
	return block
}

// start starts a process of one side, of which the binary is built if need be.
func (b *builder) start(ctx context.Context, p *compare.Plan, which build, names []string, w measure.Where) (measure.Session, error) {
	bin, err := b.binary(ctx, which)
	if err != nil {
		return nil, err
	}
	if b.ungated != "" {
		return bin.Ungated(names, options(p, w.Dir)), nil
	}
	s, err := gate.Start(bin.Arm(names, options(p, w.Dir)), w.Dir)
	if err != nil {
		return nil, measure.Fault{Err: err}
	}
	return s, nil
}

// A policy measures on what the comparison's judgement leaves open.
type policy struct{ *compare.Judging }

// Next says what is open of a block.
func (p policy) Next(block string) measure.Step {
	done, least, layout, benchmarks := p.Judging.Next(block)
	return measure.Step{Done: done, Least: least, Layout: layout, Benchmarks: benchmarks}
}

var _ measure.Policy = policy{}

// measuredTime is how long processes were measured, and what of it they used.
func measuredTime(rounds []record.Round) (took, used time.Duration) {
	for _, r := range rounds {
		took, used = took+r.Took, used+r.Used
	}
	return took, used
}
