package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/scripts/internal/runs"
)

func runCommand() *cobra.Command {
	var o runs.Options
	var profile, place, isolate, out, resume string
	var noWait bool
	cmd := &cobra.Command{
		Use:   "run [PACKAGE...]",
		Short: "Measure workloads under models, or the benchmarks of packages, and write a report",
		Long: `Run measures every chosen workload under every chosen model. In a round each
model of a job has a fresh process of its own; only one of them works at a time,
and they take turns, sample by sample, in an order that is drawn. It writes a
folder under results (rounds.jsonl, bench.txt in Go's benchmark format, run.json,
env.json, report.md, report.html) and prints the tables. Ctrl-C keeps what was
measured.

With --budget the time goes where something is open: a job whose models are all
decided gets no more rounds, and a model that is shown to be worse is left out.
Without it every job gets --rounds rounds.

Without a package it measures concbench's own workloads. With packages, named as
the go command takes them, it measures the workloads of those whose tests import
concbench's package bench and have its TestMain, each in a test binary of its
own, run in the package's folder; CGO_ENABLED is 0 for them unless it is set.

Of all other packages it measures the ordinary Go benchmarks, sub-benchmarks
included, each in a fresh process in every round. One whose name changes from
pass to pass cannot be found again and is listed as not measured. Where it takes
longer to set a process up than to measure in it, the benchmarks of the package
share one. Arguments after -- go to their test binaries.

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
			if err := notGone(cmd); err != nil {
				return err
			}
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
			if o.Budget > 0 && !cmd.Flags().Changed("rounds") {
				o.Rounds = rounds
			}
			if place != "" {
				if o.Place, err = bench.ParsePlace(place); err != nil {
					return err
				}
			}
			if s.out == "" {
				s.out = runs.Name(time.Now(), o.Profile)
			}
			if s.options, s.packages = o, packages; cmd.ArgsLenAtDash() >= 0 {
				s.packages, s.options.Plain.Args = packages[:cmd.ArgsLenAtDash()], packages[cmd.ArgsLenAtDash():]
			}
			if s.options.Plain.Isolate = runs.Isolation(isolate); o.Plain.CPU < 1 {
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
	f.IntVar(&o.Rounds, "rounds", 12, "rounds, each with fresh processes; with --budget at most, and then 60 unless it is given")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of the order and of the workloads' data")
	f.StringVar(&o.Plain.Bench, "bench", ".", "ordinary benchmarks, as go test -bench takes it")
	f.IntVar(&o.Plain.CPU, "cpu", bench.Cores(), "GOMAXPROCS of ordinary benchmarks, one value")
	f.StringVar(&o.Tags, "tags", "", "build tags of the packages, as the go command takes them")
	f.StringVar(&isolate, "isolate", "", "what of ordinary benchmarks has a process of its own: benchmark or package (default benchmark, and package where set-up outweighs measuring)")
	f.StringVar(&out, "out", "", "folder of the run, which must not exist (default results/<time>-<profile>)")
	f.StringVar(&resume, "resume", "", "folder of a run to be finished")
	f.DurationVar(&o.Budget, "budget", 0, "time for all of it, compiling included: what is decided gets no more rounds (default none: all rounds are measured)")
	f.IntVar(&o.Cycles, "cycles", 0, "cycles of a round, in each of which every model of a job measures one sample (default chosen by the time that there is)")
	f.BoolVar(&o.Serial, "one-after-another", false, "run the processes of a job's models one after the other and not in turns, to see the difference")
	f.DurationVar(&o.Timeout, "timeout", time.Minute, "time limit of one sample, and of a process's set-up")
	noWaitFlag(cmd, &noWait)
	gone(cmd, map[string]string{"benchtime": "--cycles: the length of samples is learned", "slices": "--cycles"})
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
