package bench

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/origin"
)

// Main is the TestMain of a package with benchmarks of Kind:
//
//	func TestMain(m *testing.M) { bench.Main(m) }
//
// It serves, where this process was started as an origin or as a worker; keeps to the CPUs
// that -cpu asks for; and prints what a reader of the results must know, before
// the first of them.
func Main(m *testing.M) {
	origin.Main()
	workloads.ServeWorker()
	flag.Parse()
	if err := keepTo(flag.Lookup("test.cpu").Value.String()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if *flagPlan != "" {
		if err := answerPlan(os.Stdin, *flagPlan); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		os.Exit(m.Run()) // which, with -list, lists the benchmarks that there are for the plan
	}
	cells, err := selected()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	diesWithParent()
	if flag.Lookup("test.bench").Value.String() != "" {
		preamble(cells)
	}
	code := m.Run()
	if err := release(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// keepTo binds this process to so many CPUs as -cpu says, if it says.
//
// Note: a list is refused. Package testing sets GOMAXPROCS for its second
// entry only after the benchmark, under b.Loop, has run: with -cpu 1,4 the row
// named 1 ran at 4.
func keepTo(cpu string) error {
	if cpu == "" {
		return nil
	}
	if strings.Contains(cpu, ",") {
		return fmt.Errorf("-cpu %s: a list is not possible, since package testing changes GOMAXPROCS too late under b.Loop; run go test once for each number of CPUs", cpu)
	}
	n, err := strconv.Atoi(cpu)
	if err != nil || n < 1 {
		return fmt.Errorf("-cpu %s: want a number of CPUs, 1 or more", cpu)
	}
	cpus := CPUs()
	if n > len(cpus) && cpus != nil {
		return fmt.Errorf("-cpu %d: this process may use %d CPUs", n, len(cpus))
	}
	return Pin(cpus[:min(n, len(cpus))])
}

// preamble prints the configuration that is stable on a machine and the sense
// of each unit. What varies is not here: it would split benchstat's tables.
func preamble(cells []Cell) {
	fmt.Printf("go: %s\n", runtime.Version())
	if k := kernel(); k != "" {
		fmt.Printf("kernel: %s\n", k)
	}
	fmt.Printf("cores: %d\n", Cores())
	fmt.Println("world: go")
	for _, u := range strings.Fields(lowerIsBetter) {
		fmt.Printf("Unit %s better=lower\n", u)
	}
	fmt.Println("Unit tasks/s better=higher")
	declared := map[string]bool{}
	for _, c := range cells {
		for _, f := range c.Measures().Figures {
			if declared[f.Unit] {
				continue
			}
			declared[f.Unit] = true
			fmt.Printf("Unit %s better=%s\n", f.Unit, map[bool]string{false: "lower", true: "higher"}[f.Higher])
		}
	}
	warnOfCgo()
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
