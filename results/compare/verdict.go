package compare

import "github.com/concbench/concbench/results/stats"

// A Verdict says how the head compares with the base.
type Verdict string

const (
	Identical  Verdict = "identical"    // equal binaries: nothing was measured
	Same       Verdict = "same"         // the difference is less than the threshold
	Slower     Verdict = "slower"       // or more memory, …: the head is worse
	Faster     Verdict = "faster"       // the head is better
	Undecided  Verdict = "undecided"    // open: it takes more rounds
	Failed     Verdict = "failed"       // in some round: not judged
	Unmeasured Verdict = "not measured" // no round, or no figure that is judged
)

// severity orders the verdicts of a benchmark's metrics: its own is the first.
var severity = []Verdict{Failed, Slower, Undecided, Faster, Same, Unmeasured}

// A Comparison is a benchmark judged by one metric.
type Comparison struct {
	Metric  string // its unit
	Verdict Verdict
	Exact   bool // constant on each side, and compared as it is

	// Base and Head are medians over all rounds of what each process gave.
	Base, Head float64

	// Ratio is head to base, as the figures are; D is its logarithm, turned so
	// that above 0 is worse. They are of the rounds that decided, and the interval
	// is the one that decided: see STATISTICS.md. Of an exact comparison the
	// bounds are the estimate; under AA they are not set.
	Ratio, D stats.Interval

	Higher bool // more is better

	// Suspect says that it looked slower or faster in the linker's own layout,
	// and was measured again in others; D is of those rounds, once there are any.
	Suspect bool
	side    int

	Needs int     // rounds that it takes about, beyond those it has, if undecided; 0 where that cannot be said
	Far   bool    // those are more than the plan allows
	Note  string  // what is to be known of the verdict
	Tail  float64 // ratio of the means, where these differ by more than the threshold and the medians do not; else 0
}

// A Result is a benchmark and what became of it.
type Result struct {
	Benchmark
	Rounds      int // that count
	Layouts     int // of them, in link layouts other than the linker's own
	Disturbed   int // of them, though they were measured again
	Busy        int // of them, in which a process was not quiet while it was not its turn
	Serial      string
	Failure     string
	Comparisons []Comparison
	Profile     string // what differs in its CPU profiles, if anyone looked
	Note        string // what is to be known of its figures

	OneSided []string // metrics that only one side reports: they cannot be compared

	series []*series // as Comparisons
}

// Verdict is the worst of the benchmark's metrics.
func (r *Result) Verdict() Verdict {
	if r.Failure != "" {
		return Failed
	}
	for _, v := range severity {
		for _, c := range r.Comparisons {
			if c.Verdict == v {
				return v
			}
		}
	}
	return Unmeasured
}

// measured says whether anything can be said of it.
func (r *Result) measured() bool {
	return r.State == Compared && r.Failure == "" && len(r.Comparisons) > 0
}
