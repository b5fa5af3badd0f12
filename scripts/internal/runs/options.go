package runs

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/scripts/internal/gotest"
)

// Options say what is measured, and how much.
type Options struct {
	bench.Choice
	Rounds  int // of a block, at most; in all of them, where there is no budget
	Cycles  int // of a round; 0: chosen by the time that there is
	Seed    uint64
	Begin   time.Time     // from when on Budget counts
	Budget  time.Duration // of all of it, compiling included; what is decided gets no more rounds. 0: none
	Timeout time.Duration // of one sample, and of a process's set-up
	Serial  bool          // one process after the other, to see the difference
	Tags    string        // build tags of packages, as the go command takes them
	Plain   PlainOptions
}

// PlainOptions are those of ordinary benchmarks.
type PlainOptions struct {
	Bench   string // regular expression, as -bench takes it; "": all
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

// Check says what is wrong with the options, as far as that is known before
// there is a plan.
func (o Options) Check() error {
	if o.Rounds < 1 || o.Cycles < 0 || o.Timeout <= 0 || o.Budget < 0 {
		return errors.New("--rounds is a number from 1, --cycles from 0, and a time limit is longer than 0")
	}
	return o.Plain.check()
}

func (o PlainOptions) check() error {
	if _, err := regexp.Compile(o.Bench); err != nil {
		return fmt.Errorf("--bench %q is no regular expression: %w", o.Bench, err)
	}
	if o.CPU < 0 || o.CPU > 1<<16 {
		return fmt.Errorf("--cpu %d: want one number of CPUs, from 1; this machine has %d", o.CPU, runtime.NumCPU())
	}
	if !slices.Contains([]Isolation{Either, ByBenchmark, ByPackage}, o.Isolate) {
		return fmt.Errorf("--isolate %q: want benchmark or package", o.Isolate)
	}
	return nil
}

// process are the options of a process of ordinary benchmarks.
func (o Options) process(tmp string) gotest.Options {
	return gotest.Options{CPU: o.Plain.CPU, Timeout: o.Timeout, Args: o.Plain.Args, TMPDIR: tmp}
}
