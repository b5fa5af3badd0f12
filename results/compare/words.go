package compare

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/concbench/concbench/results"
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
func Bounds(i results.Interval) string {
	return "[" + change(i.Lo) + ", " + change(i.Hi) + "]"
}

// told says whether enough was measured for an interval of ratios to say
// anything. Its bounds may be infinite all the same: a figure may come from 0.
func told(i results.Interval) bool { return i.Lo > 0 || !math.IsInf(i.Hi, 1) }

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

// Says writes the comparison's verdict: "slower, +4.1 % [+2.9, +5.2]".
func (c Comparison) Says() string {
	text := string(c.Verdict)
	if c.Metric != timeUnit {
		switch c.Verdict { // allocations are not slow
		case Slower:
			text = "worse"
		case Faster:
			text = "better"
		}
	}
	switch {
	case c.Verdict == Unmeasured || c.Verdict == Failed || c.Verdict == Clear:
		return text
	case c.Exact && c.D.Estimate == 0:
		return text + ", exactly"
	case c.Exact && c.Base == 0:
		return fmt.Sprintf("%s, from 0 to %s, exactly", text, results.Value(c.Head, c.Metric))
	case c.Exact:
		return fmt.Sprintf("%s, %s exactly", text, Change(c.Ratio.Estimate))
	case told(c.Ratio):
		text += ", " + Change(c.Ratio.Estimate) + " " + Bounds(c.Ratio)
	default:
		text += ", " + Change(c.Ratio.Estimate) + ", too few rounds for an interval"
	}
	switch {
	case c.Verdict == Undecided && c.Needs > 0:
		text += fmt.Sprintf("; about %d confirming rounds would tell", c.Needs)
	case c.Verdict == Undecided && c.Candidate:
		text += "; it takes many more rounds, or a quieter machine"
	}
	return text
}
