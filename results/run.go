// Package results reads what a run measured, judges it and reports it. It runs
// nothing: it works on the files of a run alone, so that a run can be read on
// another machine.
//
// A run is a folder:
//
//	rounds.jsonl what was measured, a line a round of a job: see package record
//	bench.txt    a line a process, in Go's benchmark format
//	run.json     the Plan, and how the run ended
//	env.json     the machine before and after, and the reasons to distrust it
//	logs/        what failed cells printed
//	report.md, report.html
//	calibration.json, where there is one of the same machine and Go
package results

import (
	"time"

	"github.com/concbench/concbench/results/record"
)

// Version is the version of the files of a run. Those of version 1 have slices
// of processes that ran one after the other; they are read too.
const Version = 2

// A Run is the plan of a run and how it ended: run.json.
type Run struct {
	Version   int           `json:"version"`
	Status    Status        `json:"status"`
	Started   time.Time     `json:"started"`
	Ended     time.Time     `json:"ended,omitzero"`
	Profile   string        `json:"profile"`           // quick or full
	Seed      uint64        `json:"seed"`              // of the order of measurement and of the workloads' data
	Rounds    int           `json:"rounds"`            // planned
	CPUs      int           `json:"cpus,omitempty"`    // that its processes may use: the -N suffix of names
	Cycles    int           `json:"cycles,omitempty"`  // of a round; 0: chosen by the time that there was
	Anytime   bool          `json:"anytime,omitempty"` // what was decided got no more rounds: it was judged after each
	Serial    bool          `json:"serial,omitempty"`  // the models of a job ran one after the other, as was asked for
	Slices    int           `json:"slices,omitempty"`  // version 1: per process, the discarded first included
	Benchtime time.Duration `json:"benchtime_ns,omitempty"`
	Asked     *Asked        `json:"asked,omitempty"` // nil: a run of a time when it was not recorded; it cannot be resumed
	Resumed   []time.Time   `json:"resumed,omitempty"`
	Budget    time.Duration `json:"budget_ns,omitempty"` // after which no further round starts; 0: none
	Go        string        `json:"go"`                  // version that compiled the test binary
	Commit    string        `json:"commit,omitempty"`

	// OriginProcs is the GOMAXPROCS of the process that I/O workloads talk to.
	OriginProcs int `json:"origin_procs,omitempty"`

	Config    []string   `json:"config,omitempty"`   // lines of configuration and units that concbench's own test binary prints
	Binary    string     `json:"binary_sha256"`      // of the test binary; of the list of their sums, where there are several
	Packages  []Package  `json:"packages,omitempty"` // whose tests were measured; none: concbench's own
	Models    []Model    `json:"models"`
	Workloads []Workload `json:"workloads"`
	Jobs      []Job      `json:"jobs,omitempty"` // what is to be known of a job beyond its cells
	Sweeps    []Sweep    `json:"sweeps,omitempty"`
	Cells     []Cell     `json:"cells"` // planned and not runnable ones

	// NotMeasured are the benchmarks that were found and are not in Cells.
	NotMeasured []LeftOut `json:"not_measured,omitempty"`
}

// An Asked is what the plan was made of, beyond what the Run says: with the same
// test binary on the same machine it comes to the same plan again. The packages
// are those of the Run.
type Asked struct {
	Models    []string      `json:"models,omitempty"`    // none: those of the profile
	Workloads []string      `json:"workloads,omitempty"` // none: all
	Place     string        `json:"place,omitempty"`
	Timeout   time.Duration `json:"timeout_ns"` // of one cell in one round

	Tags  string      `json:"tags,omitempty"`  // build tags of the packages
	Plain *AskedPlain `json:"plain,omitempty"` // nil: none of the packages has plain benchmarks
}

// An AskedPlain is what was asked of plain benchmarks.
type AskedPlain struct {
	Bench   string   `json:"bench,omitempty"` // regular expression, as -bench has it
	CPU     int      `json:"cpu"`             // GOMAXPROCS
	Isolate string   `json:"isolate,omitempty"`
	Args    []string `json:"args,omitempty"` // for the test binaries
}

// A Status says how a run ended.
type Status = record.Status

// The statuses, which package record explains.
const (
	Running     = record.Running
	Complete    = record.Complete
	OutOfTime   = record.OutOfTime
	Interrupted = record.Interrupted
	FailedCells = record.FailedCells
)

// A Package is one whose test binary was measured.
type Package struct {
	Path   string   `json:"path"` // by which it is imported
	Binary string   `json:"binary_sha256"`
	Config []string `json:"config,omitempty"` // the lines of configuration and units that its test binary prints
	Whole  bool     `json:"whole,omitempty"`  // its plain benchmarks share a process
}

// A Model is what the report says of a model.
type Model struct {
	Name    string `json:"name"` // with its option, as in the benchmark's name: threadpool:64
	Summary string `json:"summary"`
	World   string `json:"world"`
	Usable  bool   `json:"usable"`
	Control bool   `json:"control,omitempty"` // there to tell apart why others differ
}

// A Workload is what the report says of a workload.
type Workload struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Summary string `json:"summary"`
	Unit    string `json:"unit"`
}

// A Job is a row of the tables: a workload with its parameters and tasks.
type Job struct {
	Name    string      `json:"name"`              // as Cell.Job has it
	Sweep   bool        `json:"sweep,omitempty"`   // of the workload's sweeps alone: fewer rounds, judged by slope and knee
	Paced   bool        `json:"paced,omitempty"`   // its time says nothing about the model and is not judged
	Figures []OwnFigure `json:"figures,omitempty"` // what the workload measures itself
}

// An OwnFigure is a unit that a workload measures and reports itself.
type OwnFigure struct {
	Unit   string `json:"unit"`             // as in bench.txt
	Doc    string `json:"doc"`              // the head of its column
	Higher bool   `json:"higher,omitempty"` // more is better
	Judged bool   `json:"judged,omitempty"` // the models of a job are compared by it

	// Limit, if not 0, is the value up to which the job is served well: a sweep
	// tells how far each model comes within it.
	Limit float64 `json:"limit,omitempty"`
}

// A Sweep is a series of jobs of a workload that differ in one thing alone.
type Sweep struct {
	Workload string   `json:"workload"`
	Over     string   `json:"over"`              // what it is, in words
	Divided  bool     `json:"divided,omitempty"` // all jobs are the same work: where the time is least is worth telling
	Jobs     []string `json:"jobs"`              // by name, in the order of the series
}

// A LeftOut is a benchmark of a package that the plan leaves out.
type LeftOut struct {
	Package string `json:"package"`
	Name    string `json:"name,omitempty"`   // "": all that the package has
	Why     string `json:"why"`              // its name changes from one pass to the next, it failed when it was looked for, …
	Log     string `json:"log,omitempty"`    // path in the run's folder
	Failed  bool   `json:"failed,omitempty"` // it is broken: a failure of the run
}

// A Cell is one job under one model, or a plain benchmark of some package: it
// has no Model, its Job is its Name, and another package may have one of the
// same name.
type Cell struct {
	Name  string `json:"name"` // BenchmarkIO/workload=echo/tasks=100/model=threads, without the -N suffix
	Job   string `json:"job"`  // the name without /model=…: the row
	Model string `json:"model"`
	Tasks int    `json:"tasks"`

	// Package is whose test binary measures it; "" means concbench's own.
	Package string `json:"package,omitempty"`

	// NotRunnable is the reason why the model cannot run the job; such a cell
	// is never measured and never a failure.
	NotRunnable string `json:"not_runnable,omitempty"`
}

// A Measurement is one process that measured one cell in one round: a line of
// cells.jsonl, written after its lines of bench.txt were synced.
type Measurement struct {
	Round   int           `json:"round"` // from 1
	Order   int           `json:"order"` // position within the round, from 1
	Cell    string        `json:"cell"`
	Package string        `json:"package,omitempty"` // of a plain benchmark
	From    int64         `json:"from"`              // bytes of bench.txt
	To      int64         `json:"to"`                // that hold its slices
	Slices  int           `json:"slices"`            // result lines, the discarded first included
	Wall    time.Duration `json:"wall_ns"`           // a share of the process's, where benchmarks share one
	Procs   int           `json:"procs,omitempty"`   // GOMAXPROCS while it was measured
	Steal   float64       `json:"steal"`             // share of the machine's CPU time, 0 to 1
	Stalled float64       `json:"stalled"`           // share of the time in which some process waited for a CPU (PSI), 0 to 1
	Attempt int           `json:"attempt,omitempty"` // from 0: how often the models of its job were measured in this round before
	Failed  string        `json:"failed,omitempty"`
	Log     string        `json:"log,omitempty"` // path in the run's folder
}

// An Env is the machine that a run was made on: env.json. It holds no host
// name, no user and no path.
type Env struct {
	OS       string    `json:"os"`
	Kernel   string    `json:"kernel"`
	Arch     string    `json:"arch"`
	CPU      string    `json:"cpu"`
	CPUs     int       `json:"cpus"`  // of the machine
	Cores    int       `json:"cores"` // that this process may use: affinity and cgroup quota
	Memory   uint64    `json:"memory_bytes"`
	Virtual  string    `json:"virtualization,omitempty"`
	Before   Moment    `json:"before"`
	After    Moment    `json:"after,omitzero"`
	Warnings []Warning `json:"warnings"`
}

// A Moment is what varies about a machine.
type Moment struct {
	Time      time.Time `json:"time"`
	Load1     float64   `json:"load1"`
	Available uint64    `json:"memory_available_bytes"`
	Steal     float64   `json:"steal"` // share of CPU time since boot, 0 to 1
}

// A Warning is a reason to distrust a measurement.
type Warning = record.Warning
