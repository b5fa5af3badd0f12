package engine

import (
	"slices"
	"time"
)

// overBudget says that the round, if what is left of it takes as long as its
// cells did in the longest round so far, ends after the budget. A run may end
// after any round: the confidence sequences of package results hold at every
// round.
func (r *rounds) overBudget(round int) bool {
	if r.plan.Budget == 0 {
		return false
	}
	took := make([]time.Duration, round-1)
	for _, c := range r.left(round) {
		for i, d := range r.took[c] {
			if i < len(took) {
				took[i] += d
			}
		}
	}
	longest := slices.Max(took)
	return longest > 0 && time.Since(r.begin)+longest > r.plan.Budget
}

// left are the cells to be measured in a round.
func (r *rounds) left(round int) []cellID {
	var cells []cellID
	for _, job := range r.plan.order {
		if r.settled(job, round) {
			continue
		}
		for _, id := range r.plan.byJob[job] {
			if !r.out(id) && round <= r.plan.cells[id].rounds {
				cells = append(cells, id)
			}
		}
	}
	return cells
}

// unmeasured is how many measurements are to come, if none is disturbed.
func (r *rounds) unmeasured() (n int) {
	for id, c := range r.plan.cells {
		if !r.out(id) {
			n += max(0, c.rounds-len(r.took[id]))
		}
	}
	return n
}

// expect is how long the rest of the run will take, from the end of the first
// round on: by what each cell has taken so far.
func (r *rounds) expect() time.Duration {
	var rest time.Duration
	for id, c := range r.plan.cells {
		if r.out(id) {
			continue
		}
		took := r.took[id]
		if len(took) == 0 {
			return 0
		}
		var sum time.Duration
		for _, d := range took {
			sum += d
		}
		rest += sum / time.Duration(len(took)) * time.Duration(max(0, c.rounds-len(took)))
	}
	if r.plan.Budget > 0 {
		rest = min(rest, r.plan.Budget-time.Since(r.begin))
	}
	return max(0, rest)
}
