package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
	"github.com/concbench/concbench/results/report"
	"github.com/concbench/concbench/scripts/internal/machine"
	"github.com/concbench/concbench/scripts/internal/measure"
	"github.com/concbench/concbench/scripts/internal/runs"
	"github.com/concbench/concbench/scripts/internal/tempdir"
)

// A session measures: a run, what is left of one, or the plan of one again.
type session struct {
	cmd      *cobra.Command
	options  runs.Options
	packages []string
	out      string
	wait     bool // while another process measures

	rest *results.Run // the run in out that is to be finished
	like *results.Run // the run whose plan is measured again
}

// nothing is how a session ends that was interrupted early.
var nothing = coded{errors.New("interrupted; nothing was measured"), exitInterrupted}

// resume finishes the run in dir, with the budget and the time limit of o if
// they were given.
func (s session) resume(dir string, o runs.Options) error {
	if real, err := filepath.EvalSymlinks(dir); err == nil { // results/latest is to lead to it again
		dir = real
	}
	release, err := measure.Hold(dir)
	if err != nil {
		return err
	}
	defer release()
	if s.rest, err = runs.Resumable(dir, machine.Describe()); err != nil {
		return err
	}
	done, err := runs.Finished(dir, s.rest)
	if err != nil {
		return err
	}
	s.out = dir
	if status := s.rest.Status; done && (status == results.Complete || status == results.FailedCells) {
		fmt.Fprintf(s.cmd.OutOrStdout(), "%s is complete: there is nothing left to be measured\n", dir)
		return s.report(s.rest.Status)
	}
	s.options, s.packages = runs.Recorded(s.rest)
	s.options.Budget = o.Budget
	if s.cmd.Flags().Changed("timeout") {
		s.options.Timeout = o.Timeout
	}
	_, err = s.run()
	return err
}

// run measures and reports. The error has the exit code.
func (s session) run() (results.Status, error) {
	ctx := s.cmd.Context()
	c, err := s.prepare(ctx)
	if ctx.Err() != nil {
		return "", nothing
	}
	if err != nil {
		return "", err
	}
	if s.rest == nil {
		if err := measure.Reserve(s.out); err != nil {
			return "", err
		}
		defer s.unused()
		release, err := measure.Hold(s.out)
		if err != nil {
			return "", err
		}
		defer release()
	}
	free, err := exclusive(s.cmd, s.wait)
	if err != nil {
		return "", err
	}
	defer free()
	s.options.Begin = time.Now() // to wait for another process takes nothing of the budget
	if c.plan != nil {
		c.plan.Begin = s.options.Begin
	}
	return s.measure(ctx, c)
}

// measure compiles what is to be measured, measures it and reports.
func (s session) measure(ctx context.Context, c chosen) (results.Status, error) {
	w := s.cmd.OutOrStdout()
	before := machine.Describe()
	fmt.Fprintln(w, "compiling")
	dir, remove, err := tempdir.Make(ctx)
	if err != nil {
		return "", err
	}
	defer remove()
	for i, suite := range c.suites {
		err = errors.Join(err, suite.Build(ctx, filepath.Join(dir, fmt.Sprintf("bench%d.test", i)), s.cmd.ErrOrStderr()))
	}
	plan := c.plan
	if err == nil && plan == nil {
		plan, err = s.ask(ctx, c, dir)
	}
	if ctx.Err() != nil {
		return "", nothing
	}
	if err != nil {
		return "", err
	}
	show := measure.Lines(w)
	if terminal(w) {
		show = measure.Bar(w, s.options.Budget)
	}
	var run results.Run
	at := runs.Session{Dir: s.out, Tmp: dir, Show: show, Recall: runs.Recall("results", filepath.Join("results", "published")), Machine: before, After: machine.Watch().After}
	if s.rest != nil {
		run, err = plan.Resume(ctx, at)
	} else {
		fmt.Fprint(w, plan.Summary(at.Recall))
		run, err = plan.Run(ctx, at)
	}
	var stopped runs.Stopped
	switch {
	case errors.As(err, &stopped):
		return "", coded{fmt.Errorf("%w; mend that (free some space, if the disk is full) and go on with: %s", err, s.goOn()), exitFailedCells}
	case err != nil && s.rest != nil:
		return "", err
	case err != nil:
		return "", coded{err, exitFailedCells}
	}
	return run.Status, s.report(run.Status)
}

// unused removes the folder of a run that did not come to measuring, unless it
// holds logs that say why.
func (s session) unused() {
	if _, err := os.Stat(filepath.Join(s.out, results.RunFile)); err == nil {
		return
	}
	if s.cmd.Context().Err() != nil {
		os.RemoveAll(filepath.Join(s.out, "logs"))
	}
	os.Remove(s.out)
}

// report reports the session's run, which ended so.
func (s session) report(status results.Status) error {
	w := s.cmd.OutOrStdout()
	err := finish(w, s.out, terminal(w) && os.Getenv("NO_COLOR") == "")
	switch {
	case status == results.Interrupted && err != nil:
		return coded{fmt.Errorf("interrupted; what was measured is kept, and is not reported (%w); go on with: %s", err, s.goOn()), exitInterrupted}
	case status == results.Interrupted:
		return coded{fmt.Errorf("interrupted; what was measured is kept; go on with: %s", s.goOn()), exitInterrupted}
	case err != nil:
		return coded{fmt.Errorf("what was measured is kept, and is not reported: %w; report it again with: concbench report %s", err, s.out), exitFailedCells}
	case status == results.OutOfTime && s.empty():
		return coded{fmt.Errorf("nothing was measured: the budget was over before; go on with: %s", s.goOn()), exitFailedCells}
	case status == results.OutOfTime:
		fmt.Fprintf(w, "the budget is over; go on with: %s\n", s.goOn())
	case status == results.FailedCells:
		return coded{errors.New("some cells failed, or could not be measured: see the report"), exitFailedCells}
	}
	return nil
}

// empty says whether nothing was measured.
func (s session) empty() bool {
	all, _, err := record.ReadRounds(s.out)
	return err == nil && len(all) == 0
}

// goOn is the command that finishes the session's run.
func (s session) goOn() string { return "concbench run --resume " + s.out }

// finish reports a run: tables on w, report.md and report.html in its folder.
func finish(w io.Writer, dir string, colour bool) error {
	if err := results.WriteBench(dir); err != nil {
		return err
	}
	if err := results.AdoptCalibration(dir); err != nil {
		fmt.Fprintf(w, "the calibration is not in the report: %v\n", err)
	}
	data, err := results.Open(dir)
	if err != nil {
		return err
	}
	if err := report.Write(dir); err != nil {
		return err
	}
	if err := results.WriteTable(w, data, colour); err != nil {
		return err
	}
	page := filepath.Join(dir, "report.html")
	if latest := filepath.Join(filepath.Dir(dir), "latest"); sameFolder(latest, dir) {
		page = filepath.Join(latest, "report.html")
	}
	fmt.Fprintf(w, "\n%s\n", page)
	return nil
}

func sameFolder(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}
