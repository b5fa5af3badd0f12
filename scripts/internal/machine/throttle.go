package machine

import (
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/concbench/concbench/results"
)

// throttles reads how often each CPU, and the package it is in, has been slowed
// for heat since the machine started (Linux on x86,
// Documentation/ABI/testing/sysfs-devices-system-cpu). It is empty where that is
// not known, as in most virtual machines.
func throttles(cpus string) map[string]uint64 {
	counts := map[string]uint64{}
	files, _ := filepath.Glob(filepath.Join(cpus, "cpu*", "thermal_throttle", "*_throttle_count"))
	for _, f := range files {
		if n, err := strconv.ParseUint(read(f), 10, 64); err == nil {
			counts[f] = n
		}
	}
	return counts
}

const cpuFolder = "/sys/devices/system/cpu"

// throttled warns of a machine that has grown too hot before.
func throttled(results.Env) *results.Warning { return heated(nil, throttles(cpuFolder)) }

// heated warns if some counter rose; the counts before are nil for those of the
// start of the machine, which are 0. Counters of one event are many: the largest
// rise is how often it happened at least.
func heated(before, now map[string]uint64) *results.Warning {
	var times uint64
	for f, n := range now {
		if n > before[f] {
			times = max(times, n-before[f])
		}
	}
	if times == 0 {
		return nil
	}
	if before == nil {
		return &results.Warning{Kind: "throttled",
			Text: fmt.Sprintf("the CPU has been slowed for heat since this machine started (%d times at least)", times),
			Do:   "see to its cooling before you measure for long; concbench says so if it happens while it measures"}
	}
	return &results.Warning{Kind: "throttled",
		Text: fmt.Sprintf("the CPU was slowed for heat while this was measured (%d times at least)", times),
		Do:   "see to its cooling, or turn turbo off so that it stays cool, and measure again"}
}
