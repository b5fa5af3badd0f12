package main

import (
	"bytes"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/export"
	"github.com/concbench/concbench/runners"
)

// exports are the formats by name.
var exports = map[string]func(io.Writer, string) ([]results.Warning, error){
	"csv":                     export.CSV,
	"github-action-benchmark": export.GitHubActionBenchmark,
	"bencher":                 export.Bencher,
}

var exportFormats = []string{"csv", "github-action-benchmark", "bencher"}

func exportCommand() *cobra.Command {
	var format, out string
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "Write a stored run for other tools",
		Long: `Export writes what the run in DIR measured for other tools:

  csv                      every slice of every measurement, a figure a line; of
                           a comparison's folder too
  github-action-benchmark  medians over the rounds, for that action's tool
                           customSmallerIsBetter
  bencher                  the same in the Bencher Metric Format, for its json
                           adapter

Trend tools get time, CPU time, bytes and allocations an operation. What is left
out, and why these figures may mislead, goes to stderr.`,
		Example: `  concbench export results/latest --format csv --out slices.csv
  concbench export results/latest --format github-action-benchmark`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			write := exports[format]
			if write == nil {
				return runners.Unknown("format", format, exportFormats)
			}
			var b bytes.Buffer
			warnings, err := write(&b, args[0])
			if err != nil {
				return err
			}
			for _, w := range warnings {
				fmt.Fprintln(cmd.ErrOrStderr(), "concbench:", results.Sentence(w.Text), results.Sentence(w.Do))
			}
			if out == "" {
				_, err = cmd.OutOrStdout().Write(b.Bytes())
				return err
			}
			return results.WriteFile(out, b.Bytes())
		},
	}
	f := cmd.Flags()
	f.StringVar(&format, "format", "csv", "csv, github-action-benchmark or bencher")
	f.StringVar(&out, "out", "", "file to write (default stdout)")
	return cmd
}
