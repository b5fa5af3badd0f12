package bench

import "github.com/concbench/concbench/runners/affinity"

// CPUs returns the CPUs that this process may run on; nil where that is not
// known.
func CPUs() []int { return affinity.CPUs() }

// Pin binds every thread of this process to the CPUs; threads made later
// inherit it.
func Pin(cpus []int) error { return affinity.Pin(cpus) }
