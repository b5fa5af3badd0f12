package measure

import (
	"math"
	"time"

	"github.com/concbench/concbench/results/record"
)

// A Size says how long samples are.
type Size struct {
	Target time.Duration // of what is timed of a sample, at least
	Long   time.Duration // of a long sample, from which figures are read that are not compared; 0: none is taken
	GC     bool          // a sample holds collections where the benchmark makes any
	Warm   int           // samples of each process that are dropped
	N      int           // iterations of a sample, where they are given; 0: learned
	Sparse bool          // an arm far slower than the fastest measures in some cycles only
	OneCPU bool          // arms run on one CPU, in each cycle all on the same
}

// Benchmarks is the size of samples of ordinary Go benchmarks. Package testing
// collects garbage before each, so that what is too short holds no collection,
// and looks faster than it is. The first sample is dropped: b.Loop measures it
// before the gate.
var Benchmarks = Size{Target: 2500 * time.Microsecond, Long: 50 * time.Millisecond, GC: true, Warm: 1}

const (
	longestSample = 100 * time.Millisecond // unless an op takes longer
	collections   = 2                      // that a sample holds, where a long one has any
	estimates     = 12                     // of the time of an iteration, at most
	probes        = 4                      // of its collections, at most
	mostN         = 1_000_000_000          // as package testing has it
	sparseFrom    = 4                      // times the time of the fastest arm
	mostSparse    = 8
)

// A learned is what warming an arm up shows of its samples.
type learned struct {
	op      float64       // nanoseconds of an iteration
	n       int           // iterations that a sample needs
	untimed time.Duration // of a sample's wall
}

// learn finds out how many iterations a sample of the arm takes, by samples of
// growing length.
func (r *round) learn(a *live) error {
	size := r.block.Size
	n := 1
	var s record.Sample
	untimed := longestSample // of a sample's wall, at least
	first := math.MaxInt     // collections of a sample of one iteration: its set-up's
	for i := range estimates {
		began := time.Now()
		var err error
		if s, err = r.sample(a, n); err != nil {
			return err
		}
		wall := time.Since(began)
		first = min(first, s.GCs)
		if i == 0 && s.Timed < size.Target {
			continue // b.Loop measured it before the gate
		}
		untimed = min(untimed, max(0, wall-s.Timed))
		// At least half of its wall is timed, as far as that helps.
		want := max(size.Target, min(untimed, longestSample/2))
		if s.Timed >= want*8/10 || n >= mostN {
			break
		}
		n = grow(n, s, want)
	}
	a.learned = learned{op: float64(s.Timed) / float64(s.N), n: n, untimed: untimed}
	if !size.GC || a.op >= float64(size.Long) {
		return nil
	}
	return r.probe(a, first)
}

// probe looks at long samples of the arm for collections, of which as many as
// first are its set-up's.
func (r *round) probe(a *live, first int) error {
	long := iterations(r.block.Size.Long, a.op)
	for range probes {
		s, err := r.sample(a, long)
		if err != nil {
			return err
		}
		a.op = float64(s.Timed) / float64(s.N)
		if made := s.GCs - first; made >= collections || made > 0 && s.Timed >= longestSample/2 {
			// A collection starts when so much has been allocated since the last: what
			// is behind the last one of a sample is not paid for in it, and weighs the
			// less the more there are.
			n := (long*collections + made - 1) / made
			a.n = max(a.n, min(n+n/16, iterations(longestSample, a.op)))
			return nil
		}
		// A process that has just begun is slow, and one that holds much collects
		// seldom: what allocates is looked at for as long as a sample may be.
		if s.Values["B/op"] == 0 || s.Timed >= longestSample*8/10 {
			break
		}
		long = iterations(longestSample, a.op)
	}
	return nil
}

// grow is how many iterations the next estimate takes.
func grow(n int, s record.Sample, want time.Duration) int {
	next := 100 * n
	if s.Timed > 0 {
		next = min(next, int(float64(want)/float64(s.Timed)*float64(s.N))+1)
	}
	return min(max(next, n+1), mostN)
}

// iterations is how many take so long, at op nanoseconds each.
func iterations(long time.Duration, op float64) int {
	return min(max(1, int(float64(long)/max(op, 1e-3))), mostN)
}

// decide sets the iterations of all arms of the block, the same for each, by
// what was learned: as many as the arm needs that needs most, while no arm's
// sample is too long.
func (r *round) decide(arms []*live) {
	slowest, n := 0.0, 1
	for _, a := range arms {
		slowest = max(slowest, a.op)
		n = max(n, a.n)
	}
	n = min(n, iterations(longestSample, slowest))
	z := r.sized
	z.n = n
	for _, a := range arms {
		z.op[a.arm.Name] = a.op
		z.untimed += a.untimed
	}
	if size := r.block.Size; size.Long > 0 && float64(n)*slowest < float64(size.Long) {
		z.long = max(n, iterations(size.Long, slowest))
	}
}

// stride says that an arm measures in every so many'th cycle: where it takes far
// longer than the fastest that takes part, less often is enough to say so.
func (r *round) stride(all []*live, arm string) int {
	if !r.block.Size.Sparse {
		return 1
	}
	fastest := r.sized.op[arm]
	for _, l := range all {
		if op := r.sized.op[l.arm.Name]; !l.gone && op > 0 {
			fastest = min(fastest, op)
		}
	}
	if fastest <= 0 {
		return 1
	}
	return min(max(1, int(r.sized.op[arm]/fastest/sparseFrom)), mostSparse)
}
