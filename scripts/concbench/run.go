package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/report"
	"github.com/concbench/concbench/scripts/internal/engine"
	"github.com/concbench/concbench/scripts/internal/machine"
)

func runCommand() *cobra.Command {
	var o engine.Options
	var profile, place, out string
	cmd := &cobra.Command{
		Use:   "run [PACKAGE...]",
		Short: "Measure cells in rounds, each in a process of its own, and write a report",
		Long: `Run measures every chosen workload under every chosen model, round by round:
each cell of a round in a fresh process, the models of one job back to back in
an order drawn anew. It writes a folder under results (bench.txt in Go's
benchmark format, cells.jsonl, run.json, env.json, report.md, report.html) and
prints the tables. Ctrl-C keeps what was measured.

Without a package it measures concbench's own workloads. With packages, named as
the go command has them, it measures the workloads of those whose tests import
concbench's package bench, each in a test binary of its own, run in the
package's folder. CGO_ENABLED is 0 unless it is set.`,
		Example: `  concbench run
  concbench run --workloads echo,fetch --models goroutines,eventloop,threadpool:64
  concbench run --workloads echo/tasks=1000/trips=10 --rounds 20
  concbench run ./... --profile full --budget 10m`,
		RunE: func(cmd *cobra.Command, packages []string) error {
			var err error
			if o.Profile, err = bench.ParseProfile(profile); err != nil {
				return err
			}
			if place != "" {
				if o.Place, err = bench.ParsePlace(place); err != nil {
					return err
				}
			}
			if out == "" {
				out = engine.Name(time.Now(), o.Profile)
			}
			return run(cmd, o, packages, out)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.Models, "models", nil, "models, each with its option if it has one: goroutines,threadpool:64 (default those of the profile)")
	f.StringSliceVar(&o.Workloads, "workloads", nil, "workloads, or jobs with parameters: hash,echo/tasks=10/trips=5 (default all)")
	f.StringVar(&profile, "profile", string(bench.Quick), "which jobs of a workload, and which models: quick or full")
	f.StringVar(&place, "place", "", "shared (nothing pinned) or apart (model and origin on CPUs of their own) (default shared under 4 CPUs)")
	f.IntVar(&o.Rounds, "rounds", 12, "rounds: each measures every cell once")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of the order and of the workloads' data")
	f.StringVar(&out, "out", "", "folder of the run, which must not exist (default results/<time>-<profile>)")
	f.DurationVar(&o.Budget, "budget", 0, "start no round that would end later than this (default none)")
	f.DurationVar(&o.Benchtime, "benchtime", 25*time.Millisecond, "least time of a slice")
	f.IntVar(&o.Slices, "slices", 3, "slices a process; the first is discarded")
	f.DurationVar(&o.Timeout, "timeout", time.Minute, "time limit of a cell in one round")
	return cmd
}

func run(cmd *cobra.Command, o engine.Options, packages []string, out string) error {
	ctx := cmd.Context()
	nothing := coded{errors.New("interrupted; nothing was measured"), exitInterrupted}
	suites, plan, err := prepare(ctx, o, packages)
	if ctx.Err() != nil {
		return nothing
	}
	if err != nil {
		return err
	}
	if err := engine.Reserve(out); err != nil {
		return err
	}
	defer os.Remove(out) // if nothing came into it
	w := cmd.OutOrStdout()
	before := machine.Describe()
	fmt.Fprintln(w, "compiling")
	dir, err := os.MkdirTemp("", "concbench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for i, s := range suites {
		err = errors.Join(err, s.Build(ctx, filepath.Join(dir, fmt.Sprintf("bench%d.test", i)), cmd.ErrOrStderr()))
	}
	if err == nil && plan == nil {
		plan, err = ask(ctx, o, suites, cmd.ErrOrStderr())
	}
	if ctx.Err() != nil {
		return nothing
	}
	if err != nil {
		return err
	}
	fmt.Fprint(w, plan.Summary(plan.Expect(recall(o))))
	show := engine.Lines(w)
	colour := false
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		show, colour = engine.Bar(w), os.Getenv("NO_COLOR") == ""
	}
	result, err := plan.Run(ctx, out, before, machine.Now, show)
	if err != nil {
		return coded{err, exitFailedCells}
	}
	if err := finish(w, out, colour); err != nil {
		return err
	}
	switch result.Status {
	case results.Interrupted:
		return coded{errors.New("interrupted; what was measured is kept"), exitInterrupted}
	case results.FailedCells:
		return coded{errors.New("some cells failed: see the report"), exitFailedCells}
	}
	return nil
}

// prepare finds what is to be measured. The plan of concbench's own suite is
// known at once; that of others, which is nil here, when they are compiled.
func prepare(ctx context.Context, o engine.Options, packages []string) ([]*engine.Suite, *engine.Plan, error) {
	if err := o.Check(); err != nil {
		return nil, nil, err
	}
	if len(packages) > 0 {
		suites, err := engine.Find(ctx, packages)
		return suites, nil, err
	}
	own, err := engine.Own(o.Choice)
	if err != nil {
		return nil, nil, err
	}
	plan, err := engine.NewPlan(o, own)
	return []*engine.Suite{own}, plan, err
}

// ask asks suites that are compiled for their plans and joins them. Among
// several, one that has no benchmarks to offer is left out, which it says on w.
func ask(ctx context.Context, o engine.Options, suites []*engine.Suite, w io.Writer) (*engine.Plan, error) {
	var asked []*engine.Suite
	for _, s := range suites {
		err := s.Ask(ctx, o.Choice)
		switch {
		case err == nil:
			asked = append(asked, s)
		case !errors.Is(err, engine.ErrNoMain) || len(suites) == 1:
			return nil, err
		default:
			fmt.Fprintf(w, "left out: %v\n", err)
		}
	}
	return engine.NewPlan(o, asked...)
}

// recall returns what earlier runs took: the user's, or, where there is none,
// those that are published with concbench.
func recall(o engine.Options) engine.Memory {
	memory := engine.Recall("results", o)
	if memory.Empty() {
		memory = engine.Recall(filepath.Join("results", "published"), o)
	}
	return memory
}

// finish reports a run: tables on w, report.md and report.html in its folder.
func finish(w io.Writer, dir string, colour bool) error {
	if err := results.AdoptCalibration(dir); err != nil {
		fmt.Fprintf(w, "the calibration is not in the report: %v\n", err)
	}
	data, err := results.Open(dir)
	if err != nil {
		return err
	}
	if err := report.Write(dir); err != nil {
		return err
	}
	if err := results.WriteTable(w, data, colour); err != nil {
		return err
	}
	page := filepath.Join(dir, "report.html")
	if latest := filepath.Join(filepath.Dir(dir), "latest"); sameFolder(latest, dir) {
		page = filepath.Join(latest, "report.html")
	}
	fmt.Fprintf(w, "\n%s\n", page)
	return nil
}

func sameFolder(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}
