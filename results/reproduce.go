package results

import (
	"fmt"
	"slices"
)

// A Reproduction is a run beside another of the same plan: whether they say the
// same. What they say is which models may be the best, and whether claims hold;
// times are not compared, which differ from machine to machine.
type Reproduction struct {
	Differs []Difference // in what was measured, and on what
	Rows    []Reproduced
	Claims  []Reproduced
	Missing []string // what only one of them has

	Benchmarks int // plain ones that both have, of which there is no verdict
}

// A Difference is a fact that is not the same of both runs.
type Difference struct{ Name, First, Again string }

// Reproduced is a verdict of two runs.
type Reproduced struct {
	What         string // "echo ×100, time", or the claim
	First, Again string // in words
	Accord       Accord
}

// An Accord says how the verdicts of two runs go together.
type Accord string

const (
	Agreed       Accord = "agree"
	Compatible   Accord = "compatible" // both may be true: some model may be the best by both, or one run leaves it open
	Contradicted Accord = "contradict" // by each, what the other shows is false
)

// Reproduce compares the verdicts of a run with those of another.
func Reproduce(first, again *Data) Reproduction {
	var r Reproduction
	r.differ(first, again)
	r.rows(first.Rows, again.Rows)
	r.claims(first.Judged(), again.Judged())
	r.benchmarks(first.Benchmarks, again.Benchmarks)
	return r
}

// Count returns how many verdicts go together so.
func (r Reproduction) Count(a Accord) (n int) {
	for _, x := range slices.Concat(r.Rows, r.Claims) {
		if x.Accord == a {
			n++
		}
	}
	return n
}

func (r *Reproduction) differ(first, again *Data) {
	a, b := first.Run, again.Run
	for _, d := range []Difference{
		{"Go", a.Go, b.Go},
		{"Commit", a.Commit, b.Commit},
		{"SHA-256 of the test binary", a.Binary, b.Binary},
		{"Rounds measured", fmt.Sprint(first.Rounds), fmt.Sprint(again.Rounds)},
		{"CPU", first.Env.CPU, again.Env.CPU},
		{"CPUs for the run", fmt.Sprint(first.Env.Cores), fmt.Sprint(again.Env.Cores)},
		{"System", first.Env.OS + " " + first.Env.Arch, again.Env.OS + " " + again.Env.Arch},
		{"Kernel", first.Env.Kernel, again.Env.Kernel},
	} {
		if d.First != d.Again {
			r.Differs = append(r.Differs, d)
		}
	}
}

func (r *Reproduction) rows(first, again []Row) {
	has := map[string]Row{}
	for _, row := range again {
		has[row.Job] = row
	}
	for _, a := range first {
		b, measured := has[a.Job]
		if !measured {
			r.Missing = append(r.Missing, a.Full()+": not in the second run")
			continue
		}
		delete(has, a.Job)
		others := b.contests()
		for _, x := range a.contests() {
			at := slices.IndexFunc(others, func(c Contest) bool { return c.Metric.Unit == x.Metric.Unit })
			what := a.Full() + ", " + x.Metric.Name
			if at < 0 {
				r.Missing = append(r.Missing, what+": not in the second run")
				continue
			}
			p, q := x.possible(others[at]), others[at].possible(x)
			if len(p) == 0 || len(q) == 0 {
				r.Missing = append(r.Missing, what+": no model of which both runs can say that it is the best, or is not")
				continue
			}
			r.Rows = append(r.Rows, Reproduced{what, join(p), join(q), together(p, q)})
		}
	}
	for _, row := range again {
		if _, left := has[row.Job]; left {
			r.Missing = append(r.Missing, row.Full()+": not in the first run")
		}
	}
}

// contests are those by which the row was judged.
func (r Row) contests() []Contest {
	return slices.DeleteFunc(append([]Contest{r.Time, r.CPU, r.Footprint}, r.Own...), func(c Contest) bool { return c.Reference == "" })
}

// possible returns the models that may be the best, of those that both contests
// have judged.
func (c Contest) possible(other Contest) (models []string) {
	judged := map[string]bool{}
	for _, s := range other.Standings {
		judged[s.Model.Name] = s.State == Possible || s.State == Beaten
	}
	for _, s := range c.Standings {
		if s.State == Possible && judged[s.Model.Name] {
			models = append(models, s.Model.Name)
		}
	}
	return models
}

// together compares two sets of possible bests. Each has the best in it at
// 95 %, if the runs measure the same: without a common model one is wrong, or
// they do not.
func together(a, b []string) Accord {
	switch common := intersect(a, b); {
	case len(common) == 0:
		return Contradicted
	case len(common) == len(a) && len(common) == len(b):
		return Agreed
	}
	return Compatible
}

func (r *Reproduction) benchmarks(first, again []BenchmarkRow) {
	measured := func(rows []BenchmarkRow, c Cell) bool {
		return slices.ContainsFunc(rows, func(b BenchmarkRow) bool { return b.Cell.key() == c.key() && len(b.Processes) > 0 })
	}
	for _, a := range first {
		if !measured(again, a.Cell) {
			r.Missing = append(r.Missing, a.Cell.key()+": not measured in the second run")
		} else if len(a.Processes) > 0 {
			r.Benchmarks++
		}
	}
	for _, b := range again {
		if len(b.Processes) > 0 && !measured(first, b.Cell) {
			r.Missing = append(r.Missing, b.Cell.key()+": not measured in the first run")
		}
	}
}

func (r *Reproduction) claims(first, again []Verdict) {
	for _, a := range first {
		at := slices.IndexFunc(again, func(b Verdict) bool { return b.Claim.ID == a.Claim.ID })
		if at < 0 {
			r.Missing = append(r.Missing, "the claim "+a.Claim.ID+": not in the second run")
			continue
		}
		b := again[at]
		x := Reproduced{a.Claim.ID, string(a.Outcome), string(b.Outcome), Contradicted}
		switch {
		case a.Outcome == b.Outcome:
			x.Accord = Agreed
		case a.Outcome == ClaimUndecided || b.Outcome == ClaimUndecided:
			x.Accord = Compatible
		}
		r.Claims = append(r.Claims, x)
	}
	for _, b := range again {
		if !slices.ContainsFunc(first, func(a Verdict) bool { return a.Claim.ID == b.Claim.ID }) {
			r.Missing = append(r.Missing, "the claim "+b.Claim.ID+": not in the first run")
		}
	}
}
