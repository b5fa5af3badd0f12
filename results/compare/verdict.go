package compare

import "github.com/concbench/concbench/results"

// A Verdict says how the head compares with the base.
type Verdict string

const (
	Identical  Verdict = "identical"    // equal binaries: nothing was measured
	Same       Verdict = "same"         // the difference is less than the threshold
	Slower     Verdict = "slower"       // or more memory, …: the head is worse
	Faster     Verdict = "faster"       // the head is better
	Undecided  Verdict = "undecided"    // it looked different, and the rounds do not tell
	Clear      Verdict = "clear"        // no sign of a difference in the screening rounds
	Failed     Verdict = "failed"       // in some round: not judged
	Unmeasured Verdict = "not measured" // no round, or no figure that is judged
)

// decided says that no further round is needed.
func (v Verdict) decided() bool { return v == Slower || v == Faster || v == Same }

// severity orders the verdicts of a benchmark's metrics: its own is the first.
var severity = []Verdict{Failed, Slower, Undecided, Faster, Same, Clear, Unmeasured}

// A Comparison is a benchmark judged by one metric.
type Comparison struct {
	Metric    string // its unit
	Verdict   Verdict
	Candidate bool // it looked different while screening
	Exact     bool // constant on each side, and compared as it is

	// Base and Head are medians over the rounds that are judged.
	Base, Head float64

	// Ratio is head to base, as the figures are; D is its logarithm, turned so
	// that above 0 is worse. Of an exact comparison the bounds are the estimate;
	// of one that is not a candidate they say nothing.
	Ratio, D results.Interval

	Higher bool // more is better
	Needs  int  // confirming rounds that it takes about, if undecided; 0 where that cannot be told
}

// A Result is a benchmark and what became of it.
type Result struct {
	Benchmark
	Screened    int // screening rounds that it has; under AA, all
	Confirmed   int // confirming rounds that it has
	Disturbed   int // rounds whose last attempt was disturbed too
	Failure     string
	Comparisons []Comparison
	Profile     string // what differs in its CPU profiles, if anyone looked
	Note        string // what is to be known of its figures

	OneSided []string // metrics that only one side reports: they cannot be compared

	failedEarly bool     // while screening
	points      []series // as Comparisons
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

// candidate says whether any metric looked different.
func (r *Result) candidate() bool {
	for _, c := range r.Comparisons {
		if c.Candidate {
			return true
		}
	}
	return false
}

// open says whether it needs more confirming rounds.
func (r *Result) open(confirm int) bool {
	if !r.measured() || r.Confirmed >= confirm {
		return false
	}
	for _, c := range r.Comparisons {
		if c.Candidate && !c.Verdict.decided() {
			return true
		}
	}
	return false
}
