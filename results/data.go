package results

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Data is a run as it was read and judged.
type Data struct {
	Run  Run
	Env  Env
	Rows []Row // a job each, in the order of the plan

	// Points are the jobs that are only points of a sweep: not judged one by one.
	Points []Row

	// Benchmarks are the plain ones, in the order of the plan.
	Benchmarks []BenchmarkRow

	// Rounds is how many rounds have at least one measurement.
	Rounds int

	// Again is how many times the models of a job were measured again in a round,
	// since some of their CPU time was stolen.
	Again int

	// Warnings are the reasons to distrust the figures: the machine's first.
	Warnings []Warning

	// Calibration says how near the models come to their like in C; nil where
	// none was made of this machine and Go, and Uncalibrated says so.
	Calibration  *Calibration
	Uncalibrated string
}

// Open reads the run in dir and judges it. The error says what to do. What is
// wrong with a single measurement is a warning, and the measurement left out.
func Open(dir string) (*Data, error) {
	run, err := LoadRun(dir)
	if err != nil {
		return nil, err
	}
	env, err := LoadEnv(dir)
	if err != nil {
		return nil, err
	}
	ps, again, bad, err := readMeasured(dir, run)
	if err != nil {
		return nil, err
	}
	d := &Data{Run: *run, Env: *env, Warnings: env.Warnings, Again: again}
	rounds := map[int]bool{}
	for _, p := range ps {
		rounds[p.Round] = true
	}
	d.Rounds = len(rounds)
	d.Rows, d.Points = rows(run, ps)
	d.Benchmarks = benchmarkRows(run, ps)
	d.Warnings = append(d.Warnings, bad...)
	d.Warnings = append(d.Warnings, d.doubts(ps)...)
	if len(d.Run.Models) > 0 {
		d.calibrate(dir)
	}
	return d, nil
}

// readMeasured reads what counts of what the run in dir measured.
func readMeasured(dir string, run *Run) (ps []Process, again int, bad []Warning, err error) {
	if run.Version >= 2 {
		return readTurns(dir, run, false)
	}
	ms, torn, err := ReadJournal(dir)
	if err != nil {
		return nil, 0, nil, err
	}
	if ps, bad, err = readProcesses(dir, ms, run.Cells); err != nil {
		return nil, 0, nil, err
	}
	if torn != nil {
		bad = append([]Warning{*torn}, bad...)
	}
	ps, again = counted(ps)
	return ps, again, bad, nil
}

// ReadProcesses reads all that the run in dir measured, in measured order, every
// attempt and what failed too. The warnings tell what is left out.
func ReadProcesses(dir string) ([]Process, []Warning, error) {
	run, err := LoadRun(dir)
	if err != nil {
		return nil, nil, err
	}
	if run.Version >= 2 {
		ps, _, bad, err := readTurns(dir, run, true)
		return ps, bad, err
	}
	ms, torn, err := ReadJournal(dir)
	if err != nil {
		return nil, nil, err
	}
	ps, bad, err := readProcesses(dir, ms, run.Cells)
	if torn != nil {
		bad = append(bad, *torn)
	}
	return ps, bad, err
}

// readProcesses reads what the measurements say they measured. Bytes of
// bench.txt that no measurement claims were never committed, and are not read.
func readProcesses(dir string, ms []Measurement, cells []Cell) ([]Process, []Warning, error) {
	known := map[string]Cell{}
	for _, c := range cells {
		known[c.key()] = c
	}
	f, err := os.Open(filepath.Join(dir, BenchFile))
	if errors.Is(err, fs.ErrNotExist) && len(ms) == 0 {
		return nil, nil, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%s lacks %s, which holds the figures of its %d measurements: copy the whole folder: %w", dir, BenchFile, len(ms), err)
	}
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	var ps []Process
	var bad []Warning
	for _, m := range ms {
		of, planned := m.of(known)
		p, err := Process{Measurement: m}, error(nil)
		switch {
		case !planned:
			err = fmt.Errorf("the plan in %s has no such cell", RunFile)
		case m.Failed == "":
			p, err = readProcess(f, info.Size(), m)
		}
		if err != nil {
			bad = append(bad, Warning{
				Kind: "unreadable",
				Text: fmt.Sprintf("the measurement of %s in round %d is left out: %v", m.Cell, m.Round, err),
				Do:   "copy the run's folder again if it is a copy, or measure again",
			})
			continue
		}
		p.Of = of
		ps = append(ps, p)
	}
	return ps, bad, nil
}
