// Package compare judges two builds of the same Go packages, measured in turns.
// It runs nothing: it works on the files of a comparison alone.
//
// A comparison is a folder:
//
//	compare.json  the Plan, and how the comparison ended
//	rounds.jsonl  a record.Round a line: what was measured, in measured order
//	base.txt      a line a process, in Go's benchmark format, made of
//	head.txt      rounds.jsonl for other tools: see WriteBench
//	env.json      the machine before and after, and the reasons to distrust it
//	logs/         what failed processes printed
//	profiles/     CPU profiles of what was found slower
package compare

import (
	"time"

	"github.com/concbench/concbench/results"
)

// Version is the version of the files of a comparison. Those of version 1 hold
// processes that ran one after the other; they are not read.
const Version = 2

// A Kind says what two sides are compared for.
type Kind string

const (
	Gate Kind = "compare" // what is decided gets no more rounds
	AA   Kind = "aa"      // every benchmark gets every round, in turns and one after the other
)

// DefaultRounds are the most that a benchmark gets, unless told otherwise.
const DefaultRounds = 60

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
	Alpha     float64  `json:"alpha"`     // the probability of any false slower or faster in the whole comparison
	Metrics   []string `json:"metrics"`   // units that are judged

	Rounds  int           `json:"rounds"`            // that a benchmark gets at most
	Cycles  int           `json:"cycles,omitempty"`  // of a round; 0: chosen by the time that there is
	Layouts []int         `json:"layouts,omitempty"` // seeds of the linker's -randlayout, in turn; none: the linker's own decides
	Serial  bool          `json:"serial,omitempty"`  // one side after the other, as was asked for
	Isolate string        `json:"isolate,omitempty"` // benchmark or package, as was asked for
	Seed    uint64        `json:"seed"`              // of every order
	Budget  time.Duration `json:"budget_ns,omitempty"`
	Timeout time.Duration `json:"timeout_ns"` // of one sample, and of a process's set-up

	CPU   int      `json:"cpu"` // as -test.cpu has it
	Bench string   `json:"bench,omitempty"`
	Tags  string   `json:"tags,omitempty"`
	Args  []string `json:"args,omitempty"` // for the test binaries
	Go    string   `json:"go"`

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
	Path      string   `json:"path"`
	Base      string   `json:"base_sha256,omitempty"` // of the test binary
	Head      string   `json:"head_sha256,omitempty"`
	Config    []string `json:"config,omitempty"`    // the lines of configuration and units that its test binary prints
	Identical bool     `json:"identical,omitempty"` // equal binaries and equal testdata: nothing is measured
	Failed    string   `json:"failed,omitempty"`    // why it could not be compared: a side that does not build, …
	Log       string   `json:"log,omitempty"`       // path in the folder
	Ungated   string   `json:"ungated,omitempty"`   // why its processes cannot wait at a gate: each sample has a process of its own
	Whole     bool     `json:"whole,omitempty"`     // its benchmarks share processes, since set-up outweighs measuring
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
	Name    string `json:"name"` // BenchmarkX/case, without the -N suffix
	State   State  `json:"state,omitempty"`
	Why     string `json:"why,omitempty"`
	Log     string `json:"log,omitempty"` // path in the folder
}
