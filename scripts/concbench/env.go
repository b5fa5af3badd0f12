package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/concbench/concbench/scripts/internal/machine"
)

func envCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Describe this machine and every reason to distrust a measurement on it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e, w := machine.Describe(), cmd.OutOrStdout()
			if asJSON {
				enc := json.NewEncoder(w)
				enc.SetIndent("", "  ")
				return enc.Encode(e)
			}
			t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintf(t, "system\t%s, kernel %s, %s\n", e.OS, e.Kernel, e.Arch)
			fmt.Fprintf(t, "CPU\t%s\n", e.CPU)
			fmt.Fprintf(t, "CPUs\t%d, of which concbench may use %d\n", e.CPUs, e.Cores)
			fmt.Fprintf(t, "memory\t%d MiB, %d MiB of it available\n", e.Memory>>20, e.Before.Available>>20)
			fmt.Fprintf(t, "load\t%.2f\n", e.Before.Load1)
			if err := t.Flush(); err != nil {
				return err
			}
			if len(e.Warnings) == 0 {
				fmt.Fprintln(w, "\nNo reason to distrust a measurement here was found.")
				return nil
			}
			fmt.Fprintln(w, "\nReasons to distrust a measurement here:")
			for _, x := range e.Warnings {
				fmt.Fprintf(w, "\n  %s: %s.\n    → %s.\n", x.Kind, x.Text, x.Do)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}
