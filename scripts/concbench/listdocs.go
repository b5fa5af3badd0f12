package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/workloads"
)

// pairCores are the cores for which the table of pairs is made: those decide the
// size of pools.
const pairCores = 2

// writePairs writes which model can run which workload, in Markdown:
// workloads/PAIRS.md.
func writePairs(w io.Writer) error {
	pairs, err := bench.Pairs(pairCores)
	if err != nil {
		return err
	}
	models := bench.Full.Models()
	fmt.Fprintf(w, `# Which model runs which workload

Written by `+"`concbench list pairs`"+`, for %d cores, and kept true by a test. It is decided in one place, bench.Runnable, by what a workload needs and what a model offers; the limits of a machine (descriptors, threads, memory) come on top, and a model that a system does not have.

● all of the workload's jobs in the full profile; a number: so many of them; – none. Why not, is below.

`, pairCores)
	fmt.Fprintf(w, "| workload | %s |\n| --- |%s\n", strings.Join(models, " | "), strings.Repeat(" :-: |", len(models)))
	var notes []string
	for _, of := range workloads.All() {
		name := of.About().Name
		fmt.Fprintf(w, "| `%s` |", name)
		for _, model := range models {
			p := pairs[slices.IndexFunc(pairs, func(p bench.Pair) bool { return p.Workload == name && p.Model == model })]
			fmt.Fprintf(w, " %s |", pairMark(p, &notes))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
	for i, n := range notes {
		fmt.Fprintf(w, "%d. %s\n", i+1, n)
	}
	return nil
}

// pairMark is the cell of a pair, with the number of its reason.
func pairMark(p bench.Pair, notes *[]string) string {
	if p.Runnable == p.Jobs {
		return "●"
	}
	at := slices.Index(*notes, p.Why)
	if at < 0 {
		at = len(*notes)
		*notes = append(*notes, p.Why)
	}
	if p.Runnable == 0 {
		return fmt.Sprintf("– (%d)", at+1)
	}
	return fmt.Sprintf("%d of %d (%d)", p.Runnable, p.Jobs, at+1)
}

// writeClaims writes which cells settle which claim, in Markdown:
// results/CLAIMS.md.
func writeClaims(w io.Writer) error {
	fmt.Fprint(w, `# What settles which claim

Written by `+"`concbench list claims`"+`, and kept true by a test: every claim that is no opinion, and not about another runtime than Go's, with the jobs of the full profile that settle it, the models compared there, and the metric. `+results.ClaimsNote+`

| claim | says | jobs | by | must be |
| --- | --- | --- | --- | --- |
`)
	for _, c := range results.Claims {
		if len(c.Tests) == 0 {
			why := c.Opinion
			if why == "" {
				why = "about " + c.World
			} else {
				why = "opinion: " + why
			}
			fmt.Fprintf(w, "| %s | %s | | | not judged: %s |\n", c.Called(), c.Says, why)
		}
		for i, t := range c.Tests {
			name, says := c.Called(), c.Says
			if i > 0 {
				name, says = "", ""
			}
			fmt.Fprintf(w, "| %s | %s | %s | `%s` | %s |\n", name, says, strings.Join(claimJobs(t), "<br>"), t.Unit, t.Words())
		}
	}
	return nil
}

// claimJobs names the jobs of the full profile that a test is about.
func claimJobs(t results.Test) []string {
	var names []string
	for _, of := range workloads.All() {
		for _, j := range bench.Full.Jobs(of, bench.Shared) {
			if about(t, j) {
				_, name, _ := strings.Cut(j.Name(), "/workload=")
				names = append(names, "`"+name+"`")
			}
		}
	}
	return names
}

// about says whether a test looks at the job: those over sweeps look at the
// jobs of sweeps, the others at those that are judged.
func about(t results.Test, j bench.Job) bool {
	return (t.OverSweeps() || !j.Sweep) && slices.ContainsFunc(t.Jobs, func(p string) bool { return results.MatchesJob(p, j.Name()) })
}
