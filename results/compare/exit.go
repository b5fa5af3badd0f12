package compare

// Regressed says whether any benchmark is slower, or worse by another metric.
func (r *Report) Regressed() bool { return len(r.With(Slower)) > 0 }

// Undecided counts the benchmarks of which some metric is open, or is there on
// one side only.
func (r *Report) Undecided() int {
	n := 0
	for i := range r.Results {
		if b := &r.Results[i]; b.measured() && (b.has(Undecided) || len(b.OneSided) > 0) {
			n++
		}
	}
	return n
}

// Measured counts the benchmarks of which something can be said.
func (r *Report) Measured() int {
	n := 0
	for i := range r.Results {
		if r.Results[i].measured() {
			n++
		}
	}
	return n
}

// Broken says whether a side did not build or a benchmark failed.
func (r *Report) Broken() bool {
	for _, p := range r.Plan.Packages {
		if p.Failed != "" {
			return true
		}
	}
	for i := range r.Results {
		if r.Results[i].State == Broken || r.Results[i].Failure != "" {
			return true
		}
	}
	return false
}

// Empty says whether nothing was measured though something was to be: where
// all binaries are equal there is nothing to measure.
func (r *Report) Empty() bool {
	if r.Measured() > 0 {
		return false
	}
	identical := 0
	for _, p := range r.Plan.Packages {
		if p.Identical {
			identical++
		}
	}
	for i := range r.Results {
		if p := r.Plan.pkg(r.Results[i].Package); p == nil || !p.Identical {
			return true
		}
	}
	return identical == 0
}

// ExitCode is 1 where a regression is confirmed, even if something else failed;
// 3 where something is broken, nothing was measured or, if strict, something is
// undecided; else 0.
func (r *Report) ExitCode(strict bool) int {
	switch {
	case r.Regressed():
		return 1
	case r.Broken() || r.Empty() || strict && r.Undecided() > 0:
		return 3
	}
	return 0
}
