package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/concbench/concbench/results"
)

// warnings asks each check in turn. The last two take half a second: they look
// at what goes on.
func warnings(e results.Env) []results.Warning {
	found := []results.Warning{}
	for _, check := range []func(results.Env) *results.Warning{
		cores, loaded, stolen, virtual, governor, turbo, siblings, memory, system,
		throttled, battery, competing, jitter,
	} {
		if w := check(e); w != nil {
			found = append(found, *w)
		}
	}
	return found
}

func cores(e results.Env) *results.Warning {
	if e.Cores >= 4 {
		return nil
	}
	return &results.Warning{Kind: "cores",
		Text: fmt.Sprintf("%d CPUs for the models, the origin and all else: they take turns", e.Cores),
		Do:   "for claims about scaling over cores, measure on 4 CPUs or more; here, trust CPU per task before tasks per second"}
}

func loaded(e results.Env) *results.Warning {
	if e.Before.Load1 < 0.3*float64(e.CPUs) {
		return nil
	}
	return &results.Warning{Kind: "load",
		Text: fmt.Sprintf("the load was %.2f when this was looked at, over %d CPUs", e.Before.Load1, e.CPUs),
		Do:   "stop what else runs (top shows it) and wait until the load has fallen"}
}

func stolen(e results.Env) *results.Warning {
	if e.Before.Steal < 0.01 {
		return nil
	}
	return &results.Warning{Kind: "steal",
		Text: fmt.Sprintf("the hypervisor has given %.1f %% of this machine's CPU time since it started to others", 100*e.Before.Steal),
		Do:   "use a machine with CPUs of its own, or more rounds"}
}

func virtual(e results.Env) *results.Warning {
	if e.Virtual == "" {
		return nil
	}
	return &results.Warning{Kind: "virtual",
		Text: "a virtual machine or container (" + e.Virtual + "): neighbours that cannot be seen share caches, memory bandwidth and clock",
		Do:   "compare only what was measured in the same run; repeat on hardware before you publish absolute times"}
}

func governor(results.Env) *results.Warning {
	slow := map[string]bool{}
	files, _ := filepath.Glob("/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor")
	for _, f := range files {
		if g := read(f); g != "" && g != "performance" {
			slow[g] = true
		}
	}
	for g := range slow {
		return &results.Warning{Kind: "governor",
			Text: "the CPU's frequency governor is " + g + ": speed follows load",
			Do:   "cpupower frequency-set -g performance"}
	}
	return nil
}

func turbo(results.Env) *results.Warning {
	if read("/sys/devices/system/cpu/intel_pstate/no_turbo") != "0" && read("/sys/devices/system/cpu/cpufreq/boost") != "1" {
		return nil
	}
	return &results.Warning{Kind: "turbo",
		Text: "turbo is on: the clock depends on temperature and on how many CPUs are busy",
		Do:   "write 1 to /sys/devices/system/cpu/intel_pstate/no_turbo, or 0 to /sys/devices/system/cpu/cpufreq/boost"}
}

func siblings(e results.Env) *results.Warning {
	lists, _ := filepath.Glob("/sys/devices/system/cpu/cpu*/topology/thread_siblings_list")
	for _, f := range lists {
		if s := read(f); strings.ContainsAny(s, ",-") {
			return &results.Warning{Kind: "smt",
				Text: "CPUs share a core (" + s + "): what one gains the other loses",
				Do:   "count cores, not CPUs, in claims about scaling; write off to /sys/devices/system/cpu/smt/control if you can"}
		}
	}
	return nil
}

func memory(e results.Env) *results.Warning {
	if e.Memory == 0 || e.Before.Available > e.Memory/4 {
		return nil
	}
	return &results.Warning{Kind: "memory",
		Text: fmt.Sprintf("%d of %d MiB of memory are free", e.Before.Available>>20, e.Memory>>20),
		Do:   "free memory: the page cache is small, and large cells may swap"}
}

func system(results.Env) *results.Warning {
	if read("/proc/version") != "" {
		return nil
	}
	return &results.Warning{Kind: "system",
		Text: "not Linux: no memory, thread or steal figures, and the models that stand on Linux system calls do not run",
		Do:   "measure on Linux for the whole comparison"}
}

// read returns a small file's text, "" if it cannot be read.
func read(name string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
