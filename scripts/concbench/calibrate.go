package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/scripts/internal/calibrate"
	"github.com/concbench/concbench/scripts/internal/machine"
)

func calibrateCommand() *cobra.Command {
	var o calibrate.Options
	var list, noWait bool
	var out string
	cmd := &cobra.Command{
		Use:   "calibrate",
		Short: "Measure how near the models come to their like in C, and keep it for the reports",
		Long: `Calibrate runs each model that stands for another runtime's way side by side
with a small program in C that does the same work: fresh processes, one right
after the other in an order drawn anew each round, bound to the same CPUs, once
to one and once to two. It prints the ratios, each with its interval and target,
and keeps them in results/calibration.json, which the reports of runs of the
same machine and Go version show. The C programs are compiled with cc, gcc or
clang; without a compiler, only what needs none is measured. Ctrl-C keeps all
rounds but the one in flight. Comparisons that are not asked for keep what was
measured of them before; where that is of another machine, Go, C compiler or
comparison, it moves to a file with the date in its name. A round in which over
5 % of the CPU was stolen is measured again, up to half as many as there are.`,
		Example: `  concbench calibrate
  concbench calibrate --only echo-eventloop,queue --rounds 40
  concbench calibrate --list`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if list {
				return listComparisons(cmd.OutOrStdout())
			}
			return runCalibration(cmd, o, out, !noWait)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.Only, "only", nil, "comparisons, as --list names them (default all)")
	f.StringSliceVar(&o.Places, "cpus", nil, "how many CPUs to bind to: one, two (default both)")
	f.IntVar(&o.Rounds, "rounds", 20, "rounds: each runs every side of a comparison once")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of the order and of what is sent")
	f.DurationVar(&o.Span, "span", 300*time.Millisecond, "least time that a process measures")
	f.DurationVar(&o.Budget, "budget", 0, "start no round that would end later than this (default none)")
	f.StringVar(&out, "out", results.CalibrationFolder, "folder of "+results.CalibrationFile)
	f.BoolVar(&list, "list", false, "list the comparisons")
	noWaitFlag(cmd, &noWait)
	return cmd
}

func listComparisons(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range calibrate.Comparisons {
		fmt.Fprintf(t, "%s\t%s\n", c.Name, c.What)
	}
	return t.Flush()
}

func runCalibration(cmd *cobra.Command, o calibrate.Options, out string, wait bool) error {
	rows, err := o.Rows(len(bench.CPUs()))
	if err != nil {
		return err
	}
	if err := calibrate.Supported(); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	free, err := exclusive(cmd, wait)
	if err != nil {
		return err
	}
	defer free()
	before, err := results.LoadCalibration(out)
	if err != nil {
		return err
	}
	ctx, w := cmd.Context(), cmd.OutOrStdout()
	record := &results.Calibration{Version: results.Version, Started: time.Now(), Seed: o.Seed, Rounds: o.Rounds, Span: o.Span,
		Machine: machine.Describe(), OriginProcs: calibrate.OriginProcs}
	if before != nil {
		record.Compiler = before.Compiler // unless one is needed now
	}
	dir, err := os.MkdirTemp("", "concbench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	programs, missing, err := compile(ctx, o, rows, dir, record, w)
	if ctx.Err() != nil {
		return coded{errors.New("interrupted; nothing was measured"), exitInterrupted}
	}
	if err != nil {
		return err
	}
	save := func() error { return results.SaveCalibration(out, record) }
	if before != nil {
		var left []string
		if record.Rows, left = calibrate.Inherit(before, record); len(left) > 0 {
			save = setAside(out, before, left, save, w)
		}
	}
	show, colour := calibrate.Lines(w), false
	if terminal(w) {
		show, colour = calibrate.Bar(w), os.Getenv("NO_COLOR") == ""
	}
	measured := calibrate.Measure(ctx, o, programs, missing, record, save, show)
	if errors.Is(measured, calibrate.ErrNothing) {
		return nothingMeasured(record, w)
	}
	if measured != nil {
		return coded{measured, exitFailedCells}
	}
	record.Machine.After = machine.Now()
	if err := save(); err != nil {
		return coded{err, exitFailedCells}
	}
	fmt.Fprintln(w)
	if err := results.WriteCalibration(w, record, colour); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s\n", filepath.Join(out, results.CalibrationFile))
	switch record.Status {
	case results.Interrupted:
		return coded{errors.New("interrupted; what was measured is kept"), exitInterrupted}
	case results.FailedCells:
		return coded{errors.New("some comparisons failed: see above"), exitFailedCells}
	}
	return nil
}

// setAside says on w which rows of the calibration before are left out of the
// new one, and makes save copy the file that has them first.
func setAside(out string, before *results.Calibration, left []string, save func() error, w io.Writer) func() error {
	name := results.OldCalibration(out, before.Started)
	fmt.Fprintf(w, "What was measured before cannot all be kept; as soon as there is something new, it moves to %s:\n", filepath.Join(out, name))
	for _, text := range left {
		fmt.Fprintf(w, "  %s\n", text)
	}
	kept := false
	return func() error {
		if !kept {
			if err := results.KeepCalibration(out, name); err != nil {
				return err
			}
			kept = true
		}
		return save()
	}
}

// nothingMeasured is how a calibration with nothing to save ends: what was there
// stays.
func nothingMeasured(record *results.Calibration, w io.Writer) error {
	switch record.Status {
	case results.Interrupted:
		return coded{errors.New("interrupted; there is nothing new to keep"), exitInterrupted}
	case results.FailedCells:
		return coded{errors.New("the comparisons failed: see above; there is nothing new to keep"), exitFailedCells}
	case results.OutOfTime:
		return coded{errors.New("the budget was over too soon; there is nothing new to keep"), exitFailedCells}
	}
	fmt.Fprintln(w, "Nothing that was asked for can be measured here.")
	return nil
}

// compile compiles the Go side and the references that the rows need and that
// can be had, and says on w what is missing.
func compile(ctx context.Context, o calibrate.Options, rows []calibrate.Row, dir string, record *results.Calibration, w io.Writer) (*calibrate.Programs, map[string]string, error) {
	fmt.Fprintln(w, "compiling what is measured")
	record.Go, record.Commit = calibrate.Toolchain(ctx)
	p := &calibrate.Programs{C: map[string]string{}, Dir: dir, Span: o.Span, Seed: o.Seed}
	missing := map[string]string{}
	var needed []string
	for _, r := range rows {
		needed = append(needed, r.References()...)
	}
	slices.Sort(needed)
	if needed = slices.Compact(needed); len(needed) > 0 {
		references(ctx, needed, p, missing, record, w)
	}
	var err error
	p.Side, err = calibrate.BuildSide(ctx, dir)
	return p, missing, err
}

// references compiles the references of these names.
func references(ctx context.Context, names []string, p *calibrate.Programs, missing map[string]string, record *results.Calibration, w io.Writer) {
	compiler := calibrate.FindCompiler(ctx)
	if compiler == nil {
		record.Compiler = ""
		var left []string
		for _, c := range calibrate.Comparisons {
			if len(c.References()) == 0 {
				left = append(left, c.Name)
			}
		}
		fmt.Fprintf(w, "No C compiler (cc, gcc or clang) is on the PATH: the ratios to C are missing. What needs none can be measured: %s.\n", strings.Join(left, ", "))
		for _, name := range names {
			missing[name] = "no C compiler (cc, gcc or clang) is on the PATH"
		}
		return
	}
	record.Compiler = compiler.Version
	for _, name := range names {
		path, err := compiler.Compile(ctx, p.Dir, name)
		if p.C[name] = path; err != nil {
			missing[name] = err.Error()
		}
	}
}
