package gotest

import (
	"math"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Arm returns the command that measures the named benchmarks, one after the
// other in the order in which the package has them, when it is started with a
// gate (gate.Start). The binary must be built with Patch.Gate.
//
// The first sample of each benchmark is to be dropped. b.Loop measures it before
// the gate: it has one iteration, whatever the token said.
func (b Binary) Arm(names []string, o Options) *exec.Cmd {
	return b.command(o, selector(names), "1x", math.MaxInt32)
}

// command is a process of the binary, in its package's directory.
func (b Binary) command(o Options, bench, benchtime string, count int) *exec.Cmd {
	cmd := exec.Command(b.Path,
		"-test.run=^$",
		"-test.bench="+bench,
		"-test.benchtime="+benchtime,
		"-test.count="+strconv.Itoa(count),
		"-test.cpu="+strconv.Itoa(o.CPU),
		"-test.benchmem",     // which also ends each result line
		"-test.paniconexit0", // as go test does: else a benchmark that ends the process looks well
	)
	if o.Profile != "" {
		cmd.Args = append(cmd.Args, "-test.cpuprofile="+o.Profile)
	}
	cmd.Args = append(cmd.Args, o.Args...)
	cmd.Dir = b.Package.Dir
	cmd.Env = os.Environ()
	if o.TMPDIR != "" {
		cmd.Env = append(cmd.Env, "TMPDIR="+o.TMPDIR, "TMP="+o.TMPDIR) // TMP is what Windows has
	}
	return cmd
}

// longest is how long a pattern may be: an argument has at most 128 KiB on Linux
// (MAX_ARG_STRLEN in execve(2)), and a command line 32,767 characters on Windows.
var longest = map[bool]int{false: 100 << 10, true: 16 << 10}[runtime.GOOS == "windows"]

// selector is the -bench pattern of these benchmarks. For a great many it takes
// in all below the same functions.
func selector(names []string) string {
	var patterns, functions []string
	length := 0
	for _, name := range names {
		levels := strings.Split(name, "/")
		for i, level := range levels {
			levels[i] = "^" + regexp.QuoteMeta(level) + "$"
		}
		pattern := strings.Join(levels, "/")
		patterns = append(patterns, pattern)
		length += len(pattern) + 1
		if !slices.Contains(functions, levels[0]) {
			functions = append(functions, levels[0])
		}
	}
	if length > longest {
		patterns = functions
	}
	return strings.Join(patterns, "|")
}
