package record

// least is how many cycles a round that was cut short must have to count.
const least = 4

// Counted returns those of the rounds that count, in their order. Of the
// attempts at one round of a block it is one alone: the last that is whole and
// undisturbed, else the last that is whole, else the last that has cycles enough.
// Rounds of a block whose arms took turns and rounds in which they ran one after
// the other are never pooled: those count that are like the block's last. What
// was measured plays no part in any of it.
func Counted(rounds []Round) []Round {
	type one struct {
		block, benchmark string
		round            int
	}
	serial := map[string]bool{}
	for i := range rounds {
		serial[rounds[i].Block] = rounds[i].Serial != ""
	}
	best := map[one]int{}
	for i := range rounds {
		r := &rounds[i]
		if serial[r.Block] != (r.Serial != "") || r.worth() == 0 {
			continue
		}
		k := one{r.Block, r.Benchmark, r.Round}
		if before, ok := best[k]; !ok || r.worth() >= rounds[before].worth() {
			best[k] = i
		}
	}
	var counted []Round
	for i := range rounds {
		r := &rounds[i]
		if at, ok := best[one{r.Block, r.Benchmark, r.Round}]; ok && at == i {
			counted = append(counted, *r)
		}
	}
	return counted
}

// worth orders the attempts at a round; what is worth 0 never counts.
func (r *Round) worth() int {
	switch {
	case !r.Cut() && !r.Disturbed():
		return 3
	case !r.Cut():
		return 2
	}
	for i := range r.Arms {
		if len(r.Arms[i].Cycles) < least && r.Arms[i].Failed == "" && r.Arms[i].NotRun == "" {
			return 0
		}
	}
	return 1
}
