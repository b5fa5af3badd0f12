// Package measure is the measuring engine. Processes isolate, turns pair: every
// arm of a block is a live process of its own, only one of them works at a time,
// and they take turns, sample by sample, so that the figures that are compared
// lie milliseconds apart while nothing is shared.
//
// A round of a block is fresh processes for its arms and some cycles in them; in
// a cycle every arm measures one sample. What is measured goes to the journal of
// record, round by round. A plan says which blocks there are and a Policy what
// of them is still open: the engine knows neither git nor models nor statistics.
package measure

import (
	"context"
	"time"

	"github.com/concbench/concbench/results/record"
)

// A Plan is what is to be measured.
type Plan struct {
	Blocks  []Block
	Seed    uint64        // of every order that is drawn
	Begin   time.Time     // from when on Budget counts
	Budget  time.Duration // 0: none
	Timeout time.Duration // of one sample, and of a process's set-up
	Cycles  int           // of a round; 0: chosen by the time that there is
}

// A Block is what is compared together.
type Block struct {
	Name string
	Arms []Arm

	// Benchmarks are the names of those that a process of the block measures, one
	// after the other, in that order; most have one.
	Benchmarks []string

	Size   Size
	Cycles int           // of a round, where the plan is not to choose; 0: it is
	Serial string        // why its arms cannot take turns, where that is known before; "": they can
	Guess  time.Duration // of a round, before one was measured; 0: not known
}

// An Arm is one side of a block.
type Arm struct {
	Name string

	// Start starts a process of the arm. An error that is no Fault is the arm's
	// own: it does not build, for example.
	Start func(ctx context.Context, w Where) (Session, error)
}

// Where says for which round a process is started.
type Where struct {
	Dir    string // for its temporary files, its own
	Layout int    // seed of its link layout; 0: the linker's own
	Round  int
}

// A Session is a process that measures when it is its turn: a gate.Process, or
// what stands for one where there can be no gate.
type Session interface {
	Ready(ctx context.Context, limit time.Duration) (name string, err error)
	Sample(ctx context.Context, n int, limit time.Duration) (record.Sample, error)
	Next() error
	End(limit time.Duration) error
	Output() []byte
	PID() int // 0: it has no process of its own while it is not its turn
	Close() error
}

// A Fault is what kept the engine from starting a process or from recording,
// such as a full disk. It says nothing of what is measured.
type Fault struct{ Err error }

func (f Fault) Error() string { return f.Err.Error() }
func (f Fault) Unwrap() error { return f.Err }

// A Policy says what is still open. It is asked, and learns of rounds, in one
// goroutine.
type Policy interface {
	// Add takes a round in that was measured now, or before a resume.
	Add(r record.Round)

	// Next says how the next round of a block is to be measured.
	Next(block string) Step
}

// A Step is the next round of a block.
type Step struct {
	Done       bool     // no further round is wanted
	Least      int      // rounds that it takes to decide the block, at least, this one included
	Out        []string // arms that are left out
	Benchmarks []string // of the block's, those that are still open; nil: all
	Layout     int      // seed of the link layout; 0: the linker's own
}
