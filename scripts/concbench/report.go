package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/concbench/concbench/results/compare"
)

func reportCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "report DIR",
		Short:   "Print the tables of a run and write its report.md and report.html again, or print a comparison",
		Example: "  concbench report results/latest",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			w := cmd.OutOrStdout()
			colour := terminal(w) && os.Getenv("NO_COLOR") == ""
			if _, err := os.Stat(filepath.Join(args[0], compare.PlanFile)); err != nil {
				return finish(w, args[0], colour)
			}
			r, err := compare.Open(args[0])
			if err != nil {
				return err
			}
			return compare.WriteTerminal(w, r, colour)
		},
	}
}
