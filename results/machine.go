package results

import (
	"fmt"
	"slices"
	"strings"
)

// Differs says in what another machine is not this one, as far as it matters to
// what is measured; "" where they are the same.
func (e Env) Differs(other Env) string {
	var differs []string
	for _, x := range []struct {
		name string
		a, b any
	}{
		{"CPU", e.CPU, other.CPU},
		{"system", e.OS + " " + e.Arch, other.OS + " " + other.Arch},
		{"kernel", e.Kernel, other.Kernel},
		{"CPUs", e.CPUs, other.CPUs},
		{"CPUs for the run", e.Cores, other.Cores},
	} {
		if x.a != x.b {
			differs = append(differs, fmt.Sprintf("%s: %v, now %v", x.name, x.a, x.b))
		}
	}
	return clean(strings.Join(differs, "; "))
}

// Join adds to warnings those of a kind that is not among them.
func Join(warnings, more []Warning) []Warning {
	all := slices.Clone(warnings)
	for _, w := range more {
		if !slices.ContainsFunc(all, func(has Warning) bool { return has.Kind == w.Kind }) {
			all = append(all, w)
		}
	}
	return all
}
