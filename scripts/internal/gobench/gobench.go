// Package gobench measures the benchmarks of any Go package: it lists packages,
// compiles their test binaries, finds their benchmarks, and runs one of them, or
// all, in a fresh process.
package gobench

import (
	"time"
)

// A Source is where packages are compiled, and how.
type Source struct {
	Dir     string   // in whose module the patterns are read; "" means here
	Tags    string   // build tags, as the go command has them
	Env     []string // added to the environment
	Overlay string   // file for the go command's -overlay; "" for none
}

// A Package is one that has test files.
type Package struct {
	Path      string // import path
	Dir       string
	TestFiles []string // absolute, those of the external test package included
}

// Options are what a user asks of a process.
type Options struct {
	Benchtime string        // of a slice, as -test.benchtime has it: 20ms, 100x
	Slices    int           // -test.count
	CPU       int           // -test.cpu, from 1
	Timeout   time.Duration // of one benchmark
	Args      []string      // for the test binary, after all others
	Profile   string        // file for -test.cpuprofile; "" for none
}

// A Binary is a compiled test binary.
type Binary struct {
	Package Package
	Path    string // absolute
	SHA256  string
}

// An Output is what one process printed and used.
type Output struct {
	Config  []string            // "key: value" and "Unit" lines, in printed order
	Results map[string][]string // result lines by benchmark, without the -N suffix: a line a slice
	Order   []string            // the benchmarks as they came
	Failed  map[string]string   // why, by benchmark: it called b.Fatal, …
	Log     []byte              // all that it printed, stdout then stderr
	Wall    time.Duration
}

// A Found is what a look for a package's benchmarks found.
type Found struct {
	Names    []string                 // that two passes both ran, in order
	Unstable []string                 // that only one of the passes had: not to be isolated
	Failed   map[string]string        // why, by benchmark
	Skipped  map[string]string        // why, by benchmark: it called b.Skip, …
	Log      []byte                   // of the passes
	Once     map[string]time.Duration // what the first pass took for one op, nothing warm
	SetUp    time.Duration            // wall time of a process that runs no benchmark
	Pass     time.Duration            // wall time of the first pass, each benchmark once
}
