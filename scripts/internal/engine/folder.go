package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/scripts/internal/benchfile"
)

// A folder is the folder of a run while it is written. What was measured is
// synced a cell at a time: a kill loses at most the cell in flight.
type folder struct {
	dir     string
	bench   *benchfile.File
	journal *results.Journal
	failed  int // measurements, to name their logs
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
	var sound int64
	failed := 0
	for _, m := range ms {
		sound = max(sound, m.To)
		if m.Failed != "" {
			failed++
		}
	}
	b, err := benchfile.Open(filepath.Join(dir, results.BenchFile), sound)
	if err != nil {
		return nil, fmt.Errorf("output folder: %w", err)
	}
	j, err := results.OpenJournal(dir)
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return &folder{dir: dir, bench: b, journal: j, failed: failed}, nil
}

// record writes what one process gave of a cell: first its lines, then, when
// they are safe, the line of cells.jsonl that commits them. It notes in m where.
// What cannot be written whole is cut off again: no more is recorded after it.
func (f *folder) record(m *results.Measurement, got measured) error {
	sound := f.bench.End()
	err := f.try(m, got)
	if err == nil {
		return nil
	}
	if again, cut := benchfile.Open(filepath.Join(f.dir, results.BenchFile), sound); cut == nil {
		again.Close()
	}
	if j, cut := results.OpenJournal(f.dir); cut == nil {
		j.Close()
	}
	return err
}

func (f *folder) try(m *results.Measurement, got measured) (err error) {
	if err := f.bench.Config(got.config); err != nil {
		return err
	}
	var lines []string
	if m.Failed == "" {
		lines = got.results
		m.Slices = len(lines)
	} else {
		f.failed++
		m.Log = fmt.Sprintf("logs/%03d.txt", f.failed)
		if err := f.log(*m, got.log); err != nil {
			return err
		}
	}
	if m.From, m.To, err = f.bench.Results(lines); err != nil {
		return err
	}
	return f.journal.Append(*m)
}

func (f *folder) log(m results.Measurement, text []byte) error {
	head := fmt.Sprintf("%s\nround %d: %s\n\n", strings.TrimSpace(m.Package+" "+m.Cell), m.Round, m.Failed)
	return benchfile.WriteLog(f.dir, m.Log, append([]byte(head), text...))
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
