package paired

import (
	"fmt"
	"strings"

	"github.com/concbench/concbench/results/compare"
)

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// named is a side in words.
func named(s compare.Side) string {
	name := s.Ref
	if name == "" {
		name = "the working tree"
	}
	if len(s.Commit) >= 12 && s.Commit != s.Ref {
		name += " (" + s.Commit[:12] + ")"
	}
	return name
}

// Summary says what is to be compared, and how long it may take.
func Summary(p *compare.Plan) string {
	states := map[compare.State]int{}
	units := 0
	for _, b := range p.Benchmarks {
		states[b.State]++
	}
	var s strings.Builder
	if p.Same {
		fmt.Fprintf(&s, "%s against itself\n", named(p.Head))
	} else {
		fmt.Fprintf(&s, "%s against %s\n", named(p.Head), named(p.Base))
	}
	identical, broken := 0, 0
	for _, k := range p.Packages {
		switch {
		case k.Identical:
			identical++
		case k.Failed != "":
			broken++
		}
		if k.Whole {
			units++
		}
	}
	fmt.Fprintf(&s, "%s in %s", count(states[compare.Compared], "benchmark"), count(len(p.Packages), "package"))
	for _, x := range []struct {
		n    int
		what string
	}{{identical, "identical"}, {broken, "not comparable"}, {units, "measured as a whole"}} {
		if x.n > 0 {
			fmt.Fprintf(&s, ", %d %s", x.n, x.what)
		}
	}
	for _, state := range []compare.State{compare.Changed, compare.OnlyBase, compare.OnlyHead, compare.NotIsolatable, compare.Broken} {
		if n := states[state]; n > 0 {
			fmt.Fprintf(&s, "; %d %s", n, state)
		}
	}
	s.WriteByte('\n')
	if n := states[compare.Compared]; n > 0 {
		s.WriteString(effort(p))
	}
	return s.String()
}

// effort says how much is measured, and, where that is so, that it cannot decide.
func effort(p *compare.Plan) string {
	s := fmt.Sprintf("up to %s each, no more than it takes to decide", count(p.Rounds, "round"))
	if p.Budget > 0 {
		s += fmt.Sprintf("; in %v at most", p.Budget)
	}
	s += "\n"
	if why := p.CanDecide(p.Rounds); why != "" {
		s += why + "\n"
	}
	for _, k := range p.Packages {
		if k.Ungated != "" {
			s += fmt.Sprintf("a process for each sample: %s\n", k.Ungated)
			break
		}
	}
	return s
}
