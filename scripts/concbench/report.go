package main

import (
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func reportCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "report DIR",
		Short:   "Print the tables of a run and write its report.md and report.html again",
		Example: "  concbench report results/latest",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			colour := term.IsTerminal(int(os.Stdout.Fd())) && os.Getenv("NO_COLOR") == ""
			return finish(cmd.OutOrStdout(), args[0], colour)
		},
	}
}
