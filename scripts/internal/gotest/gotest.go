// Package gotest measures the benchmarks of any Go package: it lists packages,
// compiles their test binaries, finds their benchmarks, and gives the processes
// that measure them: sample by sample through a gate (Arm), with a process for
// each sample where there can be no gate (Ungated), or the usual way (Measure).
package gotest

import "time"

// A Source is where packages are compiled, and how.
type Source struct {
	Dir     string   // in whose module the patterns are read; "" means here
	Tags    string   // build tags, as the go command takes them
	Env     []string // added to the environment
	Overlay string   // file for the go command's -overlay, which Patch writes; "" for none
}

// A Package is one that has test files.
type Package struct {
	Path       string // import path
	Dir        string
	TestFiles  []string // absolute, those of the external test package included
	Imports    []string // of its test files
	Benchmarks bool     // it has Benchmark functions, or is broken
}

// A Binary is a compiled test binary.
type Binary struct {
	Package Package
	Path    string // absolute
	SHA256  string
}

// Options are those of a process.
type Options struct {
	CPU     int           // -test.cpu, from 1
	Timeout time.Duration // of one benchmark, where Measure or Discover runs it; 0: none
	Args    []string      // for the test binary, after all others
	TMPDIR  string        // of the process; "" for the system's. A short one: paths of sockets have 108 bytes
	Profile string        // file for -test.cpuprofile; "" for none
}

// An Output is what one process printed.
type Output struct {
	Config  []string            // "key: value" and "Unit" lines, in printed order
	Results map[string][]string // result lines by benchmark, without the -N suffix
	Order   []string            // the benchmarks as they came
	Failed  map[string]string   // why, by benchmark: it called b.Fatal, …
	Skipped map[string]string   // why, by benchmark: it called b.Skip, …
	Log     []byte              // all of it, standard output first, then standard error
	Wall    time.Duration
}

// A Found is what a look for a package's benchmarks found.
type Found struct {
	Names    []string                 // that two passes both ran, in order
	Unstable []string                 // that only one of the passes had: not to be isolated
	Failed   map[string]string        // why, by benchmark
	Skipped  map[string]string        // why, by benchmark
	Config   []string                 // "key: value" and "Unit" lines of the first pass
	Log      []byte                   // of the passes
	Once     map[string]time.Duration // what the first pass took for one op, nothing warm
	SetUp    time.Duration            // wall time of a process that runs no benchmark
	Pass     time.Duration            // wall time of the first pass, each benchmark once
}
