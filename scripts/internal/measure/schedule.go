package measure

import (
	"cmp"
	"slices"
	"time"
)

const (
	pilots      = 2  // rounds of a block that are measured where there is time for them, whatever they can decide
	fewCycles   = 6  // under which a round says too little
	manyCycles  = 32 // from which on more rounds say more
	overdrawn   = 3  // times its fair share of the time that a block may be expected to need, and still gets a round in turn
	usualCycles = 8  // where there is no budget
	aim         = 20 // rounds that a block that is not easily decided may take
	overhead    = 2  // times what is timed of a sample that it takes, before that is known

	// Neighbours make single samples twice as slow for some milliseconds. The median
	// of few cycles is lost when half of them are hit: where cycles are short, a
	// round has at least so many that they fill this time.
	telling     = 400 * time.Millisecond
	tellingMost = 24 // of them

	dear       = 500 * time.Millisecond // a cycle that takes so long is measured …
	dearCycles = 2                      // … this often, at least
)

// A candidate is a block of which a round is wanted.
type candidate struct {
	*state
	step Step
	rest time.Duration // that it may take to decide it
}

// due returns the block whose round is next, nil where none is: then wanted says
// whether it is for lack of time.
//
// Round after round goes around the open blocks, those with the fewest rounds
// first. Where the time is short, those that can be decided in it come first:
// cheap blocks are not starved by dear ones.
func (e *engine) due() (s *state, step Step, wanted bool) {
	open := e.open()
	if len(open) == 0 {
		return nil, Step{}, false
	}
	left := e.left()
	if left == 0 {
		c := slices.MinFunc(open, e.compare)
		return c.state, c.step, true
	}
	open = slices.DeleteFunc(open, func(c candidate) bool { return c.expected() > left })
	if len(open) == 0 {
		return nil, Step{}, true
	}
	slices.SortStableFunc(open, func(a, b candidate) int { return int(a.rest - b.rest) })
	fair := left / time.Duration(len(open))
	var sum time.Duration
	n := 0
	for n < len(open) && (sum+open[n].rest <= left || open[n].rest <= overdrawn*fair) {
		sum += open[n].rest
		n++
	}
	if n == 0 { // none can be decided: what is nearest to it, if there is hope
		open = slices.DeleteFunc(open, func(c candidate) bool {
			return c.rounds >= pilots && c.rest > overdrawn*left
		})
		if len(open) == 0 {
			return nil, Step{}, true
		}
		n = 1
	}
	c := slices.MinFunc(open[:n], e.compare)
	return c.state, c.step, true
}

// open are the blocks of which a round is wanted.
func (e *engine) open() (open []candidate) {
	for _, s := range e.states {
		step := e.Policy.Next(s.block.Name)
		if step.Done || len(s.open(step)) == 0 {
			continue
		}
		// What a policy expects of few rounds is rough: it counts up to aim.
		rounds := max(1, min(step.Least, aim-s.rounds))
		open = append(open, candidate{s, step, s.expected() * time.Duration(rounds)})
	}
	return open
}

// compare orders blocks by their rounds, and those with as many by lot.
func (e *engine) compare(a, b candidate) int {
	if a.rounds != b.rounds {
		return a.rounds - b.rounds
	}
	lot := func(c candidate) int { return int(e.Plan.draw(c.block.Name, c.rounds, -1).Int64() >> 1) }
	return lot(a) - lot(b)
}

// cycles chooses how many cycles a round has: as many as fit into the block's
// share of the time, over the rounds that it may take, within bounds. More rounds
// say more than more cycles do.
func (r *round) cycles(all []*live) int {
	if n := cmp.Or(r.block.Cycles, r.Plan.Cycles); n > 0 {
		return n
	}
	left := r.left()
	if left == 0 {
		return usualCycles
	}
	rounds := max(aim-r.state.rounds, 1)
	share := left / time.Duration(max(1, len(r.open()))) / time.Duration(rounds)
	var start time.Duration
	var timed float64
	for _, l := range all {
		if l.gone {
			continue
		}
		op := r.sized.op[l.arm.Name] * float64(r.sized.n)
		start += l.rec.StartUp
		timed += op / float64(r.stride(all, l.arm.Name))
	}
	cycle := max(time.Duration(overhead*timed), time.Duration(timed)+r.sized.untimed)
	if r.sized.cycle > 0 {
		cycle = r.sized.cycle
	}
	fewest := min(max(int(telling/max(cycle, 1)), fewCycles), tellingMost)
	if cycle > dear {
		fewest = dearCycles
	}
	return min(max(int((share-start)/max(cycle, 1)), fewest), manyCycles)
}
