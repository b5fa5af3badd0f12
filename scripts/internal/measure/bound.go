package measure

// The CPUs of a machine differ: what runs on the other half of a core, another
// machine's work perhaps, makes one almost twice as slow, for seconds. Two
// processes that stay on different CPUs differ by that in each cycle of a round.
// So arms that need one CPU run on the same in a cycle, and on each in turn.

// drawCPUs returns the CPUs that this process may use, in an order that is drawn.
func drawCPUs(draw interface{ Perm(int) []int }) []int {
	all := allowed()
	cpus := make([]int, len(all))
	for i, at := range draw.Perm(len(all)) {
		cpus[i] = all[at]
	}
	return cpus
}
