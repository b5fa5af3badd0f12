package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
)

const (
	// layouts is how many link layouts there are in which what looks slower or
	// faster is measured again: as many as the fewest rounds that can decide
	// anything there, so that a layout that favours one side cannot decide alone.
	layouts = 8

	// rounds is how many rounds a benchmark gets, at most.
	rounds = 60
)

func compareCommand() *cobra.Command {
	var c comparing
	cmd := &cobra.Command{
		Use:   "compare [PACKAGE...] [-- ARGUMENT...] | compare RUN1 RUN2",
		Short: "Compare two commits by the benchmarks of any Go packages, and say by exit code what is slower",
		Long: `Compare builds the test binaries of both sides, skips what is identical, and
measures every benchmark on both sides: two live processes, fresh in every round,
take turns sample by sample. A benchmark is measured until it is decided: slower
or faster, confirmed over eight link layouts, or the same within the threshold.
What is reported as slower or faster has an interval that holds however early
measuring ends.

The head is the working tree unless --head names a commit; the base is what a
pull request is merged into, or where the branch left the default branch.
Commits are checked out as worktrees in a temporary folder: your tree is not
touched. Arguments behind -- go to the test binaries.

With the folders of two stored runs it compares those, unpaired; where they are
of different machines, it shows each one's ratios between models.

It exits with 0 if no regression is shown, 1 if one is, 2 if it was called
wrongly or could not begin, 3 if a side did not build, a benchmark failed, or
nothing was measured; with --strict also if something stays undecided.`,
		Example: `  concbench compare
  concbench compare --base v1.2.0 --bench 'Decode|Encode' ./...
  concbench compare --budget 5m --format markdown >>"$GITHUB_STEP_SUMMARY"
  concbench compare results/2026-11-21T101500-quick results/latest`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if runs, err := stored(args, cmd.ArgsLenAtDash()); err != nil || runs {
				if err != nil {
					return err
				}
				return compareRuns(cmd, args[0], args[1], float64(c.threshold), c.strict, c.format)
			}
			c.options.Kind = compare.Gate
			return c.run(cmd, args)
		},
	}
	c.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&c.sides.Base, "base", "", "commit, branch or tag to compare with (default what a pull request is merged into, or where this branch began)")
	f.StringVar(&c.sides.Head, "head", "", "commit, branch or tag that is compared (default the working tree)")
	f.StringVar(&c.sides.BaseDir, "base-dir", "", "folder to compare with, where a worktree cannot hold what is needed (go.work, generated files)")
	f.IntVar(&c.options.Rounds, "rounds", rounds, "rounds of a benchmark, at most")
	f.BoolVar(&c.strict, "strict", false, "exit with 3 if something stays undecided")
	return cmd
}

// stored reports whether the arguments are two stored runs. One run beside
// something else is a mistake.
func stored(args []string, dash int) (bool, error) {
	if dash >= 0 {
		return false, nil
	}
	n := 0
	for _, a := range args {
		if results.IsRun(a) {
			n++
		}
	}
	if n == 0 || n == 2 && len(args) == 2 {
		return n > 0, nil
	}
	return false, fmt.Errorf("%s: a stored run is compared with one other stored run: name two folders of runs, or packages alone", strings.Join(args, " "))
}
