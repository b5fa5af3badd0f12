// Package versus measures two builds of the same Go packages side by side: it
// builds both, finds their benchmarks, and measures each benchmark on both
// sides back to back, in rounds. Package results/compare judges what comes out,
// and says after each round what has to be measured on.
package versus

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
)

// An Ask is what a user asks of a comparison.
type Ask struct {
	Kind      compare.Kind
	Patterns  []string // of packages, as the go command has them
	Bench     string   // regular expression of benchmarks, as -bench has it
	Benchtime string   // of a slice
	Slices    int      // per process, the discarded first included
	CPU       int      // as -test.cpu has it, one value
	Tags      string
	Args      []string // for the test binaries
	Isolate   Isolation

	Threshold float64 // the difference that matters: 0.05
	Metrics   []string
	Screen    int
	Confirm   int
	Layouts   int
	Seed      uint64

	Budget  time.Duration // builds included; 0: none
	Timeout time.Duration // of one process, for each benchmark in it

	Usual  bool    // an A/A check has the usual way beside it
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

const leastScreen = 3 // rounds from which a constant is believed

// leastConfirm is how many rounds can decide anything, for a single candidate.
var leastConfirm = results.TwoSided(alpha, 1).Rounds()

// alpha is the probability of any false verdict on a whole comparison.
const alpha = 0.05

// Check says what is wrong with the ask, as far as that is known before there
// is anything built.
func (a Ask) Check() error {
	if _, err := regexp.Compile(a.Bench); err != nil {
		return fmt.Errorf("--bench %q is no regular expression: %w", a.Bench, err)
	}
	if d, err := time.ParseDuration(a.Benchtime); err != nil || d <= 0 {
		if n := strings.TrimSuffix(a.Benchtime, "x"); n == a.Benchtime || !regexp.MustCompile(`^[1-9][0-9]{0,8}$`).MatchString(n) {
			return fmt.Errorf("--benchtime %q: want the time of a slice such as 20ms, or a number of iterations such as 100x", a.Benchtime)
		}
	}
	switch {
	case a.Threshold <= 0 || a.Threshold >= 1:
		return fmt.Errorf("--threshold %v: want a share between 0 and 100%%, such as 5%%", a.Threshold)
	case a.Inject < 0 || a.Inject >= 10:
		return fmt.Errorf("--inject %v: want a share such as 5%%", a.Inject)
	case a.Slices < 1 || a.Slices > 1000:
		return errors.New("--slices: want a number from 1 to 1000; the first is discarded where there are more")
	case a.CPU < 1 || a.CPU > 1<<16:
		return fmt.Errorf("--cpu %d: want one number of CPUs, from 1; this machine has %d", a.CPU, runtime.NumCPU())
	case a.Kind == compare.Gate && a.Confirm < leastConfirm:
		return fmt.Errorf("--rounds %d: want %d or more: fewer cannot call anything slower", a.Confirm, leastConfirm)
	case a.Screen < leastScreen || a.Screen+a.Confirm > 10_000:
		return fmt.Errorf("--rounds: want %d or more, and at most 10000", leastScreen)
	case a.Budget < 0 || a.Timeout <= 0:
		return errors.New("--budget and --timeout are longer than 0")
	case len(a.Metrics) == 0 || slices.Contains(a.Metrics, ""):
		return errors.New("--metrics: want units as benchmarks print them, such as ns/op,B/op,allocs/op")
	case !slices.Contains([]Isolation{Either, ByBenchmark, ByPackage}, a.Isolate):
		return fmt.Errorf("--isolate %q: want benchmark or package", a.Isolate)
	}
	return nil
}

// plan is the part of the comparison's plan that the ask decides.
func (a Ask) plan() compare.Plan {
	p := compare.Plan{Version: compare.Version, Kind: a.Kind, Same: a.Same, Inject: a.Inject,
		Threshold: a.Threshold, Alpha: alpha, Metrics: a.Metrics, Screen: a.Screen, Confirm: a.Confirm,
		Seed: a.Seed, Budget: a.Budget, Slices: a.Slices, Benchtime: a.Benchtime, CPU: a.CPU,
		Bench: a.Bench, Tags: a.Tags, Args: a.Args, Timeout: a.Timeout, Usual: a.Usual, Patterns: a.Patterns}
	draw := rand.New(rand.NewPCG(a.Seed, 0))
	for a.Confirm > 0 && len(p.Layouts) < a.Layouts {
		p.Layouts = append(p.Layouts, 1+draw.IntN(1<<30))
	}
	return p
}
