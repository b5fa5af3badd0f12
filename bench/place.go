package bench

import (
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// A Place says where the model and the origin run.
//
// Note: the origin pinned with the model left free is not among them. It alone
// decides who wins: eventloop took 1.24 times the time of goroutines so, 0.97
// with nothing pinned, 1.05 on CPUs apart.
type Place string

const (
	Usual  Place = ""       // Apart from 4 CPUs up, for a workload that has an origin; else Shared
	Shared Place = "shared" // nothing pinned
	Apart  Place = "apart"  // the lower half of the CPUs to the model, the rest to the origin
)

// On returns the place of a workload for which p is asked: without an origin
// there is nothing to be apart from.
func (p Place) On(w workloads.Workload) Place {
	_, serves := w.(workloads.Server)
	switch {
	case !serves:
		return Shared
	case p != Usual:
		return p
	case len(CPUs()) >= 4 && Cores() >= 4:
		return Apart
	}
	return Shared
}

// ParsePlace reads "shared" or "apart".
func ParsePlace(s string) (Place, error) {
	if p := Place(s); p == Shared || p == Apart {
		return p, nil
	}
	return "", runners.Unknown("place", s, []string{"shared", "apart"})
}
