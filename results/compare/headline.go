package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/concbench/concbench/results"
)

// Headline sums the comparison up in a line.
func (r *Report) Headline() string {
	if r.Plan.Kind == AA {
		return r.Check().headline(r)
	}
	var parts []string
	slower, measured := r.With(Slower), r.Measured()
	switch {
	case len(slower) == 1:
		parts = append(parts, fmt.Sprintf("1 of %s is %s", count(measured, "benchmark"), inTime(slower, Slower, "slower", "worse")))
	case len(slower) > 1:
		parts = append(parts, fmt.Sprintf("%d of %s are %s", len(slower), count(measured, "benchmark"), inTime(slower, Slower, "slower", "worse")))
	case measured > 0:
		parts = append(parts, "No regression shown in "+count(measured, "benchmark"))
	case r.Empty():
		parts = append(parts, "Nothing was measured: "+r.whyEmpty())
	default:
		parts = append(parts, fmt.Sprintf("Nothing to measure: the test binaries of %s are identical", count(r.identical(), "package")))
	}
	if faster := r.With(Faster); len(faster) > 0 {
		parts = append(parts, fmt.Sprintf("%d %s", len(faster), inTime(faster, Faster, "faster", "better")))
	}
	if n := len(r.With(Same)); n > 0 {
		parts = append(parts, fmt.Sprintf("%d the same", n))
	}
	if n := r.Undecided(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d open", n))
	}
	if n := len(r.With(Failed)) + len(r.In(Broken)); n > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", n))
	}
	if n := r.failedPackages(); n > 0 && measured > 0 {
		parts = append(parts, count(n, "package")+" could not be compared")
	}
	return strings.Join(parts, ", ")
}

// inTime returns the word for a verdict on benchmarks: that of time where all are
// about time, else the other.
func inTime(of []*Result, v Verdict, word, other string) string {
	for _, b := range of {
		if !slices.ContainsFunc(b.Comparisons, func(c Comparison) bool { return c.Verdict == v && c.Metric == timeUnit }) {
			return other
		}
	}
	return word
}

func (r *Report) whyEmpty() string {
	for _, p := range r.Plan.Packages {
		if p.Failed != "" {
			return results.Clean(p.Path + ": " + p.Failed)
		}
	}
	for i := range r.Results {
		b := &r.Results[i]
		switch {
		case b.Failure != "":
			return results.Clean(b.Key().String() + " failed " + b.Failure)
		case b.State == Broken:
			return results.Clean(b.Key().String() + " failed: " + b.Why)
		}
	}
	for i := range r.Results {
		if b := &r.Results[i]; b.State != Compared {
			return results.Clean(fmt.Sprintf("%s is %s", b.Key(), b.State.words()))
		}
	}
	if len(r.Results) == 0 {
		return "no benchmark was found"
	}
	return "no round was finished"
}

func (s State) words() string {
	if s == Changed {
		return "changed itself"
	}
	return string(s)
}

func (r *Report) identical() int {
	n := 0
	for _, p := range r.Plan.Packages {
		if p.Identical {
			n++
		}
	}
	return n
}

func (r *Report) failedPackages() int {
	n := 0
	for _, p := range r.Plan.Packages {
		if p.Failed != "" {
			n++
		}
	}
	return n
}

// Subtitle says what was compared, and by which rule.
func (r *Report) Subtitle() string {
	p := r.Plan
	text := fmt.Sprintf("%s against %s", p.Head.words(), p.Base.words())
	if p.Same {
		text = p.Head.words() + " against itself"
	}
	if p.Inject > 0 {
		text += fmt.Sprintf(", with %s of work added to the head", share(p.Inject))
	}
	if len(p.Packages) == 1 {
		text += ", " + p.Packages[0].Path
	}
	if p.Serial {
		text += "; measured one after the other, as was asked for"
	}
	if p.Kind == AA {
		return results.Clean(text)
	}
	text += fmt.Sprintf("; what matters is %s; any false slower or faster in at most %s of such comparisons, of %s in all; at most %s",
		share(p.Threshold), share(p.Alpha), count(r.Family, "figure"), count(p.Rounds, "round"))
	if len(p.Layouts) > 0 {
		text += ", what looks different again in " + count(len(p.Layouts), "link layout")
	}
	return results.Clean(text)
}

func (s Side) words() string {
	commit := s.Commit[:min(len(s.Commit), 12)]
	text := s.Ref
	switch {
	case text == "":
		text = "the working tree"
		if commit != "" {
			text += " at " + commit
		}
	case commit != "" && !strings.HasPrefix(s.Commit, text):
		text += " (" + commit + ")"
	}
	if s.Dirty {
		text += " with uncommitted changes"
	}
	return text
}

// Says is the line of sensitivity: "would have caught +5 % on 171 of 200;
// weakest: X, +14 %".
func (s Sensitivity) Says() string {
	if s.Of == 0 {
		return "Sensitivity: unknown, since no benchmark has rounds of " + s.Metric
	}
	text := fmt.Sprintf("Sensitivity: would have caught +%s in %s on %d of %d", share(s.Threshold), s.Metric, s.Caught, s.Of)
	if math.IsInf(s.Smallest, 1) {
		return text + "; weakest: " + results.Clean(s.Weakest.String()) + ", in which nothing could be"
	}
	return text + "; weakest: " + results.Clean(s.Weakest.String()) + ", " + Change(1+s.Smallest)
}

// Benchstat is the command for another opinion, in the comparison's folder.
func Benchstat() string { return "benchstat " + BaseFile + " " + HeadFile }

const benchstatNote = "It compares the rounds' figures unpaired, by the U test at 0.05, each benchmark by itself: what both sides of a round share is noise to it, and of many comparisons some are different by chance."

func (c *Check) headline(r *Report) string {
	if c.Comparisons == 0 && r.Measured() == 0 {
		return "Nothing was measured: " + r.whyEmpty()
	}
	if c.Comparisons == 0 && c.Short == 0 {
		return "A/A: no figure ever varied, and so none can alarm"
	}
	if c.Comparisons == 0 {
		return fmt.Sprintf("A/A: too few rounds to call any difference; it takes %d", callRounds())
	}
	return fmt.Sprintf("A/A: %d of %s called a difference where there is none: %s", c.Calls, count(c.Comparisons, "comparison"), c.rate())
}

// rate writes the false-alarm rate with its interval: "1.4 % [0.3, 4.0]".
func (c *Check) rate() string {
	return fmt.Sprintf("%.1f %% [%.1f, %.1f]", 100*c.Rate(), 100*c.Lo, 100*c.Hi)
}

// Says are the lines that sum the check up.
func (c *Check) Says() []string {
	var lines []string
	if c.Comparisons > 0 {
		lines = append(lines, fmt.Sprintf("False alarms: %d of %s, %s (95 %% interval of Clopper and Pearson), before any correction; %d after it.",
			c.Calls, count(c.Comparisons, "comparison"), c.rate(), c.Corrected))
	}
	if c.Constant > 0 {
		lines = append(lines, fmt.Sprintf("Not counted: %s whose figure never varied, and so cannot alarm.", count(c.Constant, "comparison")))
	}
	if c.Short > 0 {
		lines = append(lines, fmt.Sprintf("Not counted: %s with too few rounds to call anything; it takes %d.", count(c.Short, "comparison"), callRounds()))
	}
	if g := c.Gates; g.Benchmarks > 0 {
		lo, hi := ClopperPearson(g.Slower, g.Runs, callAlpha)
		lines = append(lines, fmt.Sprintf("Whole comparisons resampled from these rounds, up to %s each: %d of %d cried wolf, %.2f %% [%.2f, %.2f] (%d called something faster).",
			count(resampledRounds, "round"), g.Slower, g.Runs, 100*float64(g.Slower)/float64(max(g.Runs, 1)), 100*lo, 100*hi, g.Faster))
	}
	if c.Spreads > 0 {
		lines = append(lines, fmt.Sprintf("Spread of the rounds in %s, median of %s: in turns %s, one after the other %s, %.2f times as much.",
			timeUnit, count(c.Spreads, "benchmark"), spread(c.Turns), spread(c.After), c.Share))
	}
	return lines
}

// CheckLegend explains the table of an A/A check.
const CheckLegend = "Within: spread between neighbouring samples of one process. In turns: spread of the rounds' log ratios, whose sides took turns. After: the same where one side ran after the other, and in turns ÷ after. All are robust standard deviations. Catches: the smallest change that a comparison would call slower with a probability of 80 %."
