package results

import (
	"fmt"
	"slices"
	"strings"
)

// machinesDiffer says in what the machines differ so that times cannot be
// compared.
func machinesDiffer(a, b Env) []string {
	var how []string
	for _, x := range []struct{ what, a, b string }{
		{"architecture", a.Arch, b.Arch},
		{"CPU", a.CPU, b.CPU},
		{"CPUs of the machine", fmt.Sprint(a.CPUs), fmt.Sprint(b.CPUs)},
		{"CPUs for the run", fmt.Sprint(a.Cores), fmt.Sprint(b.Cores)},
		{"kernel", major(a.Kernel), major(b.Kernel)},
		{"virtualization", a.Virtual, b.Virtual},
	} {
		how = append(how, differ(x.what, x.a, x.b)...)
	}
	return how
}

func major(kernel string) string {
	number, _, _ := strings.Cut(kernel, ".")
	return number
}

func differ(what, a, b string) []string {
	if a == b {
		return nil
	}
	for _, s := range []*string{&a, &b} {
		if *s == "" {
			*s = "none"
		}
	}
	return []string{fmt.Sprintf("%s: %s, and %s", what, clean(a), clean(b))}
}

// plain says how plain benchmarks were run, as far as they can be compared.
func (a *Asked) plain() string {
	if a == nil || a.Plain == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("-cpu %d %s %s", a.Plain.CPU, a.Tags, strings.Join(a.Plain.Args, " ")))
}

// shared names the packages whose plain benchmarks shared a process.
func (r *Run) shared() string {
	var all []string
	for _, p := range r.Packages {
		if p.Whole {
			all = append(all, p.Path)
		}
	}
	if len(all) == 0 {
		return "a process each"
	}
	return "a process for all of " + strings.Join(all, ", ")
}

// noted says what else differs between two runs.
func noted(a, b *Data) []string {
	var all []string
	for _, x := range []struct{ what, a, b string }{
		{"Go", a.Run.Go, b.Run.Go},
		{"commit", a.Run.Commit, b.Run.Commit},
		{"system", a.Env.OS, b.Env.OS},
		{"kernel", a.Env.Kernel, b.Env.Kernel},
		{"samples", a.Run.sampled(), b.Run.sampled()},
		{"asked of plain benchmarks", a.Run.Asked.plain(), b.Run.Asked.plain()},
		{"isolation", a.Run.shared(), b.Run.shared()},
		{"seed of the data", fmt.Sprint(a.Run.Seed), fmt.Sprint(b.Run.Seed)},
		{"GOMAXPROCS of the origin", fmt.Sprint(a.Run.OriginProcs), fmt.Sprint(b.Run.OriginProcs)},
	} {
		all = append(all, differ(x.what, x.a, x.b)...)
	}
	if a.Run.Binary == b.Run.Binary && a.Run.Binary != "" {
		all = append(all, "the test binary is the same: what differs is the machine's state")
	}
	return all
}

// StoredRatios are a job's ratios between models, by one metric, on each of two
// machines.
type StoredRatios struct {
	Job       string // in words
	Metric    Metric
	Reference string // the model that all are compared with, in both runs
	Models    []StoredRatio
}

// A StoredRatio is a model's ratio to the reference, paired within each run,
// each with the interval by which that run's own tables judge.
type StoredRatio struct {
	Model         string
	First, Second Interval
	Agree         Agreement
}

// An Agreement says whether two intervals agree.
type Agreement string

const (
	Agrees    Agreement = "agree"  // the intervals overlap
	Disagrees Agreement = "differ" // they do not
	TooFew    Agreement = "open"   // one of them has no bounds
)

// storedRatios returns the ratios of the jobs that both runs have.
func storedRatios(a, b *Data) []StoredRatios {
	var all []StoredRatios
	for _, first := range a.Rows {
		at := slices.IndexFunc(b.Rows, func(r Row) bool { return r.Job == first.Job })
		if at < 0 {
			continue
		}
		second := b.Rows[at]
		for _, m := range []Metric{Time, CPU} {
			if m.Name == Time.Name && (first.Known.Paced || second.Known.Paced) {
				continue
			}
			if r := rowRatios(first, second, m); len(r.Models) > 0 {
				all = append(all, r)
			}
		}
	}
	return all
}

// rowRatios compares with the reference of the first run where the second can,
// else with the first model that both measured.
func rowRatios(a, b Row, m Metric) StoredRatios {
	inA, inB := a.judged(m), b.judged(m)
	r := StoredRatios{Job: a.Full(), Metric: m, Reference: a.Contest(m).Reference}
	var both []string
	for _, c := range a.Cells {
		_, first := inA.of[c.Of.Name]
		if _, second := inB.of[c.Of.Name]; first && second {
			both = append(both, c.Of.Name)
		}
	}
	if len(both) < 2 {
		return StoredRatios{}
	}
	if !slices.Contains(both, r.Reference) {
		r.Reference = both[0]
	}
	for _, model := range both {
		if model == r.Reference {
			continue
		}
		s := StoredRatio{Model: model, First: inA.ratio(model, r.Reference), Second: inB.ratio(model, r.Reference)}
		s.Agree = agreement(s.First, s.Second)
		r.Models = append(r.Models, s)
	}
	return r
}

// judgedFigures are the figures of a row's models by one metric, by round.
type judgedFigures struct {
	how method
	of  map[string]contender
}

func (r Row) judged(m Metric) judgedFigures {
	all := judgedFigures{r.how, map[string]contender{}}
	for _, c := range r.Cells {
		if c.state(m) == Possible {
			all.of[c.Of.Name] = c.contender(m.Unit)
		}
	}
	return all
}

func (f judgedFigures) ratio(model, reference string) Interval {
	return exp(f.how.at(familyError / float64(max(len(f.of)-1, 1))).Interval(f.of[model].over(f.of[reference])))
}

func agreement(a, b Interval) Agreement {
	switch {
	case !a.Bounded() || !b.Bounded():
		return TooFew
	case a.Lo <= b.Hi && b.Lo <= a.Hi:
		return Agrees
	}
	return Disagrees
}
