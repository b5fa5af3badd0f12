package runs

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// A Memory is what a round of a block took in earlier runs: the time for each of
// its arms.
type Memory map[remembered]time.Duration

// A remembered is a block. Jobs of two packages may have the same name.
type remembered struct{ pkg, block string }

// recalls is how many runs of a folder are read at most, the newest.
const recalls = 20

// Recall reads the newest runs in folders of runs. The newest that has a block
// counts, a run of an earlier folder first. What cannot be read is passed over: a
// run needs no memory.
func Recall(dirs ...string) Memory {
	m := Memory{}
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		read := 0
		for _, e := range slices.Backward(entries) { // their names begin with the time
			if read < recalls && e.IsDir() && m.add(filepath.Join(dir, e.Name())) { // the link to the latest is none
				read++
			}
		}
	}
	return m
}

// add takes in the run in dir, and reports whether it measured anything.
func (m Memory) add(dir string) bool {
	run, err := results.LoadRun(dir)
	if err != nil {
		return false
	}
	rounds, _, err := record.ReadRounds(dir)
	if err != nil || len(rounds) == 0 {
		return false
	}
	pkg := map[string]string{} // by block
	for _, c := range run.Cells {
		pkg[c.Block(false)], pkg[c.Package] = c.Package, c.Package
	}
	type attempt struct {
		block       string
		round, from int
	}
	took := map[attempt]time.Duration{}
	each := map[remembered][]time.Duration{}
	for _, r := range rounds {
		of := attempt{r.Block, r.Round, r.Attempt}
		took[of] += r.Took
		if r.End && !r.Cut() {
			key := remembered{pkg[r.Block], r.Block}
			each[key] = append(each[key], took[of]/time.Duration(len(r.Arms)))
		}
	}
	for key, times := range each {
		if _, newer := m[key]; !newer {
			slices.Sort(times)
			m[key] = times[len(times)/2]
		}
	}
	return true
}
