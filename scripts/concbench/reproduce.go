package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/scripts/internal/runs"
)

func reproduceCommand() *cobra.Command {
	var out string
	var budget time.Duration
	var noWait bool
	cmd := &cobra.Command{
		Use:   "reproduce RUN",
		Short: "Measure the plan of a run again, and say which verdicts agree",
		Long: `Reproduce measures the plan of a run again, here and with the code that is here,
into a folder of its own, and compares what the two runs say: which models may be
the best in each row, and which claims hold. That another machine, another Go or
other code was measured is said, and is no error; times are not compared.

Two verdicts agree where they are the same, are compatible where both may be
true, and contradict each other where no model can be the best by both, or where
a claim came out otherwise. Ordinary benchmarks of a package have no verdicts:
they are measured again, for concbench compare to show beside the first. It exits with 1 if some contradict. Without --budget
the budget is that of the run.`,
		Example: "  concbench reproduce results/published/2026-11-21-quick --budget 3m",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s := session{cmd: cmd, out: out, wait: !noWait}
			return s.reproduce(args[0], budget)
		},
	}
	f := cmd.Flags()
	f.StringVar(&out, "out", "", "folder of the new run, which must not exist (default results/<time>-<profile>)")
	f.DurationVar(&budget, "budget", 0, "start no round that would end later than this (default that of the run, if it ended by that)")
	noWaitFlag(cmd, &noWait)
	return cmd
}

func (s session) reproduce(dir string, budget time.Duration) error {
	first, err := results.Open(dir)
	if err != nil {
		return err
	}
	if len(first.Rows)+len(first.Points)+len(first.Benchmarks) == 0 {
		return fmt.Errorf("%s has neither a job under models nor an ordinary benchmark: there is nothing to be reproduced", dir)
	}
	s.like = &first.Run
	s.options, s.packages = runs.Recorded(s.like)
	switch {
	case s.cmd.Flags().Changed("budget"):
		s.options.Budget = budget
	case s.like.Status != results.Complete: // one that was finished later took more
		s.options.Budget = s.like.Budget
	}
	if s.out == "" {
		s.out = runs.Name(time.Now(), s.options.Profile)
	}
	status, failed := s.run()
	if status == "" || status == results.Interrupted {
		return failed
	}
	again, err := results.Open(s.out)
	if err != nil {
		return coded{err, exitFailedCells}
	}
	w := s.cmd.OutOrStdout()
	fmt.Fprintf(w, "\n%s beside %s\n\n", s.out, dir)
	found := results.Reproduce(first, again)
	if err := results.WriteReproduction(w, found, terminal(w) && os.Getenv("NO_COLOR") == ""); err != nil {
		return coded{err, exitFailedCells}
	}
	if n := found.Count(results.Contradicted); n > 0 {
		return coded{errors.Join(fmt.Errorf("verdicts that contradict those of %s: %d", dir, n), failed), exitContradicts}
	}
	return failed
}
