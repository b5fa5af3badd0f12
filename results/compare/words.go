package compare

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/stats"
)

// timeUnit is of what can be slow; all else can only be worse.
const timeUnit = "ns/op"

// count writes "1 benchmark", "2 benchmarks".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Change writes a ratio as the change it is: "+4.1 %", and as a ratio where it
// is great.
func Change(ratio float64) string {
	switch {
	case math.IsInf(ratio, 1):
		return "+∞ %"
	case math.IsNaN(ratio):
		return "?"
	case ratio >= 10:
		return results.Ratio(ratio)
	}
	return change(ratio) + " %"
}

// change writes a ratio's percent with its sign, so that it reads as 0 only if
// it is: on which side of 0 it lies is the verdict.
func change(ratio float64) string {
	percent := 100 * (ratio - 1)
	if math.IsInf(ratio, 1) {
		return "+∞"
	}
	text := strconv.FormatFloat(percent, 'f', 1, 64)
	for decimals := 2; strings.Trim(text, "-0.") == "" && ratio != 1 && decimals < 5; decimals++ {
		text = strconv.FormatFloat(percent, 'f', decimals, 64)
	}
	if strings.Trim(text, "-0.") == "" {
		return "0.0"
	}
	if percent > 0 {
		text = "+" + text
	}
	return text
}

// Bounds writes an interval's bounds as changes: "[+2.9, +5.2]".
func Bounds(i stats.Interval) string {
	return "[" + change(i.Lo) + ", " + change(i.Hi) + "]"
}

// told says whether enough was measured for an interval of ratios to say
// anything. Its bounds may be infinite all the same: a figure may come from 0.
func told(i stats.Interval) bool { return i.Lo > 0 || !math.IsInf(i.Hi, 1) }

// share writes a share as plain percent: "5 %", "0.25 %".
func share(x float64) string {
	if math.IsInf(x, 1) || math.IsNaN(x) {
		return "any"
	}
	digits := 2
	if x >= 0.1 {
		digits = 3
	}
	return strconv.FormatFloat(math.Round(x*1e6)/1e4, 'g', digits+1, 64) + " %"
}

// word is the verdict's word for a metric: allocations are not slow.
func (c Comparison) word(v Verdict) string {
	switch {
	case v == Undecided:
		return "open"
	case c.Metric == timeUnit:
	case v == Slower:
		return "worse"
	case v == Faster:
		return "better"
	}
	return string(v)
}

// Says writes the comparison's verdict: "slower, +4.1 % [+2.9, +5.2]", "same
// within 5 %: +0.3 % [-1.2, +1.9]", "open: +2.1 % [-4.0, +8.0]; about 12 more
// rounds".
func (r *Report) Says(c Comparison) string {
	text := c.word(c.Verdict)
	switch {
	case c.Verdict == Unmeasured || c.Verdict == Failed:
		return text
	case c.Exact && c.D.Estimate == 0:
		return text + ", exactly"
	case c.Exact && c.Base == 0:
		return fmt.Sprintf("%s, from 0 to %s, exactly", text, results.Value(c.Head, c.Metric))
	case c.Verdict == Same:
		text += " within " + share(r.Plan.Threshold) + ":"
	case c.Verdict == Undecided:
		text += ":"
	default:
		text += ","
	}
	text += " " + c.size()
	if c.Verdict == Undecided {
		text += r.more(c)
	}
	if c.Tail != 0 {
		text += "; in the tail: mean " + Change(c.Tail)
	}
	return text
}

// size writes by how much the sides differ: "+4.1 % [+2.9, +5.2]".
func (c Comparison) size() string {
	switch text := Change(c.Ratio.Estimate); {
	case c.Exact:
		return text + " exactly"
	case told(c.Ratio):
		return text + " " + Bounds(c.Ratio)
	default:
		return text + ", too few rounds for an interval"
	}
}

// more writes what it takes to decide what is open.
func (r *Report) more(c Comparison) string {
	text := ""
	if c.Suspect {
		text = "; " + c.word(toward(c.side)) + " in the linker's own layout, and not shown in others yet"
	}
	switch {
	case c.Needs == 0:
		return text + "; it takes many more rounds, or a quieter machine"
	case c.Far:
		return text + fmt.Sprintf("; about %s, which is beyond the plan's %d", count(c.Needs, "more round"), r.Plan.Rounds)
	}
	return text + "; about " + count(c.Needs, "more round")
}
