package compare

import "github.com/concbench/concbench/results"

// A Report is a comparison as it was judged.
type Report struct {
	Plan    *Plan
	Env     *results.Env // nil where it was not recorded
	Results []Result     // as Plan.Benchmarks
	Family  int          // comparisons, a benchmark and a metric each, among which the error allowed is divided

	// Warnings are the reasons to distrust the figures: the machine's first.
	Warnings []results.Warning

	judging *Judging
	checked *Check
}

// Of returns what became of a benchmark, nil if the plan has no such.
func (r *Report) Of(k Key) *Result {
	for i := range r.Results {
		if r.Results[i].Key() == k {
			return &r.Results[i]
		}
	}
	return nil
}

// With returns the benchmarks of a verdict.
func (r *Report) With(v Verdict) []*Result {
	var of []*Result
	for i := range r.Results {
		if b := &r.Results[i]; r.Plan.measured(b.Benchmark) && b.Verdict() == v {
			of = append(of, b)
		}
	}
	return of
}

// In returns the benchmarks that are not compared for a reason.
func (r *Report) In(s State) []*Result {
	var of []*Result
	for i := range r.Results {
		if r.Results[i].State == s {
			of = append(of, &r.Results[i])
		}
	}
	return of
}

// called is a benchmark's name where it stands beside others: without the
// package's where there is but one, which the subtitle names.
func (r *Report) called(k Key) string {
	if len(r.Plan.Packages) == 1 {
		return k.Benchmark
	}
	return k.String()
}
