package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
)

// Resumable reads the run in dir, of which nothing is changed, and says whether
// it can be gone on with on this machine, as far as that is known before its
// code is compiled.
func Resumable(dir string, machine results.Env) (*results.Run, error) {
	run, err := results.LoadRun(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w; a run that was killed before it had a %s has measured nothing: remove its folder and start it anew", err, results.RunFile)
	}
	if err != nil {
		return nil, err
	}
	if run.Asked == nil {
		return nil, fmt.Errorf("%s is of an older concbench, which did not record what was asked of it: start it anew, or measure it again with concbench reproduce", dir)
	}
	env, err := results.LoadEnv(dir)
	if err != nil {
		return nil, err
	}
	if differs := env.Differs(machine); differs != "" {
		return nil, fmt.Errorf("%s was measured on another machine, or this one has changed (%s): one run is of one machine; start it anew, or measure it again with concbench reproduce", dir, differs)
	}
	return run, nil
}

// Finished says whether nothing is left to be measured of the run in dir.
func Finished(dir string, run *results.Run) (bool, error) {
	p := newPlan(Options{Rounds: run.Rounds, Slices: run.Slices})
	sweeps := map[string]bool{}
	for _, j := range run.Jobs {
		sweeps[j.Name] = j.Sweep
	}
	for _, c := range run.Cells {
		p.add(c, planned{whole: c.Plain() && shares(run, c.Package), effort: p.effort(!c.Plain() && sweeps[c.Job])})
	}
	ms, err := p.measurements(dir)
	if err != nil {
		return false, err
	}
	return newRounds(p, ms).finished(), nil
}

// measurements reads what was measured of the plan in dir; a torn last line is
// left out, and measured again.
func (p *Plan) measurements(dir string) ([]results.Measurement, error) {
	ms, _, err := results.ReadJournal(dir)
	if err != nil {
		return nil, err
	}
	for _, m := range ms {
		if _, known := p.cells[measuredCell(m)]; !known || m.Round < 1 || m.Round > p.Rounds {
			return nil, fmt.Errorf("%s tells of %s in round %d, which the plan has not: restore the folder from a copy", filepath.Join(dir, results.JournalFile), m.Cell, m.Round)
		}
	}
	return ms, nil
}

// Recorded returns what was asked of a run, and the packages that it measured;
// no budget: that is of a session.
//
// Of a run that did not record it, it is what comes near it: the models and the
// jobs that it has, each by name. Plan.Restrict does the rest.
func Recorded(run *results.Run) (Options, []string) {
	asked := run.Asked
	if asked == nil {
		asked = &results.Asked{Timeout: time.Minute}
		for _, m := range run.Models {
			asked.Models = append(asked.Models, m.Name)
		}
		done := map[string]bool{}
		for _, c := range run.Cells {
			if !done[c.Job] {
				done[c.Job] = true
				asked.Workloads = append(asked.Workloads, afterKind(c.Job))
			}
		}
	}
	var packages []string
	for _, p := range run.Packages {
		packages = append(packages, p.Path)
	}
	o := Options{
		Choice: bench.Choice{Models: asked.Models, Workloads: asked.Workloads, Profile: bench.Profile(run.Profile), Place: bench.Place(asked.Place)},
		Rounds: run.Rounds, Seed: run.Seed, Timeout: asked.Timeout, Benchtime: run.Benchtime, Slices: run.Slices, Tags: asked.Tags,
	}
	if a := asked.Plain; a != nil {
		o.Plain = Asked{Bench: a.Bench, CPU: a.CPU, Isolate: Isolation(a.Isolate), Args: a.Args}
	}
	return o, packages
}

// Resume measures what is left of the run in dir, whose plan p has to be.
func (p *Plan) Resume(ctx context.Context, dir string, machine results.Env, after func() (results.Moment, []results.Warning), show Progress) (results.Run, error) {
	run, err := Resumable(dir, machine)
	if err != nil {
		return results.Run{}, err
	}
	if err := p.adopt(run); err != nil {
		return *run, err
	}
	ms, err := p.measurements(dir)
	if err != nil {
		return *run, err
	}
	env, err := results.LoadEnv(dir)
	if err != nil {
		return *run, err
	}
	env.Warnings = results.Join(env.Warnings, machine.Warnings)
	sweep(dir)
	f, err := openFolder(dir, ms)
	if err != nil {
		return *run, err
	}
	run.Resumed = append(run.Resumed, time.Now())
	return p.measure(ctx, f, run, env, ms, after, show)
}

// sweep removes what a kill left of files that were to take another's place.
func sweep(dir string) {
	for _, name := range []string{results.RunFile, results.EnvFile} {
		left, _ := filepath.Glob(filepath.Join(dir, "."+name+".*"))
		for _, file := range left {
			os.Remove(file)
		}
	}
}

// adopt checks that the plan and what is to be measured are those of the run,
// and takes over what the run found out about its cells.
func (p *Plan) adopt(run *results.Run) error {
	var here results.Run
	p.describe(&here)
	if here.Binary != run.Binary {
		return fmt.Errorf("the code to be measured is not what the run measured (test binary %.12s, then %.12s): two builds are not mixed in one run. Check out %s and use %s, with the same settings of the go command, or start anew",
			here.Binary, run.Binary, commitOf(run), run.Go)
	}
	same := len(p.Cells) == len(run.Cells)
	for i := 0; same && i < len(p.Cells); i++ {
		a, b := p.Cells[i], run.Cells[i]
		a.NotRunnable, b.NotRunnable = "", ""
		same = a == b
	}
	if !same {
		return fmt.Errorf("this concbench makes another plan of what was asked than the one that made the run: use that of %s, or start anew", commitOf(run))
	}
	for i, c := range run.Cells {
		if c.NotRunnable == "" && p.Cells[i].NotRunnable != "" {
			return fmt.Errorf("%s was runnable when the run began, and is no more: %s", c.Name, p.Cells[i].NotRunnable)
		}
	}
	copy(p.Cells, run.Cells)
	run.Cells = p.Cells // one list, to which measuring adds
	p.NotMeasured = run.NotMeasured
	return nil
}

func commitOf(run *results.Run) string {
	if run.Commit == "" {
		return "the code as it was"
	}
	return "commit " + run.Commit
}
