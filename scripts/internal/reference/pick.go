package reference

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// pick returns n of the CPUs, in order. It takes the last ones, since the first
// serves most interrupts, and, while there are others, no two of one core, which
// would share it.
func pick(cpus []int, n int, core func(cpu int) string) []int {
	var chosen, spare []int
	taken := map[string]bool{}
	for _, cpu := range slices.Backward(cpus) {
		if of := core(cpu); taken[of] {
			spare = append(spare, cpu)
		} else {
			chosen, taken[of] = append(chosen, cpu), true
		}
	}
	chosen = append(chosen, spare...)
	chosen = chosen[:min(n, len(chosen))]
	slices.Sort(chosen)
	return chosen
}

// core names the core that a CPU is of; where that is not known, each is of its
// own.
func core(cpu int) string {
	folder := fmt.Sprintf("/sys/devices/system/cpu/cpu%d/topology/", cpu)
	name := ""
	for _, file := range []string{"physical_package_id", "core_id"} {
		id, err := os.ReadFile(folder + file)
		if err != nil {
			return fmt.Sprint("CPU ", cpu)
		}
		name += strings.TrimSpace(string(id)) + "/"
	}
	return name
}
