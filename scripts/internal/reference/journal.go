package reference

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// JournalFolder is where, beside calibration.json, rounds are kept as they are
// measured: the engine's journal and logs, and what they are of.
const JournalFolder = "calibration"

// Begin makes an empty journal for the rows in dir.
func Begin(dir string, c results.Calibration, rows []Row) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	if err := os.Remove(filepath.Join(dir, record.RoundsFile)); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.RemoveAll(filepath.Join(dir, "logs")); err != nil {
		return err
	}
	c.Status, c.Rows = results.Running, nil
	for _, r := range rows {
		c.Rows = append(c.Rows, r.blank())
	}
	return results.SaveCalibration(dir, &c)
}

// Begun returns what Begin was given for the journal in dir: the calibration
// without what was measured, and those of its rows that there still are.
func Begun(dir string, cpus []int) (*results.Calibration, []Row, error) {
	c, err := results.ReadCalibration(dir)
	if err != nil {
		return nil, nil, err
	}
	if c == nil {
		return nil, nil, fmt.Errorf("there is nothing to be resumed in %s: leave --resume out", dir)
	}
	rows := slices.DeleteFunc(every(cpus), func(r Row) bool { return c.Row(r.Name, r.Place.Text) < 0 })
	return c, rows, nil
}

// Goes returns why what was begun cannot go on with now, nil if it can.
func Goes(begun, now *results.Calibration) error {
	what, then, today := begun.Differs(now.Go, now.Machine)
	switch {
	case what != "":
	case begun.Compiler != now.Compiler:
		what, then, today = "C compiler", begun.Compiler, now.Compiler
	case begun.Commit != now.Commit:
		what, then, today = "commit", begun.Commit, now.Commit
	default:
		return nil
	}
	return fmt.Errorf("what was begun cannot be resumed: %s; leave --resume out to begin again", differ("its", what, then, today))
}
