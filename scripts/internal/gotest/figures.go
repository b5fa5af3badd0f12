package gotest

import (
	"fmt"
	"strconv"
	"time"

	"github.com/concbench/concbench/runners/usage"
)

// Figures returns, by unit, what a process used while it worked for so long, its
// set-up included: cpus (CPU time by wall time), vol-ctxsw/s and invol-ctxsw/s
// (switches away from it), and peak-rss-B, the peak of its memory. What is not
// known is missing. They are of one benchmark where the process measures no other.
func Figures(u usage.Usage, peak uint64, worked time.Duration) map[string]float64 {
	all := map[string]float64{}
	rate := func(unit string, n float64) { // four digits are more than it is good for
		if worked > 0 {
			all[unit], _ = strconv.ParseFloat(fmt.Sprintf("%.4g", n/worked.Seconds()), 64)
		}
	}
	rate("cpus", (u.User + u.System).Seconds())
	if u.Switches {
		rate("vol-ctxsw/s", float64(u.Voluntary))
		rate("invol-ctxsw/s", float64(u.Involuntary))
	}
	if peak > 0 {
		all["peak-rss-B"] = float64(peak)
	}
	return all
}
