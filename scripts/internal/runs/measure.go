package runs

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/scripts/internal/measure"
)

// A Stopped is why a run could not measure or record any more, such as a full
// disk. It can be resumed.
type Stopped struct{ error }

func (s Stopped) Unwrap() error { return s.error }

// A Session is where a run is measured, and how that is shown.
type Session struct {
	Dir    string // the run's folder
	Tmp    string // for processes' temporary files
	Show   measure.Progress
	Recall Memory // of earlier runs: what is not known is guessed

	// Machine is how it was before anything was compiled, which loads it; After
	// returns how it is, and what came up meanwhile.
	Machine results.Env
	After   func() (results.Moment, []results.Warning)
}

// Run measures the plan into a reserved folder. It returns the run as it stands
// in run.json; the error is about what kept it from measuring or recording. When
// ctx ends it stops, keeps what is measured, and the status says so.
func (p *Plan) Run(ctx context.Context, s Session) (results.Run, error) {
	run := results.Run{Version: results.Version, Started: time.Now()}
	p.describe(&run)
	return p.measure(ctx, s, &run)
}

// measure measures what is left of a run.
func (p *Plan) measure(ctx context.Context, s Session, run *results.Run) (results.Run, error) {
	run.Status, run.Ended = results.Running, time.Time{}
	if err := errors.Join(results.SaveEnv(s.Dir, &s.Machine), results.SaveRun(s.Dir, run)); err != nil {
		return *run, err
	}
	linked := false
	blocks, _ := p.blocks(s.Recall)
	e := measure.Engine{
		Plan:   measure.Plan{Blocks: blocks, Seed: p.Seed, Begin: p.Begin, Budget: p.Budget, Timeout: p.Timeout, Cycles: p.Cycles},
		Policy: newPolicy(run), Dir: s.Dir, Tmp: s.Tmp, Show: s.Show,
		Recorded: func(record.Round) {
			if !linked {
				measure.SetLatest(s.Dir)
				linked = true
			}
		},
	}
	status, err := e.Run(ctx)
	run.Status, run.Ended = status, time.Now()
	if err != nil {
		results.SaveRun(s.Dir, run) // the disk that takes no more may yet take this, which is smaller
		return *run, Stopped{err}
	}
	rounds, _, err := record.ReadRounds(s.Dir)
	if err != nil {
		return *run, err
	}
	if status != results.Interrupted && p.failed(rounds) {
		run.Status = results.FailedCells
	}
	moment, came := s.After()
	s.Machine.After, s.Machine.Warnings = moment, append(s.Machine.Warnings, came...)
	return *run, errors.Join(results.SaveEnv(s.Dir, &s.Machine), results.SaveRun(s.Dir, run), results.WriteBench(s.Dir))
}

// failed reports whether something failed while it was measured, or looked for.
func (p *Plan) failed(rounds []record.Round) bool {
	return slices.ContainsFunc(p.NotMeasured, func(l results.LeftOut) bool { return l.Failed }) ||
		slices.ContainsFunc(rounds, func(r record.Round) bool {
			return slices.ContainsFunc(r.Arms, func(a record.Arm) bool { return a.Failed != "" })
		})
}

// Name is the name of a new run's folder under results.
func Name(now time.Time, profile bench.Profile) string {
	return filepath.Join("results", now.Format("2006-01-02T150405")+"-"+string(profile))
}
