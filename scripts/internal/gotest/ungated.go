package gotest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/concbench/concbench/bench/gate"
	"github.com/concbench/concbench/results/record"
)

// An Ungated measures each sample with a process of its own, where none can have
// a gate: Patch says why. It has the methods of a gate.Process.
type Ungated struct {
	binary  Binary
	names   []string // of the benchmarks that are left
	options Options
	log     []byte // of the last process
}

// Ungated returns what measures the named benchmarks, one after the other.
func (b Binary) Ungated(names []string, o Options) *Ungated {
	return &Ungated{binary: b, names: names, options: o}
}

// Ready returns the name of the benchmark that is due, gate.ErrEnded after the
// last.
func (u *Ungated) Ready(context.Context, time.Duration) (string, error) {
	if len(u.names) == 0 {
		return "", gate.ErrEnded
	}
	return u.names[0], nil
}

// Sample measures one sample of n iterations, with one more before it, which is
// not timed, unless b.Loop counts them. How many collections it had is not
// known: -1. What is timed is taken from ns/op, as it is printed. Errors are
// those of gate.Process.
func (u *Ungated) Sample(ctx context.Context, n int, limit time.Duration) (record.Sample, error) {
	if len(u.names) == 0 {
		return record.Sample{}, gate.ErrEnded
	}
	name, o := u.names[0], u.options
	o.Timeout = limit
	out, p, err := u.binary.measure(ctx, u.names[:1], strconv.Itoa(n)+"x", 1, o)
	u.log = out.Log
	switch lines := out.Results[name]; {
	case ctx.Err() != nil:
		return record.Sample{}, ctx.Err()
	case out.Failed[name] != "":
		return record.Sample{}, gate.Failed(out.Failed[name])
	case errors.As(err, new(*exceeded)):
		return record.Sample{}, err
	case err != nil:
		return record.Sample{}, fmt.Errorf("%w: %w", gate.ErrEnded, err)
	case len(lines) == 1:
		return p.sample(lines[0])
	}
	if why, skipped := out.Skipped[name]; skipped {
		return record.Sample{}, gate.Skipped(why)
	}
	return record.Sample{}, gate.Failed("it printed no result: its name changes from one process to the next, or something was printed over it")
}

// sample reads a result line, and adds what the process used.
func (p process) sample(line string) (record.Sample, error) {
	_, figures, _ := strings.Cut(line, "\t")
	n, figures, _ := strings.Cut(figures, "\t")
	s, err := record.ParseSample(n + " 0 0\t" + figures)
	if err != nil {
		return s, gate.Broken(err.Error())
	}
	s.GCs, s.Timed = -1, time.Duration(math.Round(s.Values["ns/op"]*float64(s.N)))
	for unit, v := range Figures(p.used, 0, p.wall) {
		if _, own := s.Values[unit]; !own {
			s.Values[unit] = v
		}
	}
	return s, nil
}

// Next goes on to the next benchmark.
func (u *Ungated) Next() error {
	if len(u.names) > 0 {
		u.names = u.names[1:]
	}
	return nil
}

// PID is 0: no process lives between samples.
func (u *Ungated) PID() int { return 0 }

// Output is what the last process printed.
func (u *Ungated) Output() []byte { return u.log }

// End and Close have nothing to end.
func (u *Ungated) End(time.Duration) error { return nil }
func (u *Ungated) Close() error            { return nil }
