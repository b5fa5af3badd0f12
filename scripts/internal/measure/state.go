package measure

import (
	"slices"
	"time"

	"github.com/concbench/concbench/results/record"
)

// A state is how far a block is.
type state struct {
	block    *Block
	rounds   int // that were measured to their end
	attempts int // at the next round, that the journal has
	failed   map[failure]bool
	serial   string // why its arms do not take turns; "": they do
	busy     int    // rounds in which a parked arm was busy

	sizes map[string]*sized // by benchmark
	cost  time.Duration     // of a round, the mean so far; 0: none was measured
	took  time.Duration     // of the round that is under way
}

// A failure is of an arm, or one that cannot run here, at a benchmark as records
// name it: where a process measures several, the others go on.
type failure struct{ benchmark, arm string }

// A sized is how long the samples of a benchmark are.
type sized struct {
	n, long int                // iterations of a sample, and of a long one; 0: not learned yet, and none
	op      map[string]float64 // nanoseconds of an iteration, by arm
	untimed time.Duration      // of a cycle, as it was learned; 0: not known
	cycle   time.Duration      // that a cycle took in the last round; 0: not known
}

func newState(b *Block) *state {
	return &state{block: b, failed: map[failure]bool{}, serial: b.Serial, sizes: map[string]*sized{}}
}

func (s *state) size(benchmark string) *sized {
	if s.sizes[benchmark] == nil {
		s.sizes[benchmark] = &sized{op: map[string]float64{}}
	}
	return s.sizes[benchmark]
}

// add takes in a round that the journal has, or that was measured now. The
// iterations of its samples hold for all later rounds: exact figures are exact
// only at equal numbers.
func (s *state) add(r *record.Round) {
	if r.Serial != "" {
		s.serial = r.Serial
	}
	if r.Round > s.rounds+1 || r.Round == s.rounds+1 && r.Attempt >= s.attempts {
		s.attempts = r.Attempt + 1
	}
	z := s.size(r.Benchmark)
	for i := range r.Arms {
		a := &r.Arms[i]
		if a.Failed != "" || a.NotRun != "" {
			s.failed[failure{r.Benchmark, a.Name}] = true
		}
		if a.N > 0 {
			z.n, z.long = a.N, max(z.long, a.LongN)
			if op := a.MedianSample("ns/op"); op > 0 {
				z.op[a.Name] = op
			}
		}
	}
	if r.InCycles > 0 && r.Planned > 0 {
		z.cycle = r.InCycles / time.Duration(r.Planned)
	}
	s.took += r.Took
	if r.End && !r.Cut() {
		s.cost, s.took = blend(s.cost, s.took, s.rounds), 0
		if r.Round > s.rounds {
			s.rounds, s.attempts = r.Round, 0
		}
	}
}

// close ends a round, whatever became of it: it is not measured again.
func (s *state) close(took time.Duration) {
	if s.attempts > 0 { // it was cut short
		s.rounds, s.attempts = s.rounds+1, 0
	}
	if s.took = 0; s.cost == 0 {
		s.cost = took
	}
}

func blend(mean, next time.Duration, n int) time.Duration {
	if n == 0 || mean == 0 {
		return next
	}
	return mean + (next-mean)/time.Duration(min(n+1, 4)) // the last rounds weigh most
}

// expected is what a round of the block costs, as far as is known.
func (s *state) expected() time.Duration {
	if s.cost > 0 {
		return s.cost
	}
	return max(s.block.Guess, time.Millisecond)
}

// arms are those by which any of some benchmarks is still measured, without those
// that are left out.
func (s *state) arms(out []string, benchmarks ...string) (all []*Arm) {
	for i := range s.block.Arms {
		a := &s.block.Arms[i]
		takesPart := func(name string) bool { return !s.failed[failure{s.block.record(name), a.Name}] }
		if !slices.Contains(out, a.Name) && slices.ContainsFunc(benchmarks, takesPart) {
			all = append(all, a)
		}
	}
	return all
}

// open are the benchmarks of the block of which a step wants a round, and which
// an arm can measure.
func (s *state) open(step Step) []string {
	return slices.DeleteFunc(slices.Clone(s.block.Benchmarks), func(name string) bool {
		return step.Benchmarks != nil && !slices.Contains(step.Benchmarks, name) || len(s.arms(step.Out, name)) == 0
	})
}

// record is the name of a benchmark in records: "" where the block has one alone.
func (b *Block) record(benchmark string) string {
	if len(b.Benchmarks) == 1 {
		return ""
	}
	return benchmark
}
