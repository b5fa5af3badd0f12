package bench

import (
	"errors"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// maxPending is how many samples wait to be made into histograms: 1.5 MiB of
// them, since they count in the peak of resident memory.
const maxPending = 1 << 16

// leaf measures one slice of a cell.
func leaf(b *testing.B, c Cell) {
	if !holds(c) { // else it is running, and what it has taken is not free any more
		if err := release(); err != nil {
			b.Fatal(err)
		}
		debug.FreeOSMemory() // what the cell before has left is free
		if err := c.Runnable(); err != nil {
			skip(b, c, err)
		}
	}
	r, err := hold(c)
	if err == nil {
		was := runtime.GOMAXPROCS(r.procs)
		b.Cleanup(func() { runtime.GOMAXPROCS(was) })
		err = r.warmUp()
	}
	var not workloads.NotRunnable
	if errors.As(err, &not) {
		skip(b, c, errors.New(string(not)))
	}
	if err != nil {
		b.Fatal(err)
	}

	watch := newStopwatch(b, r)
	var times latencies
	var pending [][]runners.Sample
	var own workloads.Observed
	samples, threads := 0, 0
	for b.Loop() {
		if !watch.running {
			b.StopTimer()
			times.add(pending)
			pending, samples = pending[:0], 0
			if err := r.before(); errors.As(err, &not) {
				skip(b, c, errors.New(string(not)))
			} else if err != nil {
				b.Fatal(err)
			}
			watch.start()
		}
		o, err := r.op()
		watch.lap()
		if err != nil {
			b.Fatal(err)
		}
		pending, samples = append(pending, o.Samples), samples+len(o.Samples)
		threads = max(threads, o.Threads)
		if r.work.Before != nil || r.work.Observe != nil || samples > maxPending {
			watch.stop()
			if err := r.observe(o, &own); err != nil {
				b.Fatal(err)
			}
			b.StartTimer() // b.Loop wants it so
		}
	}
	watch.stop()
	times.add(pending)
	if r.about.Concurrent {
		if err := times.concurrent(r.together); err != nil {
			b.Fatal(err)
		}
	}

	b.ReportMetric(float64(b.N)*float64(c.Tasks)/b.Elapsed().Seconds(), "tasks/s")
	watch.report()
	times.report(b)
	for unit, value := range own.Figures() {
		b.ReportMetric(value, unit)
	}
	report(b, float64(r.startUp), "startup-ns")
	report(b, float64(r.first), "first-ns")
	if !r.alone {
		say("memory and thread figures are left out where the process has run another cell before; concbench run gives each cell a process of its own")
		return
	}
	watch.reportPeak()
	report(b, float64(r.peak.Footprint), "footprint-B")
	if threads == 0 { // the model does not count them
		threads = r.peak.Threads
	}
	report(b, float64(threads), "threads")
}

// report reports a figure that is 0 where it is not known.
func report(b *testing.B, value float64, unit string) {
	if value > 0 {
		b.ReportMetric(value, unit)
	}
}

// skip says that the cell cannot run here, and why.
func skip(b *testing.B, c Cell, why error) {
	say("%s: not runnable: %v", c.Name(), why)
	b.SkipNow()
}
