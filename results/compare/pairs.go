package compare

import (
	"path/filepath"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// Pairs is a comparison's pairs.jsonl while it is written. A pair counts from
// the moment its line is there, so its lines of base.txt and head.txt are to be
// synced before.
type Pairs struct{ lines *record.Lines }

// OpenPairs opens the journal of the comparison in dir for appending, and makes
// it if there is none. What a killed run left of a last line is cut off.
func OpenPairs(dir string) (*Pairs, error) {
	l, err := record.OpenLines(filepath.Join(dir, PairsFile))
	if err != nil {
		return nil, err
	}
	return &Pairs{l}, nil
}

// Append writes p and returns when it is on the disk.
func (j *Pairs) Append(p Pair) error { return j.lines.Append(p) }

// Close closes the journal.
func (j *Pairs) Close() error { return j.lines.Close() }

// ReadPairs reads the pairs of the comparison in dir, none if it has no journal
// yet. The warning, if not nil, tells of a torn last line, which is left out.
func ReadPairs(dir string) ([]Pair, *results.Warning, error) {
	return record.ReadLines[Pair](filepath.Join(dir, PairsFile))
}
