package measure

import (
	"time"

	"github.com/concbench/concbench/results/record"
)

// A state is how far a block is.
type state struct {
	block    *Block
	rounds   int // that were measured to their end
	attempts int // at the next round, that the journal has
	failed   map[string]bool
	serial   string // why its arms do not take turns; "": they do
	busy     int    // rounds in which a parked arm was busy

	sizes map[string]*sized // by benchmark
	cost  time.Duration     // of a round, the mean so far; 0: none was measured
	took  time.Duration     // of the round that is under way
}

// A sized is how long the samples of a benchmark are.
type sized struct {
	n, long int                // iterations of a sample, and of a long one; 0: not learned yet, and none
	op      map[string]float64 // nanoseconds of an iteration, by arm
	cycle   time.Duration      // that a cycle took in the last round; 0: not known
}

func newState(b *Block) *state {
	return &state{block: b, failed: map[string]bool{}, serial: b.Serial, sizes: map[string]*sized{}}
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
			s.failed[a.Name] = true
		}
		if a.N > 0 {
			z.n, z.long = a.N, max(z.long, a.LongN)
			if f := a.Samples["ns/op"]; len(f) > 0 {
				z.op[a.Name] = f[len(f)/2]
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

// arms are those that are still measured, without those that are left out.
func (s *state) arms(out []string) (all []*Arm) {
	for i := range s.block.Arms {
		a := &s.block.Arms[i]
		left := s.failed[a.Name]
		for _, name := range out {
			left = left || name == a.Name
		}
		if !left {
			all = append(all, a)
		}
	}
	return all
}
