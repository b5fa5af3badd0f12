package versus

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/compare"
)

// A Progress is told how a comparison goes.
type Progress interface {
	// Round is told of a round before its first of so many processes' pairs,
	// and how long they will take; 0: not known.
	Round(round int, p *compare.Plan, pairs int, takes time.Duration)
	// Pair is told of each benchmark measured.
	Pair(p compare.Pair)
	// Finish is told how the comparison ended, how long measured processes ran,
	// and how long it all took.
	Finish(s results.Status, measured, all time.Duration)
}

// Lines shows a line a round, or one in a while where rounds are short.
func Lines(w io.Writer) Progress { return &lines{w: w} }

type lines struct {
	w     io.Writer
	pairs int // of the last line
	at    time.Time
}

// seldom is how often short rounds are told.
const seldom = 10 * time.Second

func (l *lines) Round(round int, p *compare.Plan, pairs int, takes time.Duration) {
	if round > p.Screen+1 && pairs == l.pairs && time.Since(l.at) < seldom {
		return
	}
	l.pairs, l.at = pairs, time.Now()
	what := ""
	switch {
	case p.Kind == compare.AA:
		what = fmt.Sprintf("round %d of %d", round, p.Screen)
	case round <= p.Screen:
		what = fmt.Sprintf("screening, round %d of %d", round, p.Screen)
	default:
		what = fmt.Sprintf("confirming, round %d of at most %d", round-p.Screen, p.Confirm)
	}
	fmt.Fprintf(l.w, "%s: %s", what, count(pairs, "pair"))
	if takes > 0 {
		fmt.Fprintf(l.w, ", about %v", takes.Round(time.Second))
	}
	fmt.Fprintln(l.w)
}

func (l *lines) Pair(p compare.Pair) {
	switch {
	case p.Failed != "":
		fmt.Fprintf(l.w, "failed: %s %s: %s (%s)\n", p.Package, p.Benchmark, p.Failed, p.Log)
	case p.Disturbed:
		fmt.Fprintf(l.w, "disturbed, %s of the CPU was stolen: %s %s is measured again\n", results.Percent(p.Steal), p.Package, p.Benchmark)
	}
}

func (l *lines) Finish(s results.Status, measured, all time.Duration) {
	fmt.Fprintf(l.w, "%s after %v, %v of them in measured processes\n", s, all.Round(time.Second), measured.Round(time.Second))
}

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
	if states[compare.Compared] == 0 {
		return s.String()
	}
	each, err := time.ParseDuration(p.Benchtime)
	if err == nil {
		// A process starts in some 20 ms, and finds the length of a slice.
		pair := 2 * (20*time.Millisecond + time.Duration(float64(p.Slices)*1.5*float64(each)))
		fmt.Fprintf(&s, "%s", count(p.Screen, "round"))
		if p.Kind == compare.Gate {
			fmt.Fprintf(&s, " of screening, then at most %d to confirm", p.Confirm)
		}
		fmt.Fprintf(&s, "; a round takes %v or more", (pair * time.Duration(states[compare.Compared])).Round(time.Second))
		if p.Budget > 0 {
			fmt.Fprintf(&s, "; in %v at most", p.Budget)
		}
		s.WriteByte('\n')
	}
	return s.String()
}
