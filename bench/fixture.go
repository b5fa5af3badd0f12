package bench

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/origin"
)

// A fixture is a cell set up and warmed up in this process: its data, its
// origin, its runner. It lives from one sample of the cell to the next.
type fixture struct {
	cell     Cell
	job      runners.Job
	work     workloads.Work
	about    workloads.About
	runner   runners.Runner
	origin   *origin.Process // nil: the workload has none
	procs    int             // GOMAXPROCS
	together int             // tasks that the model can have in flight

	originProcs int           // GOMAXPROCS of the origin
	pinnedFrom  []int         // the CPUs of this process before it made room for the origin
	startUp     time.Duration // of the model's runner: its pool, loop or processes
	first       time.Duration // of the first op, before anything is warm
	alone       bool          // no other cell was set up before in this process
	peak        meter.Peak    // seen during the warm-up
	times       latencies     // of the sample that is measured
	timer       timer         // runs over what is timed; nil: none
}

// A timer is a testing.B, which counts allocations too.
type timer interface {
	StartTimer()
	StopTimer()
}

var setUps = map[string]bool{} // the cells that were set up in this process, by name

// setUp makes the fixture of a cell and warms it up. The error is
// workloads.NotRunnable where the cell cannot run here.
func setUp(c Cell) (_ *fixture, err error) {
	if err := c.Runnable(); err != nil {
		return nil, workloads.NotRunnable(err.Error())
	}
	w, err := workloads.Lookup(c.Workload)
	if err != nil {
		return nil, err
	}
	m, config, err := c.model()
	if err != nil {
		return nil, err
	}
	params, err := w.About().Fill(c.Params)
	if err != nil {
		return nil, err
	}
	f := &fixture{cell: c, about: w.About(), procs: procs(m, config, bodies(w.Needs(params, c.Tasks), c.Tasks)), together: c.Tasks}
	if n := m.Offers(config, c.Tasks).Together; n > 0 {
		f.together = min(n, c.Tasks)
	}
	setUps[c.Name()] = true
	f.alone = len(setUps) == 1
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(f.procs))
	defer func() {
		if err != nil {
			err = errors.Join(err, f.close())
		}
	}()

	spec := runners.Spec{Workload: c.Workload, Params: params, Seed: *flagSeed}
	if _, serves := w.(workloads.Server); serves {
		if err := f.startOrigin(); err != nil {
			return nil, err
		}
		spec.Origin = f.origin.Addr(c.Workload)
	}
	if f.work, err = w.Prepare(spec, c.Tasks); err != nil {
		return nil, err
	}
	spec.Data = f.work.Data
	f.job = runners.Job{Spec: spec, Tasks: c.Tasks, Make: f.work.Make}
	begin := time.Now()
	f.runner, err = m.New(config)
	f.startUp = time.Since(begin)
	if err != nil {
		return nil, err
	}
	return f, f.warmUp()
}

// startOrigin starts the cell's origin, on CPUs of its own where the cell's
// place says so.
func (f *fixture) startOrigin() (err error) {
	options := origin.Options{Procs: OriginProcs(), Workloads: []string{f.cell.Workload}}
	if f.cell.Place == Apart {
		f.pinnedFrom = CPUs()
		mine, theirs := split(f.pinnedFrom[:min(len(f.pinnedFrom), Cores())])
		if err := Pin(mine); err != nil {
			return err
		}
		options.Procs, options.CPUs = len(theirs), theirs
	}
	f.originProcs = options.Procs
	if f.origin, err = origin.Start(options); err != nil {
		return fmt.Errorf("origin: %w", err)
	}
	return nil
}

// warmUp runs the job as often as the workload asks for, and again while it was
// too short to be watched, and notes how long the first time took, and the peak
// of threads and of the footprint.
func (f *fixture) warmUp() error {
	debug.FreeOSMemory() // what Prepare has left behind is none of the tasks'
	probe := meter.Watch(append(f.workers(), os.Getpid())...)
	defer func() { f.peak = probe.Stop() }()
	for ops := 0; ops < max(f.work.WarmUps, 1) || !probe.Enough(); ops++ {
		if err := f.before(); err != nil {
			return err
		}
		begin := time.Now()
		o, err := f.op()
		if err != nil {
			return err
		}
		if ops == 0 {
			f.first = time.Since(begin)
		}
		f.times.sawInFlight(o)
		if err := f.observe(o, new(workloads.Observed)); err != nil {
			return err
		}
	}
	return nil
}

// close gives back what the fixture holds.
func (f *fixture) close() error {
	var errs []error
	if f.runner != nil {
		errs = append(errs, f.runner.Close())
	}
	if f.work.Close != nil {
		errs = append(errs, f.work.Close())
	}
	if f.origin != nil {
		errs = append(errs, f.origin.Close())
	}
	if f.pinnedFrom != nil {
		errs = append(errs, Pin(f.pinnedFrom))
	}
	return errors.Join(errs...)
}
