package bench

import "github.com/shirou/gopsutil/v3/mem"

// freeMemory is what the system has left for this process without swapping, in
// bytes; 0: not known.
func freeMemory() int {
	m, err := mem.VirtualMemory()
	if err != nil {
		return 0
	}
	return int(m.Available)
}
