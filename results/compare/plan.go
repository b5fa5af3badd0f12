// Package compare judges two builds of the same Go packages, measured side by
// side. It runs nothing: it works on the files of a comparison alone.
//
// A comparison is a folder:
//
//	compare.json  the Plan, and how the comparison ended
//	pairs.jsonl   a Pair a line: which bytes of base.txt and head.txt are whose
//	base.txt      every slice of the one side in measured order, in Go's
//	head.txt      benchmark format, and of the other
//	env.json      the machine before and after, and the reasons to distrust it
//	logs/         what failed processes printed
//	usual/        what the usual way measured beside an A/A check
//	profiles/     CPU profiles of what was found slower
package compare

import (
	"time"

	"github.com/concbench/concbench/results"
)

// Version is the version of the files of a comparison.
const Version = 1

// A Kind says what two sides are compared for.
type Kind string

const (
	Gate Kind = "compare" // screened, then confirmed
	AA   Kind = "aa"      // every benchmark in every round
)

// A Plan says what is compared, and how the comparison ended: compare.json.
type Plan struct {
	Version int            `json:"version"`
	Kind    Kind           `json:"kind"`
	Status  results.Status `json:"status"`
	Started time.Time      `json:"started"`
	Ended   time.Time      `json:"ended,omitzero"`
	Base    Side           `json:"base"`
	Head    Side           `json:"head"`
	Same    bool           `json:"same,omitempty"`   // both sides are one build: what differs is noise
	Inject  float64        `json:"inject,omitempty"` // share of work that was added to the head, to see it found: 0.05

	Threshold float64  `json:"threshold"` // the difference that matters: 0.05
	Alpha     float64  `json:"alpha"`     // the probability of any false verdict on the whole comparison
	Metrics   []string `json:"metrics"`   // units that are judged
	Screen    int      `json:"screen"`    // rounds in which every benchmark is measured
	Confirm   int      `json:"confirm"`   // fresh rounds, at most, for those that looked different

	Seed      uint64        `json:"seed"`
	Layouts   []int         `json:"layouts,omitempty"` // seeds of the linker's -randlayout, in turn, while confirming
	Budget    time.Duration `json:"budget_ns,omitempty"`
	Slices    int           `json:"slices"` // per process, at most, the discarded first included
	Benchtime string        `json:"benchtime"`
	CPU       int           `json:"cpu"` // as -test.cpu has it
	Bench     string        `json:"bench,omitempty"`
	Tags      string        `json:"tags,omitempty"`
	Args      []string      `json:"args,omitempty"` // for the test binaries
	Go        string        `json:"go"`

	Timeout time.Duration `json:"timeout_ns"`      // of one process, for each benchmark in it
	Usual   bool          `json:"usual,omitempty"` // an A/A check has the usual way beside it

	Patterns   []string    `json:"patterns"` // of packages, as the user named them
	Packages   []Package   `json:"packages"`
	Benchmarks []Benchmark `json:"benchmarks"`

	// Measuring is the wall time of measuring, builds left out; Inside is what of
	// it measured processes took.
	Measuring time.Duration `json:"measuring_ns,omitempty"`
	Inside    time.Duration `json:"inside_ns,omitempty"`

	Profiles []Profile `json:"profiles,omitempty"` // of what was found slower
}

// A Profile is the text of what differs in the CPU profiles of a benchmark.
type Profile struct {
	Package   string `json:"package"`
	Benchmark string `json:"benchmark"`
	Path      string `json:"path"` // in the folder: profiles/x.txt
}

// A Side is one of the two that are compared.
type Side struct {
	Ref    string `json:"ref"`              // as the user named it; "" is the working tree
	Commit string `json:"commit,omitempty"` // in full
	Dirty  bool   `json:"dirty,omitempty"`  // with changes that are not committed
}

// A Package is one of those that are compared.
type Package struct {
	Path      string `json:"path"`
	Base      string `json:"base_sha256,omitempty"` // of the test binary
	Head      string `json:"head_sha256,omitempty"`
	Identical bool   `json:"identical,omitempty"` // equal binaries and equal testdata: nothing is measured
	Failed    string `json:"failed,omitempty"`    // why it could not be compared: a side that does not build, …
	Log       string `json:"log,omitempty"`       // path in the folder
	Whole     bool   `json:"whole,omitempty"`     // its benchmarks share a process, since set-up outweighs measuring
}

// A State says why a benchmark is not compared.
type State string

const (
	Compared      State = ""
	OnlyBase      State = "only in base"
	OnlyHead      State = "only in head"
	Changed       State = "benchmark changed" // its own source: it measures something else now
	NotIsolatable State = "not isolatable"    // its name changes from one pass to the next
	Skipped       State = "skipped"           // by itself, on either side
	Broken        State = "failed"            // in the pass that looks for benchmarks
)

// A Benchmark is one of a package, a sub-benchmark too.
type Benchmark struct {
	Package string `json:"package"`
	Name    string `json:"name"`             // BenchmarkX/case, without the -N suffix
	Slices  int    `json:"slices,omitempty"` // per process: fewer than the plan's where an op takes long
	State   State  `json:"state,omitempty"`
	Why     string `json:"why,omitempty"`
	Log     string `json:"log,omitempty"` // path in the folder
}

// A Pair is one measurement of a benchmark on both sides, one process right
// after the other, in an order drawn by a coin: a line of pairs.jsonl, written
// after its lines of base.txt and head.txt were synced.
type Pair struct {
	Round     int    `json:"round"`             // from 1; those after Plan.Screen confirm
	Attempt   int    `json:"attempt,omitempty"` // 0, or how often it had been measured and disturbed before
	Package   string `json:"package"`
	Benchmark string `json:"benchmark"`
	HeadFirst bool   `json:"head_first,omitempty"` // the coin
	Layout    int    `json:"layout,omitempty"`     // seed of -randlayout; 0: the linker's own
	Base      Part   `json:"base"`
	Head      Part   `json:"head"`

	// Better says higher or lower of the units of which a Unit line of either
	// process says so.
	Better map[string]string `json:"better,omitempty"`

	Steal     float64 `json:"steal"`               // share of the machine's CPU time, 0 to 1
	Stalled   float64 `json:"stalled"`             // share of the time in which some process waited for a CPU (PSI), 0 to 1
	Disturbed bool    `json:"disturbed,omitempty"` // by a criterion that never sees the result
	Failed    string  `json:"failed,omitempty"`    // which side, and why
	Log       string  `json:"log,omitempty"`       // path in the folder
}

// A Part is one side of a Pair.
type Part struct {
	From   int64         `json:"from"`   // bytes of base.txt or head.txt
	To     int64         `json:"to"`     // that hold its slices
	Slices int           `json:"slices"` // result lines, the discarded first included
	Wall   time.Duration `json:"wall_ns"`
}
