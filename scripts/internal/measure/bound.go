package measure

// The CPUs of a machine differ: what runs on the other half of a core, another
// machine's work perhaps, makes one almost twice as slow, for seconds. Two
// processes that stay on different CPUs differ by that in each cycle of a round.
// So arms that need one CPU run on the same in a cycle, and on each in turn.

// cpus returns the CPUs on which the arms run in turn, in an order that is drawn:
// none where the kernel chooses.
func (r *round) cpus(draw interface{ Perm(int) []int }) (cpus []int) {
	if !r.block.Size.OneCPU || r.block.Serial != "" {
		return nil
	}
	all := allowed()
	for _, at := range draw.Perm(len(all)) {
		cpus = append(cpus, all[at])
	}
	return cpus
}

// cpuOf returns the CPU of a cycle, the same for one and its mirror image; under
// 0 where the kernel chooses.
func cpuOf(cpus []int, cycle int) int {
	if len(cpus) == 0 {
		return -1
	}
	return cpus[cycle/2%len(cpus)]
}
