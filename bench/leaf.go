package bench

import (
	"errors"
	"runtime/debug"
	"testing"

	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/workloads"
)

// A sampler measures samples of one cell: a fixture in this process, or a driven
// process.
type sampler interface {
	// measure measures b.N ops. It finds b's timer stopped, and leaves it so.
	measure(b *testing.B) (record.Sample, error)

	close() error
}

var (
	held     sampler // of the cell that was measured last, nil if there is none
	heldCell string  // its name
)

// leaf is the Benchmark function of a cell. Package testing calls it for growing
// b.N, and again for -count.
func leaf(b *testing.B, c Cell) {
	b.StopTimer() // it runs for samples, not for setting up
	b.ResetTimer()
	if arm != nil {
		serve(c)
		b.SkipNow() // the driver has the figures
	}
	s, err := heldSample(b, c)
	if err != nil {
		released := release()
		var not workloads.NotRunnable
		if errors.As(err, &not) && released == nil {
			say("%s: not runnable: %s", c.Name(), string(not))
			b.SkipNow()
		}
		b.Fatal(errors.Join(err, released))
	}
	for unit, value := range s.Values {
		b.ReportMetric(value, unit) // ns/op too, so that what is around a sample is not in it
	}
}

func heldSample(b *testing.B, c Cell) (record.Sample, error) {
	if err := hold(c); err != nil {
		return record.Sample{}, err
	}
	return held.measure(b)
}

// hold makes the cell the one that is held, for which another gives up its place.
func hold(c Cell) (err error) {
	if held != nil && heldCell == c.Name() {
		return nil
	}
	if err := release(); err != nil {
		return err
	}
	if why := inProcess(); why != "" {
		say("cells are measured in this process, one after the other, %s: only the first has memory and thread figures", why)
		debug.FreeOSMemory() // what the cell before has left is free
		held, err = asSampler(setUp(c))
	} else {
		held, err = asSampler(drive(c))
	}
	heldCell = c.Name()
	return err
}

// asSampler makes no sampler of a nil pointer.
func asSampler[S sampler](s S, err error) (sampler, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// release gives back what the cell holds that is held.
func release() error {
	if held == nil {
		return nil
	}
	s := held
	held = nil
	return s.close()
}
