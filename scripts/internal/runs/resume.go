package runs

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
	"github.com/concbench/concbench/results/record"
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
	if run.Version < results.Version {
		return nil, fmt.Errorf("%s is of an older concbench, which measured in another way: start it anew, or measure it again with concbench reproduce", dir)
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

// Finished reports whether nothing is left to be measured of the run in dir.
func Finished(dir string, run *results.Run) (bool, error) {
	rounds, _, err := record.ReadRounds(dir)
	if err != nil {
		return false, err
	}
	blocks := map[string]bool{}
	for _, c := range run.Cells {
		if c.NotRunnable == "" {
			blocks[c.Block(shares(run, c.Package))] = true
		}
	}
	p := newPolicy(run)
	for _, r := range rounds {
		if !blocks[r.Block] || r.Round < 1 {
			return false, fmt.Errorf("%s has round %d of %s, which the plan has not: restore the folder from a copy", filepath.Join(dir, record.RoundsFile), r.Round, r.Block)
		}
		p.Add(r)
	}
	for b := range blocks {
		if !p.Next(b).Done {
			return false, nil
		}
	}
	return true, nil
}

// Recorded returns what was asked of a run, and the packages that it measured;
// no budget: that is of a session.
//
// Of a run that did not record it, it is what comes near it: the models and the
// jobs that it has, each by name. Suite.Restrict does the rest.
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
		Rounds: run.Rounds, Cycles: run.Cycles, Serial: run.Serial, Seed: run.Seed, Timeout: asked.Timeout, Tags: asked.Tags,
		Plain: PlainOptions{CPU: max(1, run.CPUs)},
	}
	if a := asked.Plain; a != nil {
		o.Plain = PlainOptions{Bench: a.Bench, CPU: a.CPU, Isolate: Isolation(a.Isolate), Args: a.Args}
	}
	return o, packages
}

// Resume measures what is left of the run in s.Dir, whose plan p has to be.
func (p *Plan) Resume(ctx context.Context, s Session) (results.Run, error) {
	run, err := Resumable(s.Dir, s.Machine)
	if err != nil {
		return results.Run{}, err
	}
	if err := p.adopt(run); err != nil {
		return *run, err
	}
	env, err := results.LoadEnv(s.Dir)
	if err != nil {
		return *run, err
	}
	env.Warnings = results.Join(env.Warnings, s.Machine.Warnings)
	s.Machine = *env
	sweep(s.Dir)
	run.Resumed = append(run.Resumed, time.Now())
	return p.measure(ctx, s, run)
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
// and takes over what the run found out when it began.
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
	p.NotMeasured = run.NotMeasured
	return nil
}

func commitOf(run *results.Run) string {
	if run.Commit == "" {
		return "the code as it was"
	}
	return "commit " + run.Commit
}
