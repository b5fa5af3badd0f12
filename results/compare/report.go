package compare

import (
	"strings"

	"github.com/concbench/concbench/results"
)

// A Report is a comparison as it was judged.
type Report struct {
	Plan    *Plan
	Env     *results.Env // nil where it was not recorded
	Results []Result     // as Plan.Benchmarks
	Family  int          // candidates, a benchmark and a metric each, among which the error allowed is divided

	// Warnings are the reasons to distrust the figures: the machine's first.
	Warnings []results.Warning

	gate     *gate
	suspects int // of the family, those that are judged by an interval
	ways     []Way
	checked  *Check
	within   map[Key]map[string][]float64 // log ratios of neighbouring slices, by metric
}

// Candidates are the benchmarks that looked different while screening.
func (r *Report) Candidates() []Key { return r.keys((*Result).candidate) }

// Open are the benchmarks that need more confirming rounds, and may have them.
// It means something once every benchmark has its screening rounds.
func (r *Report) Open() []Key {
	return r.keys(func(b *Result) bool { return b.open(r.Plan.Confirm) })
}

func (r *Report) keys(which func(*Result) bool) []Key {
	var keys []Key
	for i := range r.Results {
		if which(&r.Results[i]) {
			keys = append(keys, r.Results[i].Key())
		}
	}
	return keys
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
		if b := &r.Results[i]; r.compared(b) && b.Verdict() == v {
			of = append(of, b)
		}
	}
	return of
}

// compared says whether the benchmark was to be measured.
func (r *Report) compared(b *Result) bool {
	if b.State != Compared {
		return false
	}
	p := r.pkg(b.Package)
	return p == nil || !p.Identical && p.Failed == ""
}

func (r *Report) pkg(path string) *Package {
	for i := range r.Plan.Packages {
		if r.Plan.Packages[i].Path == path {
			return &r.Plan.Packages[i]
		}
	}
	return nil
}

// called is a benchmark's name where it stands beside others: without the
// package's where there is but one, which the subtitle names.
func (r *Report) called(k Key) string {
	if len(r.Plan.Packages) == 1 {
		return k.Benchmark
	}
	return k.String()
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

// higher says whether more of a unit is better. Rates are; a Unit line of the
// benchmark's own overrides that.
func higher(unit string, better ...map[string]string) bool {
	for _, b := range better {
		switch b[unit] {
		case "higher":
			return true
		case "lower":
			return false
		}
	}
	return strings.HasSuffix(unit, "/s")
}
