package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/concbench/concbench/results/compare"
)

func aaCommand() *cobra.Command {
	var c comparing
	var gate bool
	cmd := &cobra.Command{
		Use:   "aa [PACKAGE...] [-- ARGUMENT...]",
		Short: "Compare a build with itself: what this machine can tell apart, and how often it would cry wolf",
		Long: `Aa builds the benchmarks once and compares the build with itself, as compare
does two commits. All that differs is noise: it tells how often a difference is
called where there is none, how much figures spread within a process and
between processes, and the smallest difference that would be caught, by
benchmark and metric. Run it once on a machine to know what to expect of it.

With --inject 5% the head does 5 % more work in each benchmark: what should be
found. With --gate it does what compare does, screening and confirming, and
exits as compare does.`,
		Example: `  concbench aa
  concbench aa --bench 'Decode|Encode' --rounds 40 ./...
  concbench aa --gate --inject 5% --format json ./...`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.ask.Kind, c.ask.Same, c.ask.Layouts = compare.AA, true, layouts
			if gate {
				c.ask.Kind = compare.Gate
				c.ask.Screen, c.ask.Confirm = compare.DefaultScreen, c.ask.Screen
				if !cmd.Flags().Changed("rounds") {
					c.ask.Confirm = compare.DefaultConfirm
				}
			}
			switch {
			case gate && c.ask.Usual:
				return errors.New("--usual is beside an A/A check, and not a gate: leave out one of them")
			case c.strict && !gate && c.resume == "":
				return errors.New("--strict is for --gate: without it nothing is gated")
			}
			return c.run(cmd, args)
		},
	}
	c.flags(cmd)
	f := cmd.Flags()
	f.IntVar(&c.ask.Screen, "rounds", 20, "rounds; with --gate, at most, to confirm what looks different, and then as compare has it")
	f.Var(&c.inject, "inject", "extra work of the head's benchmarks, a share of their time")
	f.BoolVar(&gate, "gate", false, "screen and confirm, as compare does")
	f.BoolVar(&c.strict, "strict", false, "with --gate: exit with 3 if something stays undecided")
	f.BoolVar(&c.ask.Usual, "usual", false, "measure the usual way beside it: -count=10 in one process, then in another")
	return cmd
}
