package measure

import "time"

// busy is how much of a core a process may use while it is not its turn.
const busy = 0.05

// parked watches what a process uses while it is not its turn.
type parked struct {
	from time.Time
	cpu  time.Duration // at from
	used time.Duration
	wall time.Duration
}

// park begins to watch the process, which has no turn from now on.
func (p *parked) park(pid int) {
	if cpu, ok := cpuTime(pid); ok {
		p.from, p.cpu = time.Now(), cpu
	}
}

// unpark ends it: its turn begins.
func (p *parked) unpark(pid int) {
	if p.from.IsZero() {
		return
	}
	if cpu, ok := cpuTime(pid); ok {
		p.used += cpu - p.cpu
		p.wall += time.Since(p.from)
	}
	p.from = time.Time{}
}

// share is how many CPUs the process used meanwhile, -1 where that is not known:
// it was never parked long enough to tell.
func (p *parked) share() float64 {
	if p.wall < 5*time.Millisecond {
		return -1
	}
	return float64(p.used) / float64(p.wall)
}
