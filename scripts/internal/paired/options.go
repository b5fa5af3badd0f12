// Package paired measures two builds of the same Go packages in turns: it builds
// both, finds their benchmarks, and plans a block of two arms for each. Package
// results/compare judges what comes out, and says what is still open.
package paired

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"time"

	"github.com/concbench/concbench/results/compare"
)

// Options say what is compared, and how much is measured.
type Options struct {
	Kind     compare.Kind
	Patterns []string // of packages, as the go command takes them
	Bench    string   // regular expression of benchmarks, as -bench takes it
	CPU      int      // as -test.cpu takes it, one value
	Tags     string
	Args     []string // for the test binaries
	Isolate  Isolation

	Threshold float64 // the difference that matters: 0.05
	Metrics   []string
	Rounds    int // of a benchmark, at most
	Cycles    int // of a round; 0: chosen by the time that there is
	Layouts   int // link layouts, in which what looks different is measured again
	Serial    bool
	Seed      uint64

	Budget  time.Duration // builds included; 0: none
	Timeout time.Duration // of one sample, and of a process's set-up

	Same   bool    // both sides are built from the head
	Inject float64 // share of extra work on the head's side
}

// An Isolation says what has a process of its own.
type Isolation string

const (
	Either      Isolation = ""          // a benchmark, or the package where set-up outweighs measuring
	ByBenchmark Isolation = "benchmark" // one benchmark a process
	ByPackage   Isolation = "package"   // the benchmarks of a package share a process
)

// alpha is the probability of any false verdict on a whole comparison.
const alpha = 0.05

// Check says what is wrong with the options, as far as that is known before
// anything is built.
func (o Options) Check() error {
	if _, err := regexp.Compile(o.Bench); err != nil {
		return fmt.Errorf("--bench %q is no regular expression: %w", o.Bench, err)
	}
	switch {
	case o.Threshold <= 0 || o.Threshold >= 1:
		return fmt.Errorf("--threshold %v: want a share between 0 and 100%%, such as 5%%", o.Threshold)
	case o.Inject < 0 || o.Inject >= 10:
		return fmt.Errorf("--inject %v: want a share such as 5%%", o.Inject)
	case o.CPU < 1 || o.CPU > 1<<16:
		return fmt.Errorf("--cpu %d: want one number of CPUs, from 1; this machine has %d", o.CPU, runtime.NumCPU())
	case o.Rounds < 1 || o.Rounds > 10_000:
		return fmt.Errorf("--rounds %d: want a number from 1 to 10000", o.Rounds)
	case o.Cycles < 0 || o.Cycles > 1000:
		return fmt.Errorf("--cycles %d: want a number from 1 to 1000, or 0 to have it chosen", o.Cycles)
	case o.Layouts < 0 || o.Layouts > 100:
		return fmt.Errorf("--layouts %d: want a number from 0 to 100", o.Layouts)
	case o.Budget < 0 || o.Timeout <= 0:
		return errors.New("--budget and --timeout are longer than 0")
	case len(o.Metrics) == 0 || slices.Contains(o.Metrics, ""):
		return errors.New("--metrics: want units as benchmarks print them, such as ns/op,B/op,allocs/op")
	case !slices.Contains([]Isolation{Either, ByBenchmark, ByPackage}, o.Isolate):
		return fmt.Errorf("--isolate %q: want benchmark or package", o.Isolate)
	}
	return nil
}

// plan is the part of the comparison's plan that the options decide.
func (o Options) plan() compare.Plan {
	p := compare.Plan{Version: compare.Version, Kind: o.Kind, Same: o.Same, Inject: o.Inject,
		Threshold: o.Threshold, Alpha: alpha, Metrics: o.Metrics, Rounds: o.Rounds, Cycles: o.Cycles, Serial: o.Serial,
		Seed: o.Seed, Budget: o.Budget, CPU: o.CPU, Isolate: string(o.Isolate),
		Bench: o.Bench, Tags: o.Tags, Args: o.Args, Timeout: o.Timeout, Patterns: o.Patterns}
	draw := rand.New(rand.NewPCG(o.Seed, 0))
	for len(p.Layouts) < o.Layouts {
		p.Layouts = append(p.Layouts, 1+draw.IntN(1<<30))
	}
	return p
}
