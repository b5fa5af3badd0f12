package bench

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/origin"
)

var (
	mainCalled bool
	begun      time.Time      // Main
	atEnd      []func() error // what is done at its end
)

// Main is the TestMain of a package with benchmarks of Kind:
//
//	func TestMain(m *testing.M) { bench.Main(m) }
//
// It serves where this process was started as an origin or as a worker. It keeps
// to the CPUs that -cpu asks for, and prints what a reader of the results must
// know, before the first of them.
//
// Each cell is measured in a process of its own, an arm, so that its memory and
// its threads are its own. An arm is this binary, started again with a gate
// (package gate): it measures the one cell that -concbench.cell names, a sample
// whenever it is told to, and prints no results. Here the Benchmark function of
// the cell tells it to, and reports what it answers; in concbench run it takes
// turns with those of the job's other models. What TestMain does before it calls
// Main, each arm does too.
//
// All cells are measured in this process, one after the other, where -cpuprofile,
// -memprofile, -blockprofile, -mutexprofile, -trace, -benchmem or coverage asks
// about it, and on Windows. A line among the results says so.
func Main(m *testing.M) {
	mainCalled, begun = true, time.Now()
	inherited, err := gate.Inherited() // first, or a process that is started would have it
	arm = inherited
	origin.Main()
	workloads.ServeWorker()
	flag.Parse()
	if err == nil {
		err = keepTo(flag.Lookup("test.cpu").Value.String())
	}
	if err != nil {
		wrong(err)
	}
	if *flagPlan != "" {
		if err := answerPlan(os.Stdin, *flagPlan); err != nil {
			wrong(err)
		}
		os.Exit(m.Run()) // which, with -list, lists the benchmarks that there are for the plan
	}
	cells, err := selected()
	if err == nil && arm != nil && *flagCell == "" {
		err = errors.New("a process with a gate measures one cell: start it with -concbench.cell")
	}
	if err != nil {
		wrong(err)
	}
	if arm == nil && flag.Lookup("test.bench").Value.String() != "" {
		preamble(cells)
	}
	code := m.Run()
	if arm != nil && !armed {
		wrong(fmt.Errorf("nothing measures %s: is there a func Benchmark%s(b *testing.B) { bench.Kind(b, workloads.%[2]s) }?", cells[0].Name(), cells[0].about().Kind))
	}
	errs := []error{release()}
	for _, do := range atEnd {
		errs = append(errs, do())
	}
	if err := errors.Join(errs...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// wrong says what is wrong with how this process was started, and ends it.
func wrong(err error) {
	fmt.Fprintln(os.Stderr, err)
	if arm != nil {
		arm.Fail(err)
	}
	os.Exit(2)
}

// keepTo binds this process to so many CPUs as -cpu says, if it says.
func keepTo(cpu string) error {
	if cpu == "" {
		return nil
	}
	if strings.Contains(cpu, ",") {
		return fmt.Errorf("-cpu %s: a list is not possible, since the process is bound to its CPUs once; run go test once for each number of CPUs", cpu)
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

// preamble prints the configuration, and what is different where the C library
// is linked.
func preamble(cells []Cell) {
	var figures []workloads.Figure
	for _, c := range cells {
		figures = append(figures, c.Measures().Figures...)
	}
	for _, line := range configuration(figures) {
		fmt.Println(line)
	}
	warnOfCgo()
}
