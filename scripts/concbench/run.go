package main

import (
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
		Use:   "run",
		Short: "Measure cells in rounds, each in a process of its own, and write a report",
		Long: `Run measures every chosen workload under every chosen model, round by round:
each cell of a round in a fresh process, the models of one job back to back in
an order drawn anew. It writes a folder under results (bench.txt in Go's
benchmark format, cells.jsonl, run.json, env.json, report.md, report.html) and
prints the tables. Ctrl-C keeps what was measured.`,
		Example: `  concbench run
  concbench run --workloads echo,fetch --models goroutines,eventloop,threadpool:64
  concbench run --workloads echo/tasks=1000/trips=10 --rounds 20`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
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
			return run(cmd, o, out)
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

func run(cmd *cobra.Command, o engine.Options, out string) error {
	plan, err := engine.NewPlan(o)
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
	binary, err := engine.Build(cmd.Context(), dir, cmd.ErrOrStderr())
	if cmd.Context().Err() != nil {
		return coded{errors.New("interrupted; nothing was measured"), exitInterrupted}
	}
	if err != nil {
		return err
	}
	show := engine.Lines(w)
	colour := false
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		show, colour = engine.Bar(w), os.Getenv("NO_COLOR") == ""
	}
	result, err := plan.Run(cmd.Context(), out, binary, before, machine.Now, show)
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
