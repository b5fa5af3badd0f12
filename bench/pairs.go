package bench

import (
	"strings"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// A Pair is a workload and a model: how many of the workload's jobs in the full
// profile the model can run.
type Pair struct {
	Workload, Model string
	Jobs, Runnable  int
	Why             string // it cannot run the first of the others
}

// Pairs returns every pair there is, on a machine with so many cores and no
// other limits: by what workloads need and models offer alone.
func Pairs(cores int) ([]Pair, error) {
	var pairs []Pair
	for _, w := range workloads.All() {
		jobs := Full.Jobs(w, Shared)
		for _, name := range Full.Models() {
			p := Pair{Workload: w.About().Name, Model: name, Jobs: len(jobs)}
			m, config, err := runners.Lookup(name, cores)
			if err != nil {
				return nil, err
			}
			for _, j := range jobs {
				needs, err := j.needs()
				if err != nil {
					return nil, err
				}
				err = Runnable(needs, m.Offers(config, bodies(needs, j.Tasks)), Limits{}, j.Tasks)
				switch {
				case err == nil:
					p.Runnable++
				case p.Why == "":
					p.Why = err.Error()
				}
			}
			pairs = append(pairs, p)
		}
	}
	return pairs, nil
}

// Units returns the units that are measured of every workload, where the
// platform gives them.
func Units() []string {
	return append(strings.Fields(lowerIsBetter), "ns/op", "tasks/s")
}
