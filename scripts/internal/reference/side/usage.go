package main

import (
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/runners/usage"
)

// used is the CPU time that this process, and the model's if it has any, have
// used so far.
func (r *rig) used() (time.Duration, error) {
	u, err := usage.Self()
	if err != nil {
		return 0, err
	}
	if p, ok := r.runner.(runners.Parent); ok {
		workers, err := p.Usage()
		if err != nil {
			return 0, err
		}
		u = u.Add(workers)
	}
	return u.User + u.System, nil
}
