package machine

import (
	"fmt"
	"os"
	"time"

	"github.com/concbench/concbench/results"
)

const (
	// othersShare is how much of the CPUs others may use while a run measures.
	// The least that a comparison is asked to find is of this order.
	othersShare = 0.05
	// watchLeast is the shortest time that can be judged: /proc/stat counts CPU
	// time in 10 ms.
	watchLeast = time.Second
	swapLeast  = 1 << 20 // bytes read back that matter
)

// A Watcher knows how the machine was when a run began to measure.
type Watcher struct{ before reading }

// A reading is what is counted about a machine.
type reading struct {
	at       time.Time
	throttle map[string]uint64
	swapped  uint64  // bytes read back from swap
	busy     float64 // CPU seconds of all processes, on the CPUs that this one may use
	own      float64 // CPU seconds of this process and those it started
	cpus     int     // that this process may use; 0 where nothing is known
	all      snapshot
}

// Watch begins to watch the machine. It costs nothing until Stop.
func Watch() *Watcher { return &Watcher{count()} }

// Stop returns what came up since Watch that makes the measurements less worth:
// other processes' use of the CPUs, throttling, swapping. It may be called again,
// for the time since Watch until then.
func (w *Watcher) Stop() []results.Warning { return came(w.before, count(), os.Getpid()) }

// After is Stop, and how the machine is now.
func (w *Watcher) After() (results.Moment, []results.Warning) { return Now(), w.Stop() }

func count() reading {
	r := reading{at: time.Now(), throttle: throttles(cpuFolder), swapped: swapped(), all: look(), own: ended()}
	self := os.Getpid()
	for pid, p := range r.all {
		if pid != self && r.all.within(pid, self) {
			r.own += p.used + p.waited // of those that nobody has waited for yet
		}
	}
	r.busy, r.cpus = busy()
	return r
}

// came compares two readings of process self.
func came(before, after reading, self int) []results.Warning {
	var found []results.Warning
	span := after.at.Sub(before.at)
	if after.cpus > 0 && before.cpus == after.cpus && span >= watchLeast {
		others := (after.busy - before.busy) - (after.own - before.own)
		if share := others / (span.Seconds() * float64(after.cpus)); share > othersShare {
			text := fmt.Sprintf("other processes used %.0f %% of the CPUs while this was measured", 100*share)
			if who := named(after.all.others(before.all, self), span); who != "" {
				text += ": " + who
			}
			found = append(found, results.Warning{Kind: "competing", Text: text,
				Do: "stop them, and measure again; where you cannot, give it more rounds"})
		}
	}
	if before.throttle != nil {
		if w := heated(before.throttle, after.throttle); w != nil {
			found = append(found, *w)
		}
	}
	if back := after.swapped - before.swapped; after.swapped > before.swapped && back >= swapLeast {
		found = append(found, results.Warning{Kind: "swapped",
			Text: fmt.Sprintf("%d MiB were read back from swap while this was measured", back>>20),
			Do:   "free memory or measure fewer tasks at once, and measure again"})
	}
	return found
}
