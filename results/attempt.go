package results

import (
	"maps"
	"slices"
)

// A group is the models of a job in one round: what is compared, measured one
// right after the other.
type group struct {
	job   string
	round int
}

func groupOf(p Process) group {
	if p.Of.Plain() {
		return group{p.Of.key(), p.Round} // compared with nothing
	}
	return group{p.Of.Job, p.Round}
}

// attempts are the measurements of a group, by attempt.
type attempts map[int][]Process

// counted returns the measurements that count: of each group, those of one
// attempt, since only what was measured together is a pair. It is the last that
// is whole and undisturbed, else the last that is whole, else the one that has
// most; what was measured plays no part in it. A failure counts in any attempt.
// It also returns how many attempts were made again since one was disturbed.
func counted(ps []Process) (all []Process, again int) {
	groups := map[group]attempts{}
	for _, p := range ps {
		g := groupOf(p)
		if groups[g] == nil {
			groups[g] = attempts{}
		}
		groups[g][p.Attempt] = append(groups[g][p.Attempt], p)
	}
	choice := map[group]int{}
	for g, a := range groups {
		choice[g] = a.choose()
		order := a.order()
		for _, i := range order[:len(order)-1] {
			if a.disturbed(i) {
				again++
			}
		}
	}
	for _, p := range ps {
		if p.Failed != "" || p.Attempt == choice[groupOf(p)] {
			all = append(all, p)
		}
	}
	return all, again
}

func (a attempts) order() []int { return slices.Sorted(maps.Keys(a)) }

// choose returns the attempt that counts.
func (a attempts) choose() int {
	failed := map[string]bool{}
	for _, ps := range a {
		for _, p := range ps {
			failed[p.Cell] = failed[p.Cell] || p.Failed != ""
		}
	}
	// What failed is not measured again, and is missing in no attempt.
	size := func(i int) int {
		has := map[string]bool{}
		for _, p := range a[i] {
			if !failed[p.Cell] {
				has[p.Cell] = true
			}
		}
		return len(has)
	}
	order := a.order()
	best := order[0]
	for _, i := range order[1:] {
		switch s, most := size(i), size(best); {
		case s > most, s == most && (!a.disturbed(i) || a.disturbed(best)):
			best = i
		}
	}
	return best
}

// disturbed says whether CPU time was stolen from some measurement of an attempt.
func (a attempts) disturbed(i int) bool {
	for _, p := range a[i] {
		if p.Steal > Disturbed {
			return true
		}
	}
	return false
}
