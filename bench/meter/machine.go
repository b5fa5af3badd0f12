package meter

import "time"

// A Machine is how much others have taken of this machine so far.
type Machine struct {
	Steal, Total float64       // CPU seconds: taken by the hypervisor; all, idle included
	Stalled      time.Duration // some process was waiting for a CPU (PSI, "cpu some"); meaningful where PSI is true
	PSI          bool
	At           time.Time
}

// StealSince returns the share of the machine's CPU time that the hypervisor
// took since then, from 0 to 1.
func (m Machine) StealSince(then Machine) float64 {
	if m.Total <= then.Total {
		return 0
	}
	return (m.Steal - then.Steal) / (m.Total - then.Total)
}

// StalledSince returns the share of the time since then in which some process
// was waiting for a CPU, from 0 to 1.
func (m Machine) StalledSince(then Machine) float64 {
	if span := m.At.Sub(then.At); span > 0 {
		return min(1, float64(m.Stalled-then.Stalled)/float64(span))
	}
	return 0
}

// A Delay is, by thread, how long each living thread of some processes has
// waited for a CPU. What threads waited that have ended is not in it.
type Delay map[int]time.Duration

// Since returns how long the threads that live now have waited since then. A
// thread that has waited less than then is another, with the number of one that
// has ended: of that one nothing is known.
func (d Delay) Since(then Delay) time.Duration {
	var sum time.Duration
	for tid, waited := range d {
		sum += max(0, waited-then[tid])
	}
	return sum
}
