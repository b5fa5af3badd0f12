package fakerun

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// InTurns makes f a run whose processes took turns, as runs of today are. What
// failed once is not measured again in it. It returns f.
func (f *Fake) InTurns() *Fake {
	f.Run.Version, f.Run.CPUs, f.Run.Slices, f.Run.Benchtime = results.Version, 2, 0, 0
	f.Run.Cycles = 5
	f.Run.Config = []string{"goos: linux", "goarch: amd64", "cpu: Example CPU @ 2.60GHz", "Unit cpu-ns/op better=lower", "Unit tasks/s better=higher"}
	return f
}

// Journal returns the rounds of a run in turns.
func (f *Fake) Journal() (all []record.Round) {
	var blocks []string
	of := map[string][]results.Cell{}
	for _, c := range f.Run.Cells {
		if name := c.Block(false); c.NotRunnable == "" {
			if of[name] == nil {
				blocks = append(blocks, name)
			}
			of[name] = append(of[name], c)
		}
	}
	for round := 1; round <= f.Run.Rounds; round++ {
		for _, name := range blocks {
			r := record.Round{Block: name, Round: round, Planned: f.Run.Cycles, End: true, Took: time.Second, Used: 900 * time.Millisecond}
			left := of[name][:0:0]
			for _, c := range of[name] {
				a := f.arm(c, round)
				if r.Arms = append(r.Arms, a); a.Failed == "" {
					left = append(left, c)
				}
			}
			if of[name] = left; len(r.Arms) > 0 {
				all = append(all, r)
			}
		}
	}
	return all
}

// arm is what a cell's process measured in a round. Drift is shared by the arms
// of a cycle.
func (f *Fake) arm(c results.Cell, round int) record.Arm {
	a := record.Arm{Name: c.Model, StartUp: 10 * time.Millisecond}
	if a.Failed = f.Fails(c, round); a.Failed != "" {
		a.Log = fmt.Sprintf("logs/%d-%x.txt", round, number(c.Name))
		return a
	}
	r := rand.New(rand.NewPCG(number(c.Name), uint64(round)))
	drift := rand.New(rand.NewPCG(number(c.Job), uint64(round)))
	for cycle := range f.Run.Cycles {
		s := record.Sample{N: 12, Timed: time.Millisecond, Values: f.Values(c, round, cycle+1, r)}
		if by := math.Exp(0.05 * drift.NormFloat64()); !f.Still {
			s.Values["ns/op"] *= by
			if cpu, has := s.Values["cpu-ns/op"]; has {
				s.Values["cpu-ns/op"] = cpu * by
			}
		}
		a.Add(cycle, s)
	}
	return a
}

// turns writes the journal of a run in turns, and its bench.txt.
func (f *Fake) turns(dir string) error {
	var journal bytes.Buffer // written at once: record.Lines would sync each line
	lines := json.NewEncoder(&journal)
	for _, r := range f.Journal() {
		if err := lines.Encode(r); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, record.RoundsFile), journal.Bytes(), 0o644); err != nil {
		return err
	}
	return results.WriteBench(dir)
}
