package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// instead is the annotation of a flag that there is no more, with what replaced
// it.
const instead = "instead"

// gone keeps the names of flags that there are no more, so that who gives one,
// with its value, learns what to do.
func gone(cmd *cobra.Command, flags map[string]string) {
	for name, by := range flags {
		cmd.Flags().String(name, "", "")
		f := cmd.Flags().Lookup(name)
		f.Hidden = true
		f.Annotations = map[string][]string{instead: {by}}
	}
}

// notGone is the error about a flag that there is no more.
func notGone(cmd *cobra.Command) error {
	var given []string
	for _, f := range changed(cmd) {
		if by := f.Annotations[instead]; by != nil {
			given = append(given, fmt.Sprintf("--%s is gone: use %s", f.Name, by[0]))
		}
	}
	slices.Sort(given)
	if len(given) == 0 {
		return nil
	}
	return errors.New(given[0])
}

func changed(cmd *cobra.Command) (all []*pflag.Flag) {
	cmd.Flags().Visit(func(f *pflag.Flag) { all = append(all, f) })
	return all
}
