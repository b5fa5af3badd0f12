package bench

import (
	"runtime"
	"testing"

	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// maxPending is how many tasks' times wait to be made into histograms: 1.5 MiB
// of them, since they count in the peak of resident memory.
const maxPending = 1 << 16

// sample runs the job n times and returns what an op cost. Each op is verified.
// The workload's own hooks run between ops, outside of what is timed.
//
// The error is workloads.NotRunnable where the machine cannot run the job any
// more; any other is a failure of the cell. The fixture lives on.
func (f *fixture) sample(n int) (record.Sample, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(f.procs)) // costs nothing where it is so already
	f.times.reset()
	watch := newStopwatch(f)
	var own workloads.Observed
	var pending [][]runners.Sample
	tasks, threads := 0, 0
	for range n {
		if !watch.running {
			f.times.add(pending)
			pending, tasks = pending[:0], 0
			if err := f.before(); err != nil {
				return record.Sample{}, err
			}
			watch.start()
		}
		o, err := f.op()
		watch.lap()
		if err != nil {
			return record.Sample{}, err
		}
		pending, tasks = append(pending, o.Samples), tasks+len(o.Samples)
		threads = max(threads, o.Threads)
		if f.work.Before != nil || f.work.Observe != nil || tasks > maxPending {
			watch.stop()
			if err := f.observe(o, &own); err != nil {
				return record.Sample{}, err
			}
		}
	}
	watch.stop()
	if watch.err != nil {
		return record.Sample{}, watch.err
	}
	f.times.add(pending)
	if f.about.Concurrent {
		if err := f.times.concurrent(f.together); err != nil {
			return record.Sample{}, err
		}
	}

	values := own.Figures()
	watch.figures(n, values)
	f.times.figures(values)
	known(values, "startup-ns", float64(f.startUp))
	known(values, "first-ns", float64(f.first))
	if f.alone { // else they hold what other cells have left behind
		watch.peakFigure(values)
		known(values, "footprint-B", float64(f.peak.Footprint))
		if threads == 0 { // the model does not count them
			threads = f.peak.Threads
		}
		known(values, "threads", float64(threads))
	}
	return record.Sample{N: n, Timed: watch.spent.wall, GCs: int(watch.spent.collections), Values: values}, nil
}

// measure has b's timer run over what is timed, so that b counts the
// allocations of that.
func (f *fixture) measure(b *testing.B) (record.Sample, error) {
	f.timer = b
	defer func() { f.timer = nil }()
	return f.sample(b.N)
}

// known adds a figure that is 0 where it is not known.
func known(values map[string]float64, unit string, value float64) {
	if value > 0 {
		values[unit] = value
	}
}
