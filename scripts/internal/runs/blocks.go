package runs

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/scripts/internal/gotest"
	"github.com/concbench/concbench/scripts/internal/measure"
)

// cells is the size of samples of cells: an op where it takes long enough. A
// process has warmed itself up when it is ready.
var cells = measure.Size{Target: 2500 * time.Microsecond, Sparse: true}

// blocks are what is measured: the models of each job, and each ordinary
// benchmark by itself, or all of a package whose benchmarks share a process. It
// also returns how many of them were never measured before.
func (p *Plan) blocks(m Memory) (all []measure.Block, unknown int) {
	add := func(pkg string, b measure.Block) {
		if each, known := m[remembered{pkg, b.Name}]; known {
			b.Guess = each * time.Duration(len(b.Arms))
		} else if len(b.Arms) > 0 {
			unknown++
		}
		all = append(all, b)
	}
	for _, s := range p.Suites {
		for _, j := range s.Plan.Jobs {
			add(s.Package, p.job(s, j))
		}
	}
	for _, x := range p.Plains {
		sets := slices.Collect(slices.Chunk(x.Names, 1))
		if x.Whole {
			sets = [][]string{x.Names}
		}
		for _, names := range sets {
			add(x.Path, p.benchmarks(x, names))
		}
	}
	return all, unknown
}

// job is the block of a suite's job: its models.
func (p *Plan) job(s *Suite, j bench.PlannedJob) measure.Block {
	b := measure.Block{Name: j.Name, Benchmarks: []string{""}, Size: cells}
	if p.Serial {
		b.Serial = asked
	}
	if j.Sweep { // its largest points take many seconds an op
		b.Cycles, b.Size.N = 1, 1
	}
	for _, c := range p.Cells {
		if c.Job == j.Name && !c.Plain() && c.NotRunnable == "" {
			b.Arms = append(b.Arms, measure.Arm{Name: c.Model, Start: s.starter(c, p.Options)})
		}
	}
	b.Guess = guess * time.Duration(len(b.Arms))
	return b
}

// benchmarks is the block of ordinary benchmarks that a process measures one
// after the other. It has one arm, since they are compared with nothing.
func (p *Plan) benchmarks(x *Plain, names []string) measure.Block {
	c := results.Cell{Name: names[0], Job: names[0], Package: x.Path}
	b := measure.Block{Name: c.Block(x.Whole), Benchmarks: names, Size: measure.Benchmarks}
	b.Size.OneCPU = p.Options.Plain.CPU == 1
	b.Arms = []measure.Arm{{Start: x.starter(names, p.Options)}}
	b.Guess = x.setUp
	for _, name := range names {
		b.Guess += guess + 4*x.once[name]
	}
	return b
}

// asked is why arms run one after the other where the user wants it so.
const asked = "--one-after-another"

// starter starts a process of a cell.
func (s *Suite) starter(c results.Cell, o Options) func(context.Context, measure.Where) (measure.Session, error) {
	args := bench.Arguments(c.Name, o.Seed)
	return func(_ context.Context, w measure.Where) (measure.Session, error) {
		if gate.Supported() != nil { // a process for each sample
			b := gotest.Binary{Package: gotest.Package{Path: s.Package, Dir: s.Dir}, Path: s.Binary.Path}
			return b.Ungated([]string{c.Name}, gotest.Options{CPU: o.Plain.CPU, Args: ownArguments(args), TMPDIR: w.Dir}), nil
		}
		cmd := exec.Command(s.Binary.Path, args...)
		cmd.Dir = s.Dir
		cmd.Env = append(os.Environ(), "TMPDIR="+w.Dir)
		return start(cmd, w)
	}
}

// ownArguments are those of the arguments that package testing does not know.
func ownArguments(args []string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.HasPrefix(a, "-test.") })
}

// starter starts a process of ordinary benchmarks.
func (p *Plain) starter(names []string, o Options) func(context.Context, measure.Where) (measure.Session, error) {
	return func(_ context.Context, w measure.Where) (measure.Session, error) {
		if p.Ungated != "" {
			return p.binary().Ungated(names, o.process(w.Dir)), nil
		}
		s, err := start(p.binary().Arm(names, o.process(w.Dir)), w)
		if err != nil {
			return nil, err
		}
		return metered{s, len(names) == 1}, nil
	}
}

func start(cmd *exec.Cmd, w measure.Where) (measure.Session, error) {
	p, err := gate.Start(cmd, w.Dir)
	if err != nil {
		return nil, measure.Fault{Err: err}
	}
	return p, nil
}

// A policy measures on what of a run is open.
type policy struct {
	run    *results.Run
	rounds map[string][]record.Round
	known  map[string]results.Decision // of blocks that had no round since
}

func newPolicy(run *results.Run) *policy {
	return &policy{run, map[string][]record.Round{}, map[string]results.Decision{}}
}

// Add takes a round in.
func (p *policy) Add(r record.Round) {
	p.rounds[r.Block] = append(p.rounds[r.Block], r)
	delete(p.known, r.Block)
}

// Next says what is open of a block.
func (p *policy) Next(block string) measure.Step {
	d, known := p.known[block]
	if !known {
		d = p.run.Decide(block, p.rounds[block])
		p.known[block] = d
	}
	return measure.Step{Done: d.Done, Least: d.Least, Out: d.Out, Benchmarks: d.Benchmarks}
}
