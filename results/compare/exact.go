package compare

// exactRounds is how many rounds must agree for a figure to be held constant.
const exactRounds = 3

// constant says whether each side has one figure in all rounds, as allocations
// mostly do, and whether there are enough of them to say so.
func constant(ps []point) bool {
	if len(ps) < exactRounds {
		return false
	}
	return agree(ps[0], ps)
}

// agree says whether all rounds have the figures of one.
func agree(with point, ps []point) bool {
	for _, p := range ps {
		if p.base != with.base || p.head != with.head {
			return false
		}
	}
	return true
}

// differs says whether the figures of a constant point differ by the threshold
// or more. From 0 to anything is a difference, from 0 to 0 is none.
func (p point) differs(threshold float64) bool {
	if p.base == p.head {
		return false
	}
	change := p.head/p.base - 1
	return change >= threshold || -change >= threshold
}
