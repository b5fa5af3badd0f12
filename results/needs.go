package results

// Need returns how many of n differences must lie on one side of θ for it to be
// rejected, n+1 where not even all of them do. With d sorted, the interval goes
// from d[n−Need] to d[Need−1].
func (s Sequence) Need(n int) int { return s.need(n) }
