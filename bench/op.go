package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// op runs the job once and verifies what it did.
func (f *fixture) op() (runners.Outcome, error) {
	ctx := context.Background()
	if f.work.Context != nil {
		ctx = f.work.Context()
	}
	o, err := f.runner.Run(ctx, f.job)
	if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		err = nil
	}
	unexpected := o.Failed != f.work.Failed
	switch {
	case (err != nil || unexpected) && f.originDied():
		return o, fmt.Errorf("the origin died: %w", f.origin.Err())
	case err != nil:
		return o, err
	case unexpected && f.work.Failed == 0:
		return o, fmt.Errorf("%d of %d tasks failed: %w", o.Failed, f.job.Tasks, o.Err)
	case unexpected:
		return o, fmt.Errorf("%d of %d tasks failed, where %d are to (the first: %w)", o.Failed, f.job.Tasks, f.work.Failed, o.Err)
	case o.Done+o.Failed != f.job.Tasks:
		return o, fmt.Errorf("%d tasks done and %d failed, want %d in all", o.Done, o.Failed, f.job.Tasks)
	case o.Sum != f.work.Sum:
		return o, fmt.Errorf("wrong result: checksum %#x, want %#x", o.Sum, f.work.Sum)
	}
	return o, nil
}

// originDied says whether the origin's end is why tasks failed. They see their
// connections break a little before the end is known.
func (f *fixture) originDied() bool {
	if f.origin == nil {
		return false
	}
	select {
	case <-f.origin.Done():
		return true
	case <-time.After(300 * time.Millisecond):
		return false
	}
}

// before does what the workload wants done before an op.
func (f *fixture) before() error {
	if f.work.Before == nil {
		return nil
	}
	return f.work.Before()
}

// observe lets the workload add what it measured in an op itself.
func (f *fixture) observe(o runners.Outcome, into *workloads.Observed) error {
	if f.work.Observe == nil {
		return nil
	}
	defer into.EndOp()
	return f.work.Observe(o, into)
}

// workers returns the ids of the processes that the model has.
func (f *fixture) workers() []int {
	if p, ok := f.runner.(runners.Parent); ok {
		return p.PIDs()
	}
	return nil
}
