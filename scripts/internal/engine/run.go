package engine

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
)

// A Progress is told how a run goes.
type Progress interface {
	// Start is told how many rounds there are, and processes in all.
	Start(rounds, processes int)
	// Cell is told of each cell once it is measured, with the time that the
	// rest is expected to take; 0: not known yet.
	Cell(m results.Measurement, left time.Duration)
	// Finish is told how the run ended.
	Finish(status results.Status)
}

// Run measures the plan into the reserved folder dir. It returns the run as it stands
// in run.json; the error is about what kept it from measuring or recording.
// When ctx ends it stops, keeps what is measured, and the status says so.
//
// machine is the machine as it was before anything was compiled, which loads
// it; after returns how it is, and what came up meanwhile.
func (p *Plan) Run(ctx context.Context, dir string, machine results.Env, after func() (results.Moment, []results.Warning), show Progress) (results.Run, error) {
	run := results.Run{Version: results.Version, Started: time.Now()}
	p.describe(&run)
	f, err := openFolder(dir, nil)
	if err != nil {
		return run, err
	}
	return p.measure(ctx, f, &run, &machine, nil, after, show)
}

// A Stopped is why a run could not record any more, such as a full disk. It can
// be resumed.
type Stopped struct{ error }

func (s Stopped) Error() string {
	return "the run stops, what was measured is kept: " + s.error.Error()
}

func (s Stopped) Unwrap() error { return s.error }

// measure measures what is left of a run of which ms were measured before.
func (p *Plan) measure(ctx context.Context, f *folder, run *results.Run, machine *results.Env, ms []results.Measurement, after func() (results.Moment, []results.Warning), show Progress) (results.Run, error) {
	defer f.close()
	run.Status, run.Ended = results.Running, time.Time{}
	if err := errors.Join(results.SaveEnv(f.dir, machine), results.SaveRun(f.dir, run)); err != nil {
		return *run, err
	}
	r := newRounds(p, ms)
	r.folder, r.show, r.save = f, show, func() error { return results.SaveRun(f.dir, run) }
	status, err := r.all(ctx)
	if err != nil {
		// The disk that takes no more may yet take this, which is smaller.
		run.Status, run.Ended = results.Interrupted, time.Now()
		r.save()
		return *run, Stopped{err}
	}
	run.Status, run.Ended = status, time.Now()
	moment, came := after()
	machine.After, machine.Warnings = moment, append(machine.Warnings, came...)
	show.Finish(run.Status)
	if err := results.SaveEnv(f.dir, machine); err != nil {
		return *run, err
	}
	return *run, results.SaveRun(f.dir, run)
}

// Name is the name of a new run's folder under results.
func Name(now time.Time, profile bench.Profile) string {
	return filepath.Join("results", now.Format("2006-01-02T150405")+"-"+string(profile))
}
