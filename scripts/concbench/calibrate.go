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
	"github.com/concbench/concbench/scripts/internal/machine"
	"github.com/concbench/concbench/scripts/internal/measure"
	"github.com/concbench/concbench/scripts/internal/reference"
	"github.com/concbench/concbench/scripts/internal/tempdir"
)

func calibrateCommand() *cobra.Command {
	c := new(calibrating)
	var list, noWait bool
	cmd := &cobra.Command{
		Use:   "calibrate",
		Short: "Measure how near the models come to their like in C, and keep it for the reports",
		Long: `Calibrate holds each model that stands for another runtime's way against a small
program in C that does the same work. In each round each side is a fresh process;
they take turns, sample by sample, in an order drawn anew, bound to the same CPUs,
once to one and once to two. It prints the ratios, each with its interval and
target, and keeps them in results/calibration.json, which the reports of runs of
the same machine and Go version show. The C programs are compiled with cc, gcc or
clang; without a compiler, only what needs none is measured.

A comparison gets no more rounds once its targets are met or missed, or, where it
has none, its ratio is known to within 10 %; at most --rounds, and all of them
together at most --budget. Each sample times 20 ms or more, each round has some
eight of each side.

Ctrl-C keeps what was measured, and --resume goes on with it, as it does after a
kill. Comparisons that are not asked for keep what was measured of them before;
where that is of another machine, Go, C compiler or comparison, it moves to a
file with the date in its name.`,
		Example: `  concbench calibrate
  concbench calibrate --only echo-eventloop,queue --rounds 40 --budget 2m
  concbench calibrate --resume
  concbench calibrate --list`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := notGone(cmd); err != nil {
				return err
			}
			if list {
				return listComparisons(cmd.OutOrStdout())
			}
			return c.run(cmd, !noWait)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&c.Only, "only", nil, "comparisons, as --list names them (default all)")
	f.StringSliceVar(&c.Places, "cpus", nil, "how many CPUs to bind to: one, two (default both)")
	f.IntVar(&c.Rounds, "rounds", 20, "rounds of a comparison, at most")
	f.Uint64Var(&c.Seed, "seed", 1, "seed of the order and of what is sent")
	f.DurationVar(&c.Budget, "budget", 10*time.Minute, "time for all, compiling included; 0: no limit")
	f.StringVar(&c.out, "out", results.CalibrationFolder, "folder for "+results.CalibrationFile)
	f.BoolVar(&c.resume, "resume", false, "go on with what was interrupted or killed")
	f.BoolVar(&list, "list", false, "list the comparisons")
	noWaitFlag(cmd, &noWait)
	for _, name := range []string{"only", "cpus", "seed"} {
		cmd.MarkFlagsMutuallyExclusive("resume", name)
	}
	gone(cmd, map[string]string{"span": "--rounds and --budget: a sample times 20 ms or more, and each round has several"})
	return cmd
}

func listComparisons(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range reference.Comparisons {
		fmt.Fprintf(t, "%s\t%s\n", c.Name, c.What)
	}
	return t.Flush()
}

// calibrating is a calibration as it was asked for.
type calibrating struct {
	reference.Options
	out    string
	resume bool
}

func (c *calibrating) run(cmd *cobra.Command, wait bool) error {
	cpus := bench.CPUs()
	rows, err := c.Rows(cpus)
	if err != nil {
		return err
	}
	if err := reference.Supported(); err != nil {
		return err
	}
	if err := os.MkdirAll(c.out, 0o777); err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	free, err := exclusive(cmd, wait)
	if err != nil {
		return err
	}
	defer free()
	begin := time.Now() // waiting for another does not count
	before, err := results.LoadCalibration(c.out)
	if err != nil {
		return err
	}
	record := &results.Calibration{Version: results.Version, Started: begin, Machine: machine.Describe(), OriginProcs: reference.OriginProcs}
	journal := filepath.Join(c.out, reference.JournalFolder)
	var begun *results.Calibration
	if c.resume {
		if begun, rows, err = reference.Begun(journal, cpus); err != nil {
			return err
		}
		if c.Seed, record.Started = begun.Seed, begun.Started; !cmd.Flags().Changed("rounds") {
			c.Rounds = begun.Rounds
		}
	}
	if record.Seed, record.Rounds = c.Seed, c.Rounds; before != nil {
		record.Compiler = before.Compiler // unless one is needed now
	}
	ctx, w := cmd.Context(), cmd.OutOrStdout()
	dir, remove, err := tempdir.Make(ctx)
	if err != nil {
		return err
	}
	defer remove()
	programs, missing, err := compile(ctx, rows, dir, record, w)
	if ctx.Err() != nil {
		return nothing
	}
	if err != nil {
		return err
	}
	defer programs.Close()
	if c.resume {
		err = reference.Goes(begun, record)
	} else {
		err = reference.Begin(journal, *record, rows)
	}
	if err != nil {
		return err
	}
	save := func() error { return results.SaveCalibration(c.out, record) }
	if before != nil {
		var left []string
		if record.Rows, left = reference.Inherit(before, record); len(left) > 0 {
			save = setAside(c.out, before, left, save, w)
		}
	}
	fmt.Fprint(w, c.plan(rows))
	engine, colour := &measure.Engine{Dir: journal, Tmp: dir, Show: measure.Lines(w)}, false
	if terminal(w) {
		engine.Show, colour = measure.Bar(w, c.Budget), os.Getenv("NO_COLOR") == ""
	}
	switch err := reference.Measure(ctx, c.Options, rows, programs, missing, begin, record, engine); {
	case errors.Is(err, reference.ErrNothing):
		return nothingMeasured(record, w)
	case err != nil:
		return coded{err, exitFailedCells}
	}
	record.Machine.After = machine.Now()
	if err := save(); err != nil {
		return coded{err, exitFailedCells}
	}
	fmt.Fprintln(w)
	if err := results.WriteCalibration(w, record, colour); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s\n", filepath.Join(c.out, results.CalibrationFile))
	switch record.Status {
	case results.Interrupted:
		return coded{errors.New("interrupted; what was measured is kept, and --resume goes on"), exitInterrupted}
	case results.FailedCells:
		return coded{errors.New("some comparisons failed: see above"), exitFailedCells}
	}
	return nil
}

// plan says what is going to be measured, and whether it can decide anything.
func (c *calibrating) plan(rows []reference.Row) string {
	text := fmt.Sprintf("comparisons: %d, rounds of each: at most %d", len(rows), c.Rounds)
	if c.Budget > 0 {
		text += fmt.Sprintf(", time for all: at most %v", c.Budget)
	}
	if least := results.FidelityRounds(); c.Rounds < least {
		text += fmt.Sprintf("\nso few rounds decide no target: it takes %d at least (--rounds)", least)
	}
	return text + "\n"
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
func compile(ctx context.Context, rows []reference.Row, dir string, record *results.Calibration, w io.Writer) (*reference.Programs, map[string]string, error) {
	fmt.Fprintln(w, "compiling what is measured")
	record.Go, record.Commit = reference.Toolchain(ctx)
	p := &reference.Programs{C: map[string]string{}, Dir: dir, Seed: record.Seed}
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
	p.Side, err = reference.BuildSide(ctx, dir)
	return p, missing, err
}

// references compiles the references of these names.
func references(ctx context.Context, names []string, p *reference.Programs, missing map[string]string, record *results.Calibration, w io.Writer) {
	compiler := reference.FindCompiler(ctx)
	if compiler == nil {
		record.Compiler = ""
		var left []string
		for _, c := range reference.Comparisons {
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
