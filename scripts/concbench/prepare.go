package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/concbench/concbench/scripts/internal/engine"
)

// prepare finds what is to be measured. The plan of concbench's own suite is
// known at once; that of others, which is nil here, when they are compiled.
func (s session) prepare(ctx context.Context) ([]*engine.Suite, *engine.Plan, error) {
	o := s.options
	if err := o.Check(); err != nil {
		return nil, nil, err
	}
	if len(s.packages) > 0 {
		suites, err := engine.Find(ctx, s.packages)
		return suites, nil, err
	}
	own, err := engine.Own(o.Choice)
	if err != nil {
		return nil, nil, err
	}
	s.likeness(own)
	plan, err := engine.NewPlan(o, own)
	return []*engine.Suite{own}, plan, err
}

// ask asks suites that are compiled for their plans and joins them. Among
// several, one that has no benchmarks to offer is left out, which it says.
func (s session) ask(ctx context.Context, suites []*engine.Suite) (*engine.Plan, error) {
	var asked []*engine.Suite
	for _, suite := range suites {
		err := suite.Ask(ctx, s.options.Choice)
		switch {
		case err == nil:
			s.likeness(suite)
			asked = append(asked, suite)
		case !errors.Is(err, engine.ErrNoMain) || len(suites) == 1:
			return nil, err
		default:
			fmt.Fprintf(s.cmd.ErrOrStderr(), "left out: %v\n", err)
		}
	}
	return engine.NewPlan(s.options, asked...)
}

// likeness leaves of a suite's plan what the run has whose plan is measured
// again.
func (s session) likeness(suite *engine.Suite) {
	if s.like != nil {
		suite.Restrict(s.like)
	}
}
