package bench

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/concbench/concbench/workloads"
)

// configuration returns what is stable on a machine and the sense of each unit,
// the workloads' own figures among them, as lines of Go's benchmark format. What
// varies is not there: it would split benchstat's tables.
func configuration(figures []workloads.Figure) []string {
	lines := []string{"go: " + runtime.Version()}
	if k := kernel(); k != "" {
		lines = append(lines, "kernel: "+k)
	}
	lines = append(lines, fmt.Sprintf("cores: %d", Cores()), "world: go")
	for _, u := range strings.Fields(lowerIsBetter) {
		lines = append(lines, "Unit "+u+" better=lower")
	}
	lines = append(lines, "Unit tasks/s better=higher")
	declared := map[string]bool{}
	for _, f := range figures {
		if declared[f.Unit] {
			continue
		}
		declared[f.Unit] = true
		lines = append(lines, fmt.Sprintf("Unit %s better=%s", f.Unit, map[bool]string{false: "lower", true: "higher"}[f.Higher]))
	}
	return lines
}

// platform returns the lines that package testing prints itself, without the
// name of the CPU, which only it can tell: it asks the CPU, and the system may
// have another name.
func platform() []string {
	lines := []string{"goos: " + runtime.GOOS, "goarch: " + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		if pkg, test := strings.CutSuffix(info.Path, ".test"); test {
			lines = append(lines, "pkg: "+pkg)
		}
	}
	return lines
}

// lowerIsBetter are the units of which less is better; package testing's own
// have that sense already.
const lowerIsBetter = `cpu-ns/op user-ns/op sys-ns/op peak-rss-B footprint-B threads
	vol-ctxsw/op invol-ctxsw/op runq-ns/op p50-ns p99-ns max-ns service-p99-ns
	origin-cpu-ns/op origin-busy startup-ns first-ns`

// kernel returns the release of the system's kernel, "" where it is not known.
func kernel() string {
	b, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
