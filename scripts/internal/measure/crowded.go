package measure

import "fmt"

// crowded says why so many processes as large as this one do not fit beside each
// other, "" if they do: they may take half of the memory that is free.
func (r *round) crowded(l *live, arms int) string {
	each := resident(l.session.PID())
	if r.free == 0 || each*uint64(arms) <= r.free/2 {
		return ""
	}
	return fmt.Sprintf("%d processes of %d MiB take more than half of the %d MiB that are free", arms, each>>20, r.free>>20)
}

// pids are the processes of those that take part.
func pids(all []*live) (ids []int) {
	for _, l := range all {
		if !l.gone && l.session.PID() > 0 {
			ids = append(ids, l.session.PID())
		}
	}
	return ids
}
