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

// settle waits until this process is quiet, but not for long, and returns the CPU
// time used so far. What a job leaves behind, such as a collection under way, is
// part of its cost, and would else disturb the other side.
func (r *rig) settle() (time.Duration, error) {
	const pause, quiet, longest = time.Millisecond, 50 * time.Microsecond, 100
	used, err := r.used()
	for range longest {
		time.Sleep(pause)
		before := used
		if used, err = r.used(); err != nil || used-before < quiet {
			break
		}
	}
	return used, err
}
