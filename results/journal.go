package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A Journal is a run's cells.jsonl while it is written: a line per
// measurement. A measurement counts from the moment its line is there, so its
// lines of bench.txt are to be synced before.
type Journal struct{ f *os.File }

// OpenJournal opens the journal of the run in dir for appending, and makes it
// if there is none. What a killed run left of a last line is cut off.
func OpenJournal(dir string) (*Journal, error) {
	f, err := os.OpenFile(filepath.Join(dir, JournalFile), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := cutTorn(f); err != nil {
		f.Close()
		return nil, err
	}
	return &Journal{f}, nil
}

// cutTorn cuts f behind its last whole line and goes there.
func cutTorn(f *os.File) error {
	data, err := os.ReadFile(f.Name())
	if err != nil {
		return err
	}
	end := int64(bytes.LastIndexByte(data, '\n') + 1)
	if err := f.Truncate(end); err != nil {
		return err
	}
	_, err = f.Seek(end, io.SeekStart)
	return err
}

// Append writes m and returns when it is on the disk.
func (j *Journal) Append(m Measurement) error {
	line, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if _, err := j.f.Write(append(line, '\n')); err != nil {
		return err
	}
	return j.f.Sync()
}

// Close closes the journal.
func (j *Journal) Close() error { return j.f.Close() }

// ReadJournal reads the measurements of the run in dir, none if it has no
// journal yet. The warning, if not nil, tells of a last line that was torn when
// the run was killed, and is left out.
func ReadJournal(dir string) ([]Measurement, *Warning, error) {
	path := filepath.Join(dir, JournalFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	var ms []Measurement
	for number := 1; len(data) > 0; number++ {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		if data = rest; !whole {
			return ms, &Warning{
				Kind: "torn",
				Text: fmt.Sprintf("the last line of %s is not whole: the run was killed while it wrote; that measurement is left out", JournalFile),
				Do:   "measure again, if its round matters",
			}, nil
		}
		var m Measurement
		if err := json.Unmarshal(line, &m); err != nil {
			return nil, nil, fmt.Errorf("%s:%d: %w: restore the file from a copy, or measure again", path, number, err)
		}
		ms = append(ms, m)
	}
	return ms, nil, nil
}
