package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/concbench/concbench/results"
)

// storedFlags are those that a comparison of stored runs has a use for.
var storedFlags = []string{"threshold", "format", "strict"}

// compareRuns compares two stored runs, unpaired.
func compareRuns(cmd *cobra.Command, base, head string, threshold float64, strict bool, format string) error {
	var refused []string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if !slices.Contains(storedFlags, f.Name) {
			refused = append(refused, "--"+f.Name)
		}
	})
	if len(refused) > 0 {
		return fmt.Errorf("two stored runs are compared as they are: leave out %s (--%s apply)", strings.Join(refused, ", "), strings.Join(storedFlags, ", --"))
	}
	var read [2]*results.Data
	for i, dir := range []string{base, head} {
		var err error
		if read[i], err = results.Open(dir); err != nil {
			return err
		}
	}
	stored := results.CompareRuns(read[0], read[1], threshold)
	w := cmd.OutOrStdout()
	var err error
	switch format {
	case "terminal":
		err = results.WriteStored(w, stored, terminal(w) && os.Getenv("NO_COLOR") == "")
	case "markdown":
		err = results.WriteStoredMarkdown(w, stored)
	case "json":
		err = results.WriteStoredJSON(w, stored)
	default:
		err = fmt.Errorf("--format %q: want terminal, markdown or json", format)
	}
	if err != nil {
		return err
	}
	switch code := stored.ExitCode(strict); {
	case code == 0:
		return nil
	case stored.Regressed():
		return coded{errors.New("the second run is slower, or worse by another metric"), code}
	case len(stored.Failed) > 0:
		return coded{errors.New("in the second run something failed: see above"), code}
	case len(stored.Comparisons)+len(stored.Ratios) == 0:
		return coded{errors.New("the two runs have nothing in common that can be compared"), code}
	default:
		return coded{errors.New("something is undecided, which --strict does not let pass"), code}
	}
}
