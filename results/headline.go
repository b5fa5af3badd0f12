package results

import (
	"fmt"
	"slices"
	"strings"
)

// Headline sums up the advice of all rows in a sentence: which usable models
// are to be taken, and in how many jobs.
func (d *Data) Headline() string {
	if d.OnlyBenchmarks() {
		return d.benchmarksMeasured() + " measured"
	}
	count, open := map[string]int{}, 0
	var names []string
	for _, r := range d.Rows {
		if len(r.Advice.Take) == 0 {
			open++
		}
		for _, m := range r.Advice.Take {
			if count[m]++; count[m] == 1 {
				names = append(names, m)
			}
		}
	}
	jobs := plural(len(d.Rows), "job")
	if len(names) == 0 {
		return fmt.Sprintf("Undecided: nothing can be recommended yet in %s", jobs)
	}
	slices.SortStableFunc(names, func(a, b string) int { return count[b] - count[a] })
	var parts []string
	for _, m := range names {
		parts = append(parts, fmt.Sprintf("%s in %d", m, count[m]))
	}
	parts[0] = fmt.Sprintf("Take %s of %s", parts[0], jobs)
	if open > 0 {
		parts = append(parts, fmt.Sprintf("undecided in %d", open))
	}
	return strings.Join(parts, ", ")
}

// Subtitle says what was measured.
func (d *Data) Subtitle() string {
	if d.OnlyBenchmarks() {
		return fmt.Sprintf("%s in %s, on %s", d.benchmarksMeasured(), plural(d.Rounds, "round"), plural(d.Env.Cores, "core"))
	}
	return fmt.Sprintf("%s under %s in %s, on %s",
		plural(len(d.Rows), "job"), plural(len(d.Run.Models), "model"), plural(d.Rounds, "round"), plural(d.Env.Cores, "core"))
}
