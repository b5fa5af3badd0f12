package versus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
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
func New(ctx context.Context, a Ask, baseSide, headSide Side, begin time.Time, dir, tmp string, say io.Writer) (*Comparison, error) {
	plan := a.plan()
	c := &Comparison{Plan: &plan, Dir: dir, begin: begin, builder: newBuilder(tmp, say, a.Same && a.Inject == 0, baseSide, headSide)}
	plan.Status, plan.Started, plan.Go, plan.Base, plan.Head = results.Running, begin, goVersions(baseSide.goVersion(ctx), headSide.goVersion(ctx)), baseSide.Side, headSide.Side
	if err := c.builder.prepare(ctx, &plan, a.Isolate, begin, dir); err != nil {
		return nil, err
	}
	return c, compare.SavePlan(dir, &plan)
}

// Resume prepares the comparison in dir, which was asked what plan says, to be
// measured on. The budget counts from begin.
func Resume(ctx context.Context, dir string, plan *compare.Plan, baseSide, headSide Side, begin time.Time, tmp string, say io.Writer) (*Comparison, error) {
	c := &Comparison{Plan: plan, Dir: dir, begin: begin, builder: newBuilder(tmp, say, plan.Same && plan.Inject == 0, baseSide, headSide)}
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

// rounds is a comparison under way.
type rounds struct {
	*Comparison
	plan     *compare.Plan
	folder   *folder
	builder  *builder
	show     Progress
	record   *record
	host     func() meter.Machine
	measured time.Duration // wall time of measured processes
	took     map[key]time.Duration
}

// Run measures, and judges, until everything is decided or the rounds, or the
// time, are over. machine is how it was before; after returns how it is, and what
// came up while it was measured. When ctx ends it stops and keeps what is
// measured. The error is about what kept it from measuring or recording.
func (c *Comparison) Run(ctx context.Context, machine results.Env, after func() (results.Moment, []results.Warning), show Progress) (err error) {
	pairs, _, err := compare.ReadPairs(c.Dir)
	if err != nil {
		return err
	}
	f, err := openFolder(c.Dir, pairs)
	if err != nil {
		return err
	}
	defer f.close()
	// What is said of models that share the machine's few CPUs is not about the
	// two sides of a comparison, which do not run at once.
	machine.Warnings = slices.DeleteFunc(slices.Clone(machine.Warnings), func(w results.Warning) bool { return w.Kind == "cores" })
	if len(pairs) > 0 { // what was said of the machine when it began holds on
		if first, err := results.LoadEnv(c.Dir); err == nil {
			machine.Before, machine.Warnings = first.Before, results.Join(first.Warnings, machine.Warnings)
		}
	}
	if err := results.SaveEnv(c.Dir, &machine); err != nil {
		return err
	}
	r := &rounds{Comparison: c, plan: c.Plan, folder: f, builder: c.builder, show: show,
		record: newRecord(pairs), host: host, took: c.builder.guesses}
	began, built := time.Now(), c.builder.took
	c.Plan.Status, err = r.all(ctx)
	c.Plan.Measuring += time.Since(began) - (c.builder.took - built)
	c.Plan.Inside += r.measured
	if err != nil { // such as a full disk, which may yet take this
		c.Plan.Status, c.Plan.Ended = results.Interrupted, time.Now()
		return errors.Join(err, compare.SavePlan(c.Dir, c.Plan))
	}
	if c.Plan.Status == results.Complete || c.Plan.Status == results.OutOfTime {
		if err := r.profiles(ctx); err != nil {
			fmt.Fprintln(c.builder.say, "what is slower could not be profiled:", err)
		}
	}
	c.Plan.Ended = time.Now()
	var came []results.Warning
	machine.After, came = after()
	machine.Warnings = append(machine.Warnings, came...)
	show.Finish(c.Plan.Status, r.measured, time.Since(c.begin))
	if err := results.SaveEnv(c.Dir, &machine); err != nil {
		return err
	}
	return compare.SavePlan(c.Dir, c.Plan)
}

// all measures round after round. The screen measures everything; then each
// round measures what is still open.
func (r *rounds) all(ctx context.Context) (results.Status, error) {
	for round := 1; round <= r.plan.Screen+r.plan.Confirm; round++ {
		open, err := r.open(round)
		if err != nil {
			return "", err
		}
		if err := r.usual(ctx, round); err != nil {
			return "", err
		}
		todo := units(r.plan, round, func(k key) bool { return open(k) && !r.record.failed[k] && !r.record.done[round][k] })
		if len(todo) == 0 {
			if round > r.plan.Screen && len(units(r.plan, round, open)) == 0 {
				return results.Complete, nil // nothing is open
			}
			continue
		}
		r.show.Round(round, r.plan, len(todo), r.expect(todo))
		for _, u := range todo {
			if ctx.Err() != nil {
				return results.Interrupted, nil
			}
			if r.overBudget(u) {
				return results.OutOfTime, nil
			}
			if err := r.one(ctx, round, u); err != nil {
				return "", err
			}
		}
		if ctx.Err() != nil {
			return results.Interrupted, nil
		}
	}
	if err := r.usual(ctx, r.plan.Screen+1); err != nil {
		return "", err
	}
	return results.Complete, nil
}

// open tells the benchmarks that a round has to measure: in the screen all,
// later those that are not decided by the rounds before.
func (r *rounds) open(round int) (func(key) bool, error) {
	if round <= r.plan.Screen || r.plan.Kind == compare.AA {
		return func(key) bool { return true }, nil
	}
	samples, _, err := compare.ReadSamples(r.Dir, r.plan)
	if err != nil {
		return nil, err
	}
	// What was measured in this round before it was killed decides nothing here.
	before := slices.DeleteFunc(samples, func(s compare.Sample) bool { return s.Pair.Round >= round })
	still := map[key]bool{}
	for _, k := range compare.Judge(r.plan, before).Open() {
		still[key{k.Package, k.Benchmark}] = true
	}
	return func(k key) bool { return still[k] }, nil
}

// one measures a unit and records it, again where it was disturbed.
func (r *rounds) one(ctx context.Context, round int, u unit) error {
	began := time.Now()
	for attempt := 0; attempt < attempts; attempt++ {
		pairs, out, died, err := r.pair(ctx, round, attempt, u)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the comparison stops, what was measured is kept in %s: %w", r.Dir, err)
		}
		if died && len(u.names) > 1 {
			fmt.Fprintf(r.builder.say, "the process of all benchmarks of %s died; in this round each has one of its own\n", u.pkg)
			return r.apart(ctx, round, u)
		}
		for _, p := range pairs {
			if err := r.folder.record(&p, out[base], out[head]); err != nil {
				return fmt.Errorf("the comparison stops, what was measured is kept in %s: %w", r.Dir, err)
			}
			r.record.add(p)
			r.show.Pair(p)
		}
		if !pairs[0].Disturbed {
			break
		}
	}
	r.took[key{u.pkg, u.names[0]}] = time.Since(began)
	return nil
}

// apart measures the benchmarks of a unit each by itself: the process that they
// share died, which is not to be held against all of them.
func (r *rounds) apart(ctx context.Context, round int, u unit) error {
	for _, name := range u.names {
		if ctx.Err() != nil {
			return nil
		}
		if err := r.one(ctx, round, unit{u.pkg, []string{name}, u.slices, u.headFirst}); err != nil {
			return err
		}
	}
	return nil
}

// overBudget says that the unit, if it takes as long as it did, ends after the
// budget.
func (r *rounds) overBudget(u unit) bool {
	return r.plan.Budget > 0 && time.Since(r.begin)+r.took[key{u.pkg, u.names[0]}]+r.profileTime() > r.plan.Budget
}

// expect is how long the units will take, by what they took last; 0 where that
// is not known.
func (r *rounds) expect(todo []unit) time.Duration {
	var sum time.Duration
	for _, u := range todo {
		took := r.took[key{u.pkg, u.names[0]}]
		if took == 0 {
			return 0
		}
		sum += took
	}
	return sum
}
