package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/concbench/concbench/scripts/internal/lock"
)

// noWaitFlag defines --no-wait, for a command that measures.
func noWaitFlag(cmd *cobra.Command, noWait *bool) {
	cmd.Flags().BoolVar(noWait, "no-wait", false, "refuse, and do not wait, while another process measures on this machine")
}

// exclusive keeps other processes of concbench from measuring on this machine
// until free is called. While one does, it waits, or refuses. It is for before
// anything is compiled, which disturbs as well.
func exclusive(cmd *cobra.Command, wait bool) (free func(), err error) {
	l, err := lock.Acquire(cmd.Context(), wait, func(s string) { fmt.Fprintln(cmd.ErrOrStderr(), s) })
	if cmd.Context().Err() != nil {
		return nil, nothing
	}
	if err != nil {
		return nil, err
	}
	return func() { l.Release() }, nil
}

// terminal says whether w is one.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
