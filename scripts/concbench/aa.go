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
		Short: "Compare a build with itself: what this machine can tell apart, and how often it is wrong",
		Long: `Aa builds the benchmarks once and compares the build with itself, as compare
does two commits. All that differs is noise: it reports how often a difference is
called where there is none, how much figures spread where the two processes take
turns and where one runs after the other, and the smallest difference that would
be caught, by benchmark and metric. Run it once on a machine to know what to
expect of it.

With --inject 5% the head does 5 % more work in each benchmark: what should be
found. With --gate it decides as compare does, and exits as compare does.`,
		Example: `  concbench aa
  concbench aa --bench 'Decode|Encode' --rounds 40 ./...
  concbench aa --gate --inject 5% --format json ./...`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.options.Kind, c.options.Same = compare.AA, true
			if gate {
				c.options.Kind = compare.Gate
			}
			if !cmd.Flags().Changed("rounds") && gate {
				c.options.Rounds = rounds
			}
			if c.strict && !gate && c.resume == "" {
				return errors.New("--strict is for --gate: without it nothing is gated")
			}
			return c.run(cmd, args)
		},
	}
	c.flags(cmd)
	f := cmd.Flags()
	f.IntVar(&c.options.Rounds, "rounds", 20, "rounds of each benchmark; with --gate, at most, as compare takes it")
	f.Var(&c.inject, "inject", "extra work of the head's benchmarks, a share of their time")
	f.BoolVar(&gate, "gate", false, "decide, and stop where it is decided, as compare does")
	f.BoolVar(&c.strict, "strict", false, "with --gate: exit with 3 if something stays undecided")
	gone(cmd, map[string]string{"usual": "aa without it, which measures every benchmark in turns and one after the other"})
	f.Lookup("usual").NoOptDefVal = "true" // it took no value
	return cmd
}
