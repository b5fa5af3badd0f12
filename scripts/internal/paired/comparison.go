package paired

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/scripts/internal/measure"
)

// A Comparison is what is to be measured, or measured on.
type Comparison struct {
	Plan    *compare.Plan
	Dir     string // its folder
	begin   time.Time
	builder *builder
}

// New prepares a comparison into the reserved folder dir: it builds both sides
// into the temporary folder tmp and finds their benchmarks. What the compiler
// says goes to say. The budget counts from begin.
func New(ctx context.Context, o Options, baseSide, headSide Side, begin time.Time, dir, tmp string, say io.Writer) (*Comparison, error) {
	plan := o.plan()
	c := &Comparison{Plan: &plan, Dir: dir, begin: begin, builder: newBuilder(tmp, say, o.Same && o.Inject == 0, baseSide, headSide)}
	plan.Status, plan.Started, plan.Go, plan.Base, plan.Head = results.Running, begin, goVersions(baseSide.goVersion(ctx), headSide.goVersion(ctx)), baseSide.Side, headSide.Side
	if err := c.builder.patch(ctx, o.Inject); err != nil {
		return nil, err
	}
	if err := c.builder.prepare(ctx, &plan, o.Isolate, begin, dir); err != nil {
		return nil, err
	}
	return c, compare.SavePlan(dir, &plan)
}

// Resume prepares the comparison in dir, which was planned so, to be measured
// on. The budget counts from begin.
func Resume(ctx context.Context, dir string, plan *compare.Plan, baseSide, headSide Side, begin time.Time, tmp string, say io.Writer) (*Comparison, error) {
	c := &Comparison{Plan: plan, Dir: dir, begin: begin, builder: newBuilder(tmp, say, plan.Same && plan.Inject == 0, baseSide, headSide)}
	if err := c.builder.patch(ctx, plan.Inject); err != nil {
		return nil, err
	}
	return c, c.builder.verify(ctx, plan)
}

// goVersions says what compiles both sides: a difference is one of the
// comparison's.
func goVersions(base, head string) string {
	if base == head {
		return head
	}
	return fmt.Sprintf("%s for the base, %s for the head", base, head)
}

// Run measures until everything is decided, or the rounds or the time are over.
// machine is how it was before; after returns how it is, and what came up while
// it was measured. When ctx ends it stops and keeps what is measured. The error
// is about what kept it from measuring or recording.
func (c *Comparison) Run(ctx context.Context, machine results.Env, after func() (results.Moment, []results.Warning), show measure.Progress) error {
	before, _, err := record.ReadRounds(c.Dir)
	if err != nil {
		return err
	}
	// What is said of models that share the machine's few CPUs is not about the
	// two sides of a comparison, which do not run at once.
	machine.Warnings = slices.DeleteFunc(slices.Clone(machine.Warnings), func(w results.Warning) bool { return w.Kind == "cores" })
	if len(before) > 0 { // what was said of the machine when it began holds on
		if first, err := results.LoadEnv(c.Dir); err == nil {
			machine.Before, machine.Warnings = first.Before, results.Join(first.Warnings, machine.Warnings)
		}
	}
	if err := results.SaveEnv(c.Dir, &machine); err != nil {
		return err
	}
	began, built := time.Now(), c.builder.took
	e := measure.Engine{
		Plan: measure.Plan{Blocks: c.builder.blocks(c.Plan), Seed: c.Plan.Seed, Begin: c.begin, Budget: c.Plan.Budget,
			Timeout: c.Plan.Timeout, Cycles: c.Plan.Cycles},
		Policy: policy{compare.NewJudging(c.Plan)}, Dir: c.Dir, Tmp: c.builder.dir, Show: show,
	}
	c.Plan.Status, err = e.Run(ctx)
	if err != nil { // such as a full disk, which may yet take this
		c.Plan.Status, c.Plan.Ended = results.Interrupted, time.Now()
		return errors.Join(err, compare.SavePlan(c.Dir, c.Plan))
	}
	rounds, _, err := record.ReadRounds(c.Dir)
	if err != nil {
		return err
	}
	took, used := measuredTime(rounds[len(before):])
	c.Plan.Measuring += time.Since(began) - (c.builder.took - built)
	c.Plan.Inside += used
	if c.Plan.Status == results.Complete || c.Plan.Status == results.OutOfTime {
		if err := c.profiles(ctx); err != nil {
			fmt.Fprintln(c.builder.say, "what is slower could not be profiled:", err)
		}
	}
	c.Plan.Ended = time.Now()
	var came []results.Warning
	machine.After, came = after()
	machine.Warnings = append(machine.Warnings, came...)
	all := time.Since(c.begin)
	show.Say(fmt.Sprintf("%v in all: %v in measured processes (%s), %v compiling",
		all.Round(time.Second), took.Round(time.Second), results.Percent(float64(took)/float64(all)), c.builder.took.Round(time.Second)))
	return errors.Join(results.SaveEnv(c.Dir, &machine), compare.SavePlan(c.Dir, c.Plan), compare.WriteBench(c.Dir))
}
