// Concbench measures concurrency models against each other.
//
//	concbench run        measure, and write a report
//	concbench compare    two commits, by the benchmarks of any Go packages
//	concbench aa         a build against itself: what this machine can tell apart
//	concbench reproduce  measure the plan of a run again, and compare the verdicts
//	concbench report     write the report of a run again
//	concbench export     write a run for other tools
//	concbench calibrate  measure how near the models come to their like in C
//	concbench list       the models, or the workloads
//	concbench env        this machine, and the reasons to distrust it
//	concbench origin     the servers of the I/O workloads, in the foreground
//
// It exits with 0 if all went well, 1 if a regression was found or what was to be
// reproduced was not, 2 if it was called wrongly or could not begin, 3 if some
// cells or benchmarks failed, 130 if it was interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/concbench/concbench/workloads"
	_ "github.com/concbench/concbench/workloads/all"
	"github.com/concbench/concbench/workloads/origin"
)

// exit codes; 0 is success
const (
	exitContradicts = 1
	exitRegressed   = 1
	exitUsage       = 2
	exitFailedCells = 3
	exitInterrupted = 130
)

// A coded is an error with an exit code of its own; any other error is
// exitUsage.
type coded struct {
	error
	code int
}

func main() {
	origin.Main()
	workloads.ServeWorker()
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program as it would any other
	if err := command().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "concbench:", err)
		var c coded
		if errors.As(err, &c) {
			os.Exit(c.code)
		}
		os.Exit(exitUsage)
	}
}

// endings are the signals that interrupt. That of a closed terminal is none
// under nohup, which has it ignored.
func endings() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		all = append(all, syscall.SIGHUP)
	}
	return all
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use:           "concbench",
		Short:         "Measure which concurrency model suits which work, and what it costs",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(runCommand(), reproduceCommand(), reportCommand(), exportCommand(), compareCommand(), aaCommand(), calibrateCommand(), listCommand(), envCommand(), originCommand())
	return root
}
