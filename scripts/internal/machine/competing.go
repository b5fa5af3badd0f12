package machine

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/concbench/concbench/results"
)

const (
	competeSpan = 300 * time.Millisecond // between two looks at all processes
	// A process that uses less of one CPU is not named. Linux counts a process's
	// CPU time in 10 ms: 0.1 is three of them.
	competeShare = 0.1
)

// A process is what one process has used of the CPUs since it began.
type process struct {
	name    string // of the command; never its arguments
	parent  int
	started uint64  // tells it from a later one with its number
	used    float64 // CPU seconds
	waited  float64 // CPU seconds of its children that have ended
}

// A snapshot is all processes that can be seen, by number.
type snapshot map[int]process

// competing looks which other processes are busy just now.
func competing(results.Env) *results.Warning {
	before, start := look(), time.Now()
	if len(before) == 0 {
		return nil // not known on this system
	}
	time.Sleep(competeSpan)
	after := look()
	busy := named(after.others(before, os.Getpid()), time.Since(start))
	if busy == "" {
		return nil
	}
	return &results.Warning{Kind: "competing",
		Text: "other processes are using the CPUs: " + busy,
		Do:   "stop them or wait until they have ended, then start again"}
}

// others returns what processes have used since then, in CPU seconds by command,
// without a process and those it started.
func (now snapshot) others(then snapshot, root int) map[string]float64 {
	used := map[string]float64{}
	for pid, p := range now {
		if now.within(pid, root) {
			continue
		}
		since := p.used
		if old, ok := then[pid]; ok && old.started == p.started {
			since -= old.used
		}
		if since > 0 {
			used[p.name] += since
		}
	}
	return used
}

// within reports whether a process is root or was started by it. A process whose
// parent has ended is nobody's.
func (s snapshot) within(pid, root int) bool {
	for range len(s) {
		if pid == root {
			return true
		}
		p, ok := s[pid]
		if !ok {
			return false
		}
		pid = p.parent
	}
	return false
}

// named lists the three commands at most that used most, with their shares of
// one CPU.
func named(used map[string]float64, span time.Duration) string {
	names := slices.SortedFunc(maps.Keys(used), func(a, b string) int {
		return cmp.Or(cmp.Compare(used[b], used[a]), cmp.Compare(a, b))
	})
	var parts []string
	for _, name := range names[:min(3, len(names))] {
		if share := used[name] / span.Seconds(); share >= competeShare {
			parts = append(parts, fmt.Sprintf("%s (%.0f %% of a CPU)", printable(name), 100*share))
		}
	}
	return strings.Join(parts, ", ")
}

// printable keeps a command's name from doing anything to a terminal or a table:
// every process chooses its own.
func printable(name string) string {
	name = strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII || !unicode.IsPrint(r) || strings.ContainsRune("`|<>&*\\", r) {
			return '?'
		}
		return r
	}, name)
	return cmp.Or(name, "?")
}
