// Package machine describes the machine that measures, and finds every reason
// to distrust what is measured on it.
package machine

import (
	"runtime"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v3/cpu"
	"github.com/shirou/gopsutil/v3/host"
	"github.com/shirou/gopsutil/v3/load"
	"github.com/shirou/gopsutil/v3/mem"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results"
)

// Describe returns what this machine is and how it is now. What it cannot find
// out stays empty.
func Describe() results.Env {
	e := results.Env{OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU(), Cores: bench.Cores(), Before: Now()}
	if info, err := host.Info(); err == nil {
		e.OS, e.Kernel = strings.TrimSpace(info.Platform+" "+info.PlatformVersion), info.KernelVersion
		if info.VirtualizationRole == "guest" {
			e.Virtual = info.VirtualizationSystem
		}
	}
	if cpus, err := cpu.Info(); err == nil && len(cpus) > 0 {
		e.CPU = cpus[0].ModelName
	}
	if n, err := cpu.Counts(true); err == nil {
		e.CPUs = n
	}
	if m, err := mem.VirtualMemory(); err == nil {
		e.Memory = m.Total
	}
	e.Warnings = warnings(e)
	return e
}

// Now returns how this machine is now.
func Now() results.Moment {
	m := results.Moment{Time: time.Now()}
	if l, err := load.Avg(); err == nil {
		m.Load1 = l.Load1
	}
	if v, err := mem.VirtualMemory(); err == nil {
		m.Available = v.Available
	}
	if h, err := meter.Host(); err == nil {
		m.Steal = h.StealSince(meter.Machine{})
	}
	return m
}
