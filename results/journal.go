package results

import (
	"path/filepath"

	"github.com/concbench/concbench/results/record"
)

// A Journal is a run's cells.jsonl while it is written: a line per
// measurement. A measurement counts from the moment its line is there, so its
// lines of bench.txt are to be synced before.
type Journal struct{ lines *record.Lines }

// OpenJournal opens the journal of the run in dir for appending, and makes it
// if there is none. What a killed run left of a last line is cut off.
func OpenJournal(dir string) (*Journal, error) {
	l, err := record.OpenLines(filepath.Join(dir, JournalFile))
	if err != nil {
		return nil, err
	}
	return &Journal{l}, nil
}

// Append writes m and returns when it is on the disk.
func (j *Journal) Append(m Measurement) error { return j.lines.Append(m) }

// Close closes the journal.
func (j *Journal) Close() error { return j.lines.Close() }

// ReadJournal reads the measurements of the run in dir, none if it has no
// journal yet. The warning, if not nil, tells of a last line that was torn when
// the run was killed, and is left out.
func ReadJournal(dir string) ([]Measurement, *Warning, error) {
	return record.ReadLines[Measurement](filepath.Join(dir, JournalFile))
}
