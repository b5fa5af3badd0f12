package machine

import (
	"fmt"
	"slices"
	"time"

	"github.com/concbench/concbench/results"
)

const (
	jitterSpan = 150 * time.Millisecond // the loop's duration
	jitterWork = 200_000                // steps of one iteration: 0.2 ms at 1 ns each
	jitterSlow = 1.5                    // times the median: an iteration that something got into
)

// Beyond these the loop was disturbed. In 12 loops on the quiet two-core machine
// that CI uses at most 0.7 % of the iterations were slow, and at most 4.3 % of
// the time was lost; at a load of 5.6 it was 6.7 % and 63 %.
const (
	jitterShare = 0.01
	jitterLost  = 0.05
)

// jitter times a loop of fixed arithmetic, which takes the same time over and
// over where nothing disturbs it.
func jitter(results.Env) *results.Warning { return disturbed(iterations()) }

// sink keeps the compiler from leaving the arithmetic out.
var sink uint64

func iterations() []time.Duration {
	var ts []time.Duration
	for start := time.Now(); time.Since(start) < jitterSpan || len(ts) < 20; {
		from, x := time.Now(), sink
		for range jitterWork {
			x = x*6364136223846793005 + 1442695040888963407 // each step needs the one before
		}
		sink = x
		ts = append(ts, time.Since(from))
	}
	return ts
}

// disturbed judges iterations of one duration.
func disturbed(ts []time.Duration) *results.Warning {
	slices.Sort(ts)
	median, p99 := ts[len(ts)/2], ts[len(ts)*99/100]
	if median <= 0 {
		return nil // the clock is too coarse to tell
	}
	var slow int
	var all, lost time.Duration
	for _, t := range ts {
		all += t
		lost += max(0, t-median)
		if float64(t) > jitterSlow*float64(median) {
			slow++
		}
	}
	share, gone := float64(slow)/float64(len(ts)), float64(lost)/float64(all)
	if share <= jitterShare && gone <= jitterLost {
		return nil
	}
	return &results.Warning{Kind: "jitter",
		Text: fmt.Sprintf("a loop of fixed work lost %.0f %% of its time to interruptions: %.1f %% of its iterations took over %.1f times the median, the slowest in a hundred %.1f times",
			100*gone, 100*share, jitterSlow, float64(p99)/float64(median)),
		Do: "stop what else runs, or take a machine that is not shared; else only more rounds tell small differences apart"}
}
