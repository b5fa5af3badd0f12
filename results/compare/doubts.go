package compare

import (
	"fmt"

	"github.com/concbench/concbench/results"
)

// doubts returns the reasons to distrust the figures that the comparison itself
// shows.
func (r *Report) doubts() []results.Warning {
	var w []results.Warning
	switch r.Plan.Status {
	case results.Running:
		w = append(w, results.Warning{Kind: "unfinished", Text: "the comparison had not ended when its files were read: it is under way, or it was killed", Do: "wait for it, or finish it with --resume"})
	case results.Interrupted:
		w = append(w, results.Warning{Kind: "interrupted", Text: "the comparison was interrupted before it was decided", Do: "finish it with --resume"})
	case results.OutOfTime:
		w = append(w, results.Warning{Kind: "budget", Text: "the time allowed was over before all rounds were measured", Do: "allow it more with --budget, or compare fewer benchmarks with --bench"})
	}
	disturbed, rounds := 0, 0
	for _, b := range r.Results {
		disturbed, rounds = disturbed+b.Disturbed, rounds+b.Screened+b.Confirmed
		if b.Note != "" {
			w = append(w, results.Warning{Kind: "figures", Text: fmt.Sprintf("some figures of %s are not judged: %s", b.Key(), b.Note), Do: "name other metrics with --metrics, or mend the benchmark"})
		}
	}
	if disturbed > 0 {
		w = append(w, results.Warning{
			Kind: "disturbed",
			Text: fmt.Sprintf("%d of %d rounds were disturbed by others even when they were measured again", disturbed, rounds),
			Do:   "measure when the machine is quieter, or on one of your own",
		})
	}
	if lacks := r.lacking(); lacks > 0 {
		w = append(w, results.Warning{
			Kind: "rounds",
			Text: fmt.Sprintf("%s lack some of the %d screening rounds, and are undecided", count(lacks, "benchmark"), r.Plan.Screen),
			Do:   "finish the comparison with --resume, or allow it more time with --budget",
		})
	}
	return w
}

// lacking counts the benchmarks that were not screened to the end.
func (r *Report) lacking() int {
	n := 0
	for i := range r.Results {
		if b := &r.Results[i]; r.Plan.Kind == Gate && b.measured() && b.Screened < r.Plan.Screen {
			n++
		}
	}
	return n
}
