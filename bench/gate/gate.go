// Package gate is how a process measures when it is its turn, and is quiet
// else. Who drives it starts it with two pipes. The process sets itself up, says
// that it is ready, and waits: each token has it measure one sample, whose
// figures go back through the gate, not through standard output, which
// benchmarks print into.
//
// All messages are lines. A process reads
//
//	run N      measure one sample of N iterations
//	next       go on to the next benchmark
//	end        end
//
// and its end of file means end too. It writes
//
//	ready NAME         it is set up, and waits for a token
//	sample ...         record.Sample, the answer to run
//	failed "why"       the benchmark failed, the answer to run or before ready
//	skipped "why"      it does not want to be measured, in the same places
//
// What speaks it: a cell of package bench, the patched package testing of
// scripts/internal/gotest, and the C references.
package gate

import (
	"errors"
	"fmt"
)

// Env is the environment variable that names the two descriptors, the one to
// read from first: "3,4". A process unsets it as it reads it, and closes the
// descriptors on exec: a test binary that starts itself again must not take the
// tokens of the first.
const Env = "CONCBENCH_GATE"

// Words of the messages.
const (
	run     = "run"
	next    = "next"
	end     = "end"
	ready   = "ready"
	sample  = "sample"
	failed  = "failed"
	skipped = "skipped"
)

// Failed is why a benchmark failed, in its own words. Its process lives.
type Failed string

func (f Failed) Error() string { return string(f) }

// Skipped is why a process does not want to be measured. It lives.
type Skipped string

func (s Skipped) Error() string { return string(s) }

// ErrEnded means that the process ended where it was to answer, as one that has
// no further benchmark does.
var ErrEnded = errors.New("the process ended")

// A Broken process broke the protocol: it answered out of turn, or what no arm
// says.
type Broken string

func (b Broken) Error() string { return string(b) }

func broken(format string, args ...any) error { return Broken(fmt.Sprintf(format, args...)) }
