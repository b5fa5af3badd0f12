package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
	"github.com/concbench/concbench/scripts/internal/gotest"
	"github.com/concbench/concbench/scripts/internal/machine"
	"github.com/concbench/concbench/scripts/internal/measure"
	"github.com/concbench/concbench/scripts/internal/paired"
	"github.com/concbench/concbench/scripts/internal/sides"
	"github.com/concbench/concbench/scripts/internal/tempdir"
)

// A comparing is what compare and aa are asked alike.
type comparing struct {
	options           paired.Options
	threshold, inject percent
	isolate, format   string
	out, resume       string
	strict, noWait    bool
	sides             sides.Options
}

func (c *comparing) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	c.threshold = 0.05
	f.StringVar(&c.options.Bench, "bench", ".", "benchmarks, as go test -bench takes it")
	f.IntVar(&c.options.Cycles, "cycles", 0, "cycles of a round, in each of which both sides measure one sample (default chosen by the time that there is)")
	f.IntVar(&c.options.Layouts, "layouts", layouts, "link layouts in which what looks different is measured again; 0: none")
	f.BoolVar(&c.options.Serial, "one-after-another", false, "run the two processes one after the other and not in turns, to see the difference")
	f.IntVar(&c.options.CPU, "cpu", bench.Cores(), "GOMAXPROCS of the benchmarks, one value")
	f.StringVar(&c.options.Tags, "tags", "", "build tags, as the go command takes them")
	f.StringVar(&c.isolate, "isolate", "", "what has a process of its own: benchmark or package (default benchmark, and package where set-up outweighs measuring)")
	f.Var(&c.threshold, "threshold", "the difference that matters")
	f.StringSliceVar(&c.options.Metrics, "metrics", []string{"ns/op", "B/op", "allocs/op"}, "units that are judged")
	f.Uint64Var(&c.options.Seed, "seed", 0, "seed of the orders and the link layouts (default drawn, and recorded)")
	f.DurationVar(&c.options.Budget, "budget", 10*time.Minute, "time for all of it, builds included; 0: none")
	f.DurationVar(&c.options.Timeout, "timeout", time.Minute, "time limit of one sample, and of a process's set-up")
	f.StringVar(&c.format, "format", "terminal", "what is printed: terminal, markdown or json")
	f.StringVar(&c.out, "out", "", "folder of the comparison, which must not exist (default in the user's cache folder)")
	f.StringVar(&c.resume, "resume", "", "folder of a comparison that was interrupted or killed: measure on")
	noWaitFlag(cmd, &c.noWait)
	gone(cmd, map[string]string{"benchtime": "--cycles: the length of samples is learned", "slices": "--cycles"})
}

func (c *comparing) run(cmd *cobra.Command, args []string) error {
	ctx := cmd.Context()
	if err := notGone(cmd); err != nil {
		return err
	}
	write, err := writer(c.format)
	if err != nil {
		return err
	}
	c.options.Patterns = args
	if at := cmd.ArgsLenAtDash(); at >= 0 {
		c.options.Patterns, c.options.Args = args[:at], args[at:]
	}
	if c.resume != "" && len(args) > 0 {
		return fmt.Errorf("--resume goes on with what %s was asked: leave out %s", c.resume, strings.Join(args, " "))
	}
	if len(c.options.Patterns) == 0 {
		c.options.Patterns = []string{"./..."}
	}
	if c.options.Same {
		c.sides.BaseDir, c.sides.HeadDir = ".", "." // both are what is here
	}
	c.options.Threshold, c.options.Inject, c.options.Isolate = float64(c.threshold), float64(c.inject), paired.Isolation(c.isolate)
	if !cmd.Flags().Changed("seed") {
		c.options.Seed = rand.Uint64()
	}
	if err := c.options.Check(); err != nil {
		return err
	}
	dir, failed := c.measure(ctx, cmd)
	switch {
	case dir == "" && ctx.Err() != nil:
		return nothing
	case dir == "":
		return failed
	}
	report, err := compare.Open(dir)
	if err == nil {
		err = write(cmd.OutOrStdout(), report)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s\n", dir)
	goOn := fmt.Sprintf("concbench %s --resume %s goes on", cmd.Name(), dir)
	switch {
	case ctx.Err() != nil:
		return coded{errors.New("interrupted; what was measured is kept: " + goOn), exitInterrupted}
	case err != nil:
		return coded{errors.Join(failed, err), exitFailedCells}
	case failed != nil && report.Regressed():
		return coded{fmt.Errorf("%s; then %w: %s", report.Headline(), failed, goOn), exitRegressed}
	case failed != nil:
		return coded{fmt.Errorf("%w: %s", failed, goOn), exitFailedCells}
	case report.ExitCode(c.strict) != 0:
		return coded{errors.New(report.Headline()), report.ExitCode(c.strict)}
	}
	return nil
}

// writer returns what writes a report in a format.
func writer(format string) (func(io.Writer, *compare.Report) error, error) {
	switch format {
	case "terminal":
		return func(w io.Writer, r *compare.Report) error {
			return compare.WriteTerminal(w, r, terminal(w) && os.Getenv("NO_COLOR") == "")
		}, nil
	case "markdown":
		return compare.WriteMarkdown, nil
	case "json":
		return compare.WriteJSON, nil
	}
	return nil, fmt.Errorf("--format %q: want terminal, markdown or json", format)
}

// measure makes the comparison, or goes on with one, and returns its folder: ""
// where nothing came into it.
func (c *comparing) measure(ctx context.Context, cmd *cobra.Command) (dir string, err error) {
	say := cmd.ErrOrStderr()
	var rest *compare.Plan // of a comparison to be gone on with
	if c.resume != "" {
		if rest, err = c.recall(cmd); err != nil {
			return "", err
		}
		if rest.Status == results.Complete {
			fmt.Fprintf(say, "%s is complete: there is nothing left to be measured\n", c.resume)
			return c.resume, nil
		}
	}
	free, err := exclusive(cmd, !c.noWait)
	if err != nil {
		return "", err
	}
	defer free()
	begin := time.Now()
	before := machine.Describe()
	if rest != nil {
		if env, err := results.LoadEnv(c.resume); err == nil && env.Differs(before) != "" {
			return "", fmt.Errorf("%s was measured on another machine, or this one has changed (%s): start anew", c.resume, env.Differs(before))
		}
	}
	both, err := sides.Resolve(ctx, ".", c.sides)
	if err != nil {
		return "", err
	}
	defer func() {
		if closing := both.Close(); closing != nil {
			fmt.Fprintln(say, "the temporary worktrees:", closing)
		}
	}()
	tmp, remove, err := tempdir.Make(ctx)
	if err != nil {
		return "", err
	}
	defer remove()
	baseSide, headSide := c.sources(both)
	fmt.Fprintln(say, "compiling, and looking for benchmarks")
	var comparison *paired.Comparison
	if rest != nil {
		comparison, err = paired.Resume(ctx, c.resume, rest, baseSide, headSide, begin, tmp, say)
	} else {
		comparison, err = c.prepare(ctx, baseSide, headSide, begin, tmp, say)
	}
	if err != nil {
		return "", err
	}
	fmt.Fprint(say, paired.Summary(comparison.Plan))
	return comparison.Dir, comparison.Run(ctx, before, machine.Watch().After, measure.Lines(say))
}

// prepare builds what is to be compared, into a new folder.
func (c *comparing) prepare(ctx context.Context, baseSide, headSide paired.Side, begin time.Time, tmp string, say io.Writer) (*paired.Comparison, error) {
	if c.out == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("name a folder with --out: %w", err)
		}
		c.out = filepath.Join(cache, "concbench", begin.Format("2006-01-02T150405")+"-"+string(c.options.Kind))
	}
	if err := measure.Reserve(c.out); err != nil {
		return nil, err
	}
	comparison, err := paired.New(ctx, c.options, baseSide, headSide, begin, c.out, tmp, say)
	if err != nil {
		os.RemoveAll(c.out) // nothing is measured, and the error says what is wrong
	}
	return comparison, err
}

// sources says where both sides are compiled, and how.
func (c *comparing) sources(both *sides.Sides) (baseSide, headSide paired.Side) {
	of := func(s sides.Side) paired.Side {
		return paired.Side{Side: compare.Side{Ref: s.Ref, Commit: s.Commit, Dirty: s.Dirty}, Source: gotest.Source{Dir: s.Dir, Tags: c.options.Tags}}
	}
	baseSide, headSide = of(both.Base), of(both.Head)
	if c.options.Same {
		headSide.Ref, baseSide = "", headSide
	}
	return baseSide, headSide
}

// recall returns the plan of the comparison to be gone on with, and sets what is
// asked to what that was asked. Of the flags, those that change what is measured
// are refused.
func (c *comparing) recall(cmd *cobra.Command) (*compare.Plan, error) {
	var refused []string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if !slices.Contains([]string{"resume", "budget", "timeout", "format", "strict", "no-wait", "base-dir"}, f.Name) {
			refused = append(refused, "--"+f.Name)
		}
	})
	if len(refused) > 0 {
		return nil, fmt.Errorf("--resume goes on with what %s was asked: leave out %s", c.resume, strings.Join(refused, ", "))
	}
	plan, err := compare.LoadPlan(c.resume)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w; one that was killed before it had a %s has measured nothing: remove its folder and start anew", err, compare.PlanFile)
	}
	if err != nil {
		return nil, err
	}
	if by := maker(plan); by != cmd.Name() {
		return nil, fmt.Errorf("%s was made by concbench %s: resume it with that", c.resume, by)
	}
	if cmd.Flags().Changed("timeout") {
		plan.Timeout = c.options.Timeout
	}
	if cmd.Flags().Changed("budget") || plan.Budget > 0 { // a new allowance, for this session
		plan.Budget = c.options.Budget
	}
	c.options.Tags, c.options.Inject, c.options.Same = plan.Tags, plan.Inject, plan.Same
	switch {
	case plan.Same:
		c.sides.BaseDir, c.sides.HeadDir = ".", "."
	case c.sides.BaseDir == "":
		c.sides.Base = plan.Base.Commit
	}
	if plan.Head.Ref != "" && !plan.Same {
		c.sides.Head = plan.Head.Commit
	}
	return plan, nil
}

// maker is the command that makes comparisons such as the plan's.
func maker(p *compare.Plan) string {
	if p.Same {
		return "aa"
	}
	return "compare"
}
