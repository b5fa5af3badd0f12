package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/scripts/internal/runs"
)

// A chosen is what is to be measured.
type chosen struct {
	suites []*runs.Suite
	plains []*runs.Plain
	plan   *runs.Plan // of concbench's own suite; nil: known when the packages are compiled
}

// prepare finds what is to be measured.
func (s session) prepare(ctx context.Context) (c chosen, err error) {
	o := s.options
	if err := o.Check(); err != nil {
		return c, err
	}
	if len(s.packages) > 0 {
		c.suites, c.plains, err = runs.Find(ctx, o.Tags, s.packages)
		if err != nil {
			return c, err
		}
		if run := s.recorded(); run != nil {
			c.asRecorded(run)
			return c, nil
		}
		return c, s.fitting(len(c.suites) > 0, len(c.plains) > 0 || slices.ContainsFunc(c.suites, func(x *runs.Suite) bool { return x.Plain != nil }))
	}
	if err := s.fitting(true, false); err != nil {
		return c, err
	}
	own, err := runs.Own(o.Choice)
	if err != nil {
		return c, err
	}
	s.likeness(own)
	c.suites = []*runs.Suite{own}
	c.plan, err = runs.NewPlan(o, own)
	return c, err
}

// recorded is the run whose plan is that of the session, nil for a new one.
func (s session) recorded() *results.Run {
	if s.rest != nil {
		return s.rest
	}
	return s.like
}

// asRecorded takes those packages that may be suites for what the run measured
// of them.
func (c *chosen) asRecorded(run *results.Run) {
	c.suites = slices.DeleteFunc(c.suites, func(x *runs.Suite) bool {
		plain := x.Plain != nil && runs.MeasuredPlain(run, x.Package)
		if plain {
			c.plains = append(c.plains, x.Plain)
		}
		return plain
	})
}

// fitting refuses flags that what is to be measured knows nothing of: suites, or
// ordinary benchmarks.
func (s session) fitting(suites, plains bool) error {
	if !plains {
		for _, name := range []string{"bench", "cpu", "isolate"} {
			if s.cmd.Flags().Changed(name) {
				return fmt.Errorf("--%s is for ordinary Go benchmarks, and none is to be measured: name packages that have some, such as ./..., beside it", name)
			}
		}
		if len(s.options.Plain.Args) > 0 {
			return fmt.Errorf("what stands behind -- is for the test binaries of ordinary Go benchmarks, and none is to be measured: name packages before it, as in concbench run ./... -- %s", s.options.Plain.Args[0])
		}
	}
	if len(s.packages) == 0 && s.options.Tags != "" {
		return errors.New("--tags is for packages, and none is named: name some, such as ./..., beside it")
	}
	if !suites {
		for _, name := range []string{"models", "workloads", "profile", "place"} {
			if s.cmd.Flags().Changed(name) {
				return fmt.Errorf("--%s is for workloads under models, and no test of these packages imports %s: leave it out, or choose ordinary benchmarks by --bench", name, runs.Package)
			}
		}
	}
	return nil
}

// ask asks what is compiled, or compiles it, for what there is to be measured,
// and joins it to a plan. dir is for test binaries.
func (s session) ask(ctx context.Context, c chosen, dir string) (*runs.Plan, error) {
	var suites []*runs.Suite
	for _, suite := range c.suites {
		err := suite.Ask(ctx, s.options.Choice)
		switch {
		case err == nil:
			s.likeness(suite)
			suites = append(suites, suite)
		case !errors.Is(err, runs.ErrNoMain):
			return nil, err
		case suite.Plain != nil && s.rest == nil:
			fmt.Fprintf(s.cmd.ErrOrStderr(), "measured as ordinary benchmarks: %v\n", err)
			c.plains = append(c.plains, suite.Plain)
		case len(c.suites)+len(c.plains) == 1:
			return nil, err
		default:
			fmt.Fprintf(s.cmd.ErrOrStderr(), "left out: %v\n", err)
		}
	}
	if s.recorded() == nil { // only now it is known which are suites
		if err := s.fitting(len(suites) > 0, len(c.plains) > 0); err != nil {
			return nil, err
		}
	}
	if len(c.plains) > 0 {
		fmt.Fprintln(s.cmd.OutOrStdout(), "looking for benchmarks")
	}
	for i, x := range c.plains {
		if err := s.look(ctx, x, i, filepath.Join(dir, fmt.Sprintf("plain%d", i), "bench.test")); err != nil {
			return nil, err
		}
	}
	plan, err := runs.Join(s.options, suites, c.plains)
	if errors.Is(err, runs.ErrNothing) {
		if _, none := os.Stat(filepath.Join(s.out, "logs")); none == nil {
			err = fmt.Errorf("%w; the logs are in %s", err, s.out)
		}
		err = coded{err, exitFailedCells}
	}
	return plan, err
}

// look compiles a package to a file and finds its ordinary benchmarks: those of
// the run that is finished, if one is.
func (s session) look(ctx context.Context, x *runs.Plain, i int, file string) error {
	w := s.cmd.ErrOrStderr()
	if s.rest != nil {
		x.Adopt(s.rest)
		return x.Build(ctx, file, w)
	}
	if err := x.Prepare(ctx, s.options, file, s.out, fmt.Sprintf("logs/package%03d.txt", i+1), w); err != nil {
		return err
	}
	if s.like != nil {
		x.Restrict(s.like)
	}
	return nil
}

// likeness leaves of a suite's plan what the run has whose plan is measured
// again.
func (s session) likeness(suite *runs.Suite) {
	if s.like != nil {
		suite.Restrict(s.like)
	}
}
