package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/scripts/internal/engine"
)

func runCommand() *cobra.Command {
	var o engine.Options
	var profile, place, isolate, out, resume string
	var noWait bool
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
concbench's package bench and have its TestMain, each in a test binary of its
own, run in the package's folder; CGO_ENABLED is 0 for them unless it is set.

Of all other packages it measures the ordinary Go benchmarks, sub-benchmarks
included, each in a fresh process in every round. One whose name changes from
pass to pass cannot be found again and is listed as not measured. Where a process
that measures nothing takes longer than the slices of a benchmark, those of the
package share one process. What stands behind -- goes to their test binaries.

Where over 5 % of the CPU was stolen from a process, all models of its job are
measured again in that round, up to twice; all of it is recorded.

A run that was interrupted or killed, or whose budget was over, is finished by
--resume with its folder: the plan is what it was, and code and machine have to
be the same. A budget is of one session: without one, all that is left is
measured. A process waits while another measures on the same machine.`,
		Example: `  concbench run
  concbench run --workloads echo,fetch --models goroutines,eventloop,threadpool:64
  concbench run --workloads echo/tasks=1000/trips=10 --rounds 20
  concbench run ./... --profile full --budget 10m
  concbench run ./internal/codec --bench 'Decode/size=1' --cpu 1 -- -corpus=small
  concbench run --resume results/latest`,
		RunE: func(cmd *cobra.Command, packages []string) error {
			s := session{cmd: cmd, out: out, wait: !noWait}
			if cmd.Flags().Changed("resume") {
				if err := onlyWithResume(cmd, packages); err != nil {
					return err
				}
				return s.resume(resume, o)
			}
			var err error
			if o.Profile, err = bench.ParseProfile(profile); err != nil {
				return err
			}
			if place != "" {
				if o.Place, err = bench.ParsePlace(place); err != nil {
					return err
				}
			}
			if s.out == "" {
				s.out = engine.Name(time.Now(), o.Profile)
			}
			if s.options, s.packages = o, packages; cmd.ArgsLenAtDash() >= 0 {
				s.packages, s.options.Plain.Args = packages[:cmd.ArgsLenAtDash()], packages[cmd.ArgsLenAtDash():]
			}
			if s.options.Plain.Isolate = engine.Isolation(isolate); o.Plain.CPU < 1 {
				return fmt.Errorf("--cpu %d: want one number of CPUs, from 1", o.Plain.CPU)
			}
			_, err = s.run()
			return err
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.Models, "models", nil, "models, each with its option if it has one: goroutines,threadpool:64 (default those of the profile)")
	f.StringSliceVar(&o.Workloads, "workloads", nil, "workloads, or jobs with parameters: hash,echo/tasks=10/trips=5 (default all)")
	f.StringVar(&profile, "profile", string(bench.Quick), "which jobs of a workload, and which models: quick or full")
	f.StringVar(&place, "place", "", "shared (nothing pinned) or apart (model and origin on CPUs of their own) (default shared under 4 CPUs)")
	f.IntVar(&o.Rounds, "rounds", 12, "rounds: each measures every cell once")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of the order and of the workloads' data")
	f.StringVar(&o.Plain.Bench, "bench", ".", "ordinary benchmarks, as go test -bench has it")
	f.IntVar(&o.Plain.CPU, "cpu", bench.Cores(), "GOMAXPROCS of ordinary benchmarks, one value")
	f.StringVar(&o.Tags, "tags", "", "build tags of the packages, as the go command has them")
	f.StringVar(&isolate, "isolate", "", "what of ordinary benchmarks has a process of its own: benchmark or package (default benchmark, and package where set-up outweighs measuring)")
	f.StringVar(&out, "out", "", "folder of the run, which must not exist (default results/<time>-<profile>)")
	f.StringVar(&resume, "resume", "", "folder of a run to be finished")
	f.DurationVar(&o.Budget, "budget", 0, "start no round that would end later than this (default none)")
	f.DurationVar(&o.Benchtime, "benchtime", 25*time.Millisecond, "least time of a slice")
	f.IntVar(&o.Slices, "slices", 3, "slices a process; the first is discarded")
	f.DurationVar(&o.Timeout, "timeout", time.Minute, "time limit of a cell in one round")
	noWaitFlag(cmd, &noWait)
	return cmd
}

// onlyWithResume refuses what the recorded plan has said already.
func onlyWithResume(cmd *cobra.Command, packages []string) error {
	var err error
	if len(packages) > 0 {
		err = errors.New("--resume takes no packages: the run has recorded them")
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if !slices.Contains([]string{"resume", "budget", "timeout", "no-wait"}, f.Name) {
			err = fmt.Errorf("--%s is not for a run that is resumed: its plan is the recorded one; only --budget, --timeout and --no-wait can be given", f.Name)
		}
	})
	return err
}
