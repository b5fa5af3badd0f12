package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/concbench/concbench/results"
)

// compareRuns compares two stored runs, unpaired.
func compareRuns(cmd *cobra.Command, base, head string, threshold float64, format string) error {
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
	if stored.Regressed() {
		return coded{errors.New("the second run is slower"), exitRegressed}
	}
	return nil
}
