package engine

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/concbench/concbench/results"
)

// A folder is the folder of a run while it is written. What was measured is
// synced a cell at a time: a kill loses at most the cell in flight.
type folder struct {
	dir     string
	bench   *os.File // bench.txt
	end     int64    // of bench.txt
	journal *results.Journal
	failed  int // measurements, to name their logs

	config map[string]string // the last line of each key
}

// Reserve makes the folder of a run, which must not exist yet, so that what is
// wrong with it is known before anything is measured.
func Reserve(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	if err := os.Mkdir(dir, 0o777); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("output folder %s exists already: name another with --out, or remove it", dir)
	} else if err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	return nil
}

// openFolder opens a reserved folder for what is measured, or that of a run of
// which ms were measured: what a kill left behind the last of them is cut off.
func openFolder(dir string, ms []results.Measurement) (*folder, error) {
	f, err := os.OpenFile(filepath.Join(dir, results.BenchFile), os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return nil, fmt.Errorf("output folder: %w", err)
	}
	var sound int64
	failed := 0
	for _, m := range ms {
		sound = max(sound, m.To)
		if m.Failed != "" {
			failed++
		}
	}
	if err := cut(f, sound); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	j, err := results.OpenJournal(dir)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	// No configuration is held to stand there: each session writes its own.
	return &folder{dir: dir, bench: f, end: sound, journal: j, failed: failed, config: map[string]string{}}, nil
}

// cut cuts bench.txt behind what is committed.
func cut(f *os.File, sound int64) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() < sound {
		return fmt.Errorf("%s has %d bytes, of the %d that %s tells of: restore the folder from a copy, or measure anew", f.Name(), info.Size(), sound, results.JournalFile)
	}
	if err := f.Truncate(sound); err != nil {
		return err
	}
	_, err = f.Seek(sound, io.SeekStart)
	return err
}

// record writes what one process gave: first its lines, then, when they are
// safe, the line of cells.jsonl that commits them. It notes in m where. What
// cannot be written whole is cut off again.
func (f *folder) record(m *results.Measurement, got measured) error {
	sound := f.end
	err := f.try(m, got)
	if err == nil {
		return nil
	}
	if cut(f.bench, sound) == nil {
		f.end = sound
	}
	if j, again := results.OpenJournal(f.dir); again == nil { // which cuts a torn line off
		j.Close()
	}
	return err
}

func (f *folder) try(m *results.Measurement, got measured) error {
	if fresh := f.fresh(got.config); len(fresh) > 0 {
		if err := f.write(strings.Join(fresh, "\n") + "\n\n"); err != nil {
			return err
		}
	}
	m.From = f.end
	if m.Failed == "" {
		if err := f.write(strings.Join(got.results, "\n") + "\n"); err != nil {
			return err
		}
		m.Slices = len(got.results)
	} else {
		f.failed++
		m.Log = fmt.Sprintf("logs/%03d.txt", f.failed)
		if err := f.log(*m, got.log); err != nil {
			return err
		}
	}
	m.To = f.end
	return f.journal.Append(*m)
}

// fresh returns the configuration that does not stand in bench.txt already: it
// holds for all results below it, until another line has the same key.
func (f *folder) fresh(config []string) []string {
	var lines []string
	for _, line := range config {
		key, _, pair := strings.Cut(line, ": ")
		if !pair {
			key = line // of a unit
		}
		if f.config[key] != line {
			f.config[key] = line
			lines = append(lines, line)
		}
	}
	return lines
}

func (f *folder) write(s string) error {
	if _, err := f.bench.WriteString(s); err != nil {
		return err
	}
	f.end += int64(len(s))
	return f.bench.Sync()
}

func (f *folder) log(m results.Measurement, text []byte) error {
	if err := os.MkdirAll(filepath.Join(f.dir, "logs"), 0o777); err != nil {
		return err
	}
	head := fmt.Sprintf("%s\nround %d: %s\n\n", m.Cell, m.Round, m.Failed)
	return os.WriteFile(filepath.Join(f.dir, m.Log), append([]byte(head), text...), 0o666)
}

func (f *folder) close() error { return errors.Join(f.bench.Close(), f.journal.Close()) }

// Latest is the name, beside the folders of runs, that leads to the newest.
const Latest = "latest"

// setLatest points results/latest at a run's folder in results. It replaces
// nothing but a link; where links cannot be made there is none.
func setLatest(dir string) {
	parent, err := filepath.Abs(filepath.Dir(dir))
	if err != nil || filepath.Base(parent) != "results" {
		return
	}
	link := filepath.Join(parent, Latest)
	if info, err := os.Lstat(link); err == nil && info.Mode()&fs.ModeSymlink == 0 {
		return
	}
	temporary := link + ".new"
	os.Remove(temporary)
	if os.Symlink(filepath.Base(dir), temporary) == nil {
		os.Rename(temporary, link)
	}
}
