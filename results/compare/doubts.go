package compare

import (
	"fmt"

	"github.com/concbench/concbench/results"
)

// doubts returns the reasons to distrust the figures that the comparison itself
// shows.
func (r *Report) doubts() []results.Warning {
	var w []results.Warning
	add := func(kind, do, text string, args ...any) {
		w = append(w, results.Warning{Kind: kind, Text: fmt.Sprintf(text, args...), Do: do})
	}
	switch r.Plan.Status {
	case results.Running:
		add("unfinished", "wait for it, or finish it with --resume", "the comparison had not ended when its files were read: it is under way, or it was killed")
	case results.Interrupted:
		add("interrupted", "finish it with --resume", "the comparison was interrupted before it was decided")
	case results.OutOfTime:
		add("budget", "allow it more with --budget, or compare fewer benchmarks with --bench", "the time allowed was over before everything was decided")
	}
	if r.judging.strange > 0 {
		add("unreadable", "copy the comparison's folder again if it is a copy, or compare anew", "%s are left out: the plan in %s compares no such benchmark", count(r.judging.strange, "round"), PlanFile)
	}
	disturbed, busy, rounds := 0, 0, 0
	for _, b := range r.Results {
		disturbed, busy, rounds = disturbed+b.Disturbed, busy+b.Busy, rounds+b.Rounds
		if b.Note != "" {
			add("figures", "name other metrics with --metrics, or mend the benchmark", "some figures of %s are not judged: %s", b.Key(), b.Note)
		}
	}
	if disturbed > 0 {
		add("disturbed", "measure when the machine is quieter, or on one of your own", "%d of %d rounds were disturbed by other machines on the same host", disturbed, rounds)
	}
	if busy > 0 {
		add("busy", "stop the timers, servers and goroutines that the benchmark leaves running, or measure with --one-after-another",
			"in %d of %d rounds a process used more than %s of a core while it was not its turn", busy, rounds, results.Percent(busyShare))
	}
	if r.Plan.Kind == AA {
		return w
	}
	if why := r.Plan.CanDecide(r.Plan.Rounds); why != "" {
		add("plan", "allow more with --rounds, or compare fewer benchmarks with --bench", "%s", why)
	}
	if short, least := r.short(); short > 0 {
		add("rounds", "finish the comparison with --resume, allow it more time with --budget, or compare fewer benchmarks with --bench",
			"%s of those open had fewer than the %d rounds in which the first difference can be shown", count(short, "benchmark"), least)
	}
	return w
}

// short counts the benchmarks that are open for lack of rounds, of which there
// are least in which a difference could be shown.
func (r *Report) short() (n, least int) {
	_, least = r.Plan.LeastRounds()
	for i := range r.Results {
		if b := &r.Results[i]; b.measured() && b.Rounds < min(least, r.Plan.Rounds) && b.has(Undecided) {
			n++
		}
	}
	return n, least
}

// has says whether any metric has the verdict.
func (r *Result) has(v Verdict) bool {
	for _, c := range r.Comparisons {
		if c.Verdict == v {
			return true
		}
	}
	return false
}
