package engine

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"

	"github.com/concbench/concbench/scripts/internal/gobench"
)

// Asked is what a user asks of ordinary benchmarks.
type Asked struct {
	Bench   string // regular expression, as -bench has it; "": all
	CPU     int    // GOMAXPROCS
	Isolate Isolation
	Args    []string // for the test binaries, after all others
}

// An Isolation says what has a process of its own.
type Isolation string

const (
	Either      Isolation = "" // a benchmark, or the package where set-up outweighs measuring
	ByBenchmark Isolation = "benchmark"
	ByPackage   Isolation = "package" // its benchmarks share a process
)

func (a Asked) check() error {
	if _, err := regexp.Compile(a.Bench); err != nil {
		return fmt.Errorf("--bench %q is no regular expression: %w", a.Bench, err)
	}
	if a.CPU < 0 || a.CPU > 1<<16 {
		return fmt.Errorf("--cpu %d: want one number of CPUs, from 1; this machine has %d", a.CPU, runtime.NumCPU())
	}
	if !slices.Contains([]Isolation{Either, ByBenchmark, ByPackage}, a.Isolate) {
		return fmt.Errorf("--isolate %q: want benchmark or package", a.Isolate)
	}
	return nil
}

// process is what is asked of a process of ordinary benchmarks.
func (o Options) process(slices int) gobench.Options {
	return gobench.Options{Benchtime: o.Benchtime.String(), Slices: slices, CPU: o.Plain.CPU, Timeout: o.Timeout, Args: o.Plain.Args}
}
