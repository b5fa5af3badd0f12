package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/origin"
)

// A rig is a cell set up: its data, its origin, its runner. It lives from one
// slice of the cell to the next.
type rig struct {
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
	warm        bool          // and so peak is known
	peak        meter.Peak    // seen during the warm-up
}

var (
	held   *rig                // the one that is set up
	setUps = map[string]bool{} // by the cell's name
)

func holds(c Cell) bool { return held != nil && held.cell.Name() == c.Name() }

// hold returns the rig of the cell: the one that is held, or a new one, for
// which the held one makes room.
func hold(c Cell) (*rig, error) {
	if holds(c) {
		return held, nil
	}
	if err := release(); err != nil {
		return nil, err
	}
	r, err := setUp(c)
	if err != nil {
		return nil, err
	}
	setUps[c.Name()] = true
	r.alone = len(setUps) == 1
	held = r
	return r, nil
}

// release gives back what the held rig holds.
func release() error {
	if held == nil {
		return nil
	}
	r := held
	held = nil
	return r.close()
}

func setUp(c Cell) (_ *rig, err error) {
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
	r := &rig{cell: c, about: w.About(), procs: procs(m, config, bodies(w.Needs(params, c.Tasks), c.Tasks)), together: c.Tasks}
	if n := m.Offers(config, c.Tasks).Together; n > 0 {
		r.together = min(n, c.Tasks)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()

	spec := runners.Spec{Workload: c.Workload, Params: params, Seed: *flagSeed}
	if _, serves := w.(workloads.Server); serves {
		options := origin.Options{Procs: OriginProcs(), Workloads: []string{c.Workload}}
		if c.Place == Apart {
			r.pinnedFrom = CPUs()
			mine, theirs := split(r.pinnedFrom[:min(len(r.pinnedFrom), Cores())])
			if err := Pin(mine); err != nil {
				return nil, err
			}
			options.Procs, options.CPUs = len(theirs), theirs
		}
		r.originProcs = options.Procs
		if r.origin, err = origin.Start(options); err != nil {
			return nil, fmt.Errorf("origin: %w", err)
		}
		spec.Origin = r.origin.Addr(c.Workload)
	}
	if r.work, err = w.Prepare(spec, c.Tasks); err != nil {
		return nil, err
	}
	spec.Data = r.work.Data
	r.job = runners.Job{Spec: spec, Tasks: c.Tasks, Make: r.work.Make}
	begin := time.Now()
	r.runner, err = m.New(config)
	r.startUp = time.Since(begin)
	return r, err
}

// model looks up the cell's model, for the cores that its place and the job
// leave it.
func (c Cell) model() (runners.Model, runners.Config, error) {
	cores := Cores()
	if c.Place == Apart {
		cores = (cores + 1) / 2
	}
	if needs, err := c.needs(); err == nil && needs.OneCPU {
		cores = 1
	}
	return runners.Lookup(c.Model, cores)
}

// needs returns what the job asks of a model.
func (j Job) needs() (runners.Needs, error) {
	w, err := workloads.Lookup(j.Workload)
	if err != nil {
		return runners.Needs{}, err
	}
	params, err := w.About().Fill(j.Params)
	if err != nil {
		return runners.Needs{}, err
	}
	return w.Needs(params, j.Tasks), nil
}

// Procs returns the GOMAXPROCS under which the cell is measured.
func (c Cell) Procs() (int, error) {
	needs, err := c.needs()
	if err != nil {
		return 0, err
	}
	m, config, err := c.model()
	if err != nil {
		return 0, err
	}
	return procs(m, config, bodies(needs, c.Tasks)), nil
}

func procs(m runners.Model, config runners.Config, bodies int) int {
	if m.Procs == nil {
		return config.Cores
	}
	return m.Procs(config, bodies)
}

// bodies is how many bodies a job of so many tasks has at once, those of
// children among them: what a model of threads has threads for.
func bodies(n runners.Needs, tasks int) int { return tasks * (1 + n.ChildrenEach) }

// OriginProcs is the GOMAXPROCS of the origin: half the cores, wherever it is
// placed, as it has them to itself where it is placed apart.
//
// Note: it decides who wins. On two cores, 100 connections that echo: with two
// Ps the origin's threads and one event loop make three for two cores, and the
// loop takes 1.22 times the time of goroutines (epoll in C no less); with one P,
// 0.79 times. CPU per request keeps its order.
func OriginProcs() int { return (Cores() + 1) / 2 }

// split gives the first half of the CPUs to the model, the rest to the origin.
func split(cpus []int) (model, origin []int) {
	half := (len(cpus) + 1) / 2
	return cpus[:half], cpus[half:]
}

func (r *rig) close() error {
	var errs []error
	if r.runner != nil {
		errs = append(errs, r.runner.Close())
	}
	if r.work.Close != nil {
		errs = append(errs, r.work.Close())
	}
	if r.origin != nil {
		errs = append(errs, r.origin.Close())
	}
	if r.pinnedFrom != nil {
		errs = append(errs, Pin(r.pinnedFrom))
	}
	return errors.Join(errs...)
}

// workers returns the ids of the processes that the model has.
func (r *rig) workers() []int {
	if p, ok := r.runner.(runners.Parent); ok {
		return p.PIDs()
	}
	return nil
}

// op runs the job once and verifies what it did.
func (r *rig) op() (runners.Outcome, error) {
	ctx := context.Background()
	if r.work.Context != nil {
		ctx = r.work.Context()
	}
	o, err := r.runner.Run(ctx, r.job)
	if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		err = nil
	}
	unexpected := o.Failed != r.work.Failed
	switch {
	case (err != nil || unexpected) && r.originDied():
		return o, fmt.Errorf("the origin died: %w", r.origin.Err())
	case err != nil:
		return o, err
	case unexpected && r.work.Failed == 0:
		return o, fmt.Errorf("%d of %d tasks failed: %w", o.Failed, r.job.Tasks, o.Err)
	case unexpected:
		return o, fmt.Errorf("%d of %d tasks failed, where %d are to (the first: %w)", o.Failed, r.job.Tasks, r.work.Failed, o.Err)
	case o.Done+o.Failed != r.job.Tasks:
		return o, fmt.Errorf("%d tasks done and %d failed, want %d in all", o.Done, o.Failed, r.job.Tasks)
	case o.Sum != r.work.Sum:
		return o, fmt.Errorf("wrong result: checksum %#x, want %#x", o.Sum, r.work.Sum)
	}
	return o, nil
}

// originDied says whether the origin's end is why tasks failed. They see their
// connections break a little before the end is known.
func (r *rig) originDied() bool {
	if r.origin == nil {
		return false
	}
	select {
	case <-r.origin.Done():
		return true
	case <-time.After(300 * time.Millisecond):
		return false
	}
}

// before does what the workload wants done before an op.
func (r *rig) before() error {
	if r.work.Before == nil {
		return nil
	}
	return r.work.Before()
}

// warmUp runs the job as often as the workload asks for, and again while it was
// too short to be watched, and notes how long the first time took, and the peak
// of threads and of the footprint.
func (r *rig) warmUp() error {
	if r.warm {
		return nil
	}
	debug.FreeOSMemory() // what Prepare has left behind is none of the tasks'
	probe := meter.Watch(append(r.workers(), os.Getpid())...)
	defer func() { r.peak = probe.Stop() }()
	for ops := 0; ops < max(r.work.WarmUps, 1) || !probe.Enough(); ops++ {
		if err := r.before(); err != nil {
			return err
		}
		begin := time.Now()
		o, err := r.op()
		if err != nil {
			return err
		}
		if ops == 0 {
			r.first = time.Since(begin)
		}
		if err := r.observe(o, new(workloads.Observed)); err != nil {
			return err
		}
	}
	r.warm = true
	return nil
}

// observe lets the workload add what it measured in an op itself.
func (r *rig) observe(o runners.Outcome, into *workloads.Observed) error {
	if r.work.Observe == nil {
		return nil
	}
	defer into.EndOp()
	return r.work.Observe(o, into)
}
