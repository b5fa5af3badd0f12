package results

import (
	"slices"

	"github.com/concbench/concbench/results/record"
)

// A Decision says what is still open of a block of a run.
type Decision struct {
	Done       bool
	Least      int      // further rounds that it takes at least
	Out        []string // models that are shown to be worse than another by every metric that is judged
	Benchmarks []string // that are still measured, of a package whose benchmarks share a process; nil: all
}

// Decide says what is open of a block of the run, given its rounds so far.
//
// A run that was planned with a number of rounds measures them all. One that may
// stop at any time is done with a job when it knows of every model, by time, CPU
// and what the workload judges itself, that another is better or that it is
// within 5 % of the best. What failed once is not measured again.
func (run *Run) Decide(block string, rounds []record.Round) Decision {
	cells, left := run.left(block, rounds)
	most, had := run.Rounds, measured(rounds)
	job := Job{}
	if at := slices.IndexFunc(run.Jobs, func(j Job) bool { return j.Name == block }); at >= 0 {
		job = run.Jobs[at]
	}
	if job.Sweep {
		most = min(most, sweepRounds)
	}
	d := Decision{Least: max(1, most-had), Done: had >= most || len(left) == 0}
	if len(left) > 0 && left[0].Plain() && len(left) < len(cells) {
		for _, c := range left {
			d.Benchmarks = append(d.Benchmarks, c.Name)
		}
	}
	switch {
	case len(left) == 0 || job.Sweep || !run.Anytime:
	case left[0].Plain():
		d.Least = min(d.Least, max(1, run.ownRounds()-had))
	default:
		run.judge(&d, cells, len(left), rounds, had)
	}
	return d
}

// judge says of a job whose rounds are not fixed what is open of it.
func (run *Run) judge(d *Decision, cells []Cell, models int, rounds []record.Round, had int) {
	need := run.LeastRounds(models)
	of := *run
	of.Cells = cells
	judged, _ := rows(&of, countedOf(&of, rounds))
	contests := judged[0].decisive()
	worse := map[string]int{}
	open := models == 1 && had < run.ownRounds()
	for _, c := range contests {
		need = max(need, c.Need)
		for _, s := range c.Standings {
			if s.State == Beaten {
				worse[s.Model.Name]++
			}
			open = open || s.open()
		}
	}
	for _, m := range run.Models {
		if worse[m.Name] == len(contests) {
			d.Out = append(d.Out, m.Name)
		}
	}
	d.Least = min(d.Least, max(1, need-had))
	d.Done = d.Done || had > 0 && !open
}

// left returns the cells of a block that can run here, and those of them that
// did not fail and did not turn out not to be runnable.
func (run *Run) left(block string, rounds []record.Round) (cells, left []Cell) {
	at := run.places()
	gone := map[string]bool{} // by key
	for i := range rounds {
		for _, a := range rounds[i].Arms {
			if a.Failed != "" || a.NotRun != "" {
				gone[at[placeOf(&rounds[i], a.Name)].key()] = true
			}
		}
	}
	shared := run.sharing()
	for _, c := range run.Cells {
		if c.NotRunnable != "" || c.Block(shared[c.Package]) != block {
			continue
		}
		cells = append(cells, c)
		if !gone[c.key()] {
			left = append(left, c)
		}
	}
	return cells, left
}

// sharing says of packages that their plain benchmarks share a process.
func (run *Run) sharing() map[string]bool {
	shared := map[string]bool{}
	for _, k := range run.Packages {
		shared[k.Path] = k.Whole
	}
	return shared
}

// measured is how many of a block's rounds were measured to their end. If its
// arms cannot take turns any more, only rounds since then count. The last round
// does not count where each attempt at it was cut short; those before were not
// measured again.
func measured(rounds []record.Round) int {
	whole := map[int]bool{}
	last := 0
	for i := range rounds {
		r := &rounds[i]
		if r.End && (r.Serial == "") == (rounds[len(rounds)-1].Serial == "") {
			whole[r.Round] = whole[r.Round] || !r.Cut()
			last = max(last, r.Round)
		}
	}
	if last > 0 && !whole[last] {
		return len(whole) - 1
	}
	return len(whole)
}

// decisive are the contests for which a run is measured on.
func (r Row) decisive() []Contest {
	all := slices.Clone(r.Own)
	if !r.Known.Paced && !r.Time.Limited {
		all = append(all, r.Time)
	}
	return append(all, r.CPU)
}

// open reports whether it is neither known that another model is better, nor
// that this one is within 5 % of the best.
func (s Standing) open() bool { return s.State == Possible && !(s.Behind <= within) }

// LeastRounds is how many rounds it takes at least to decide anything in a row of
// so many models.
func (run *Run) LeastRounds(models int) int {
	return run.method().at(familyError / float64(max(models-1, 1))).LeastRounds()
}

// ownRounds is how many rounds it takes at least for a figure to have an interval
// of its own.
func (run *Run) ownRounds() int { return run.method().at(familyError / 2).LeastRounds() }
