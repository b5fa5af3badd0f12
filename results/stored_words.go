package results

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// StoredNote says what a comparison of stored runs is worth.
const StoredNote = "Unpaired: the two runs were not measured together. The machine's state differed between them, so its drift counts as a difference. " +
	"To learn what a change of the code costs, measure both sides together: concbench compare --base REF."

// Headline sums the comparison up.
func (s *Stored) Headline() string {
	if len(s.Machines) > 0 {
		agree, differ := 0, 0
		for _, r := range s.Ratios {
			for _, m := range r.Models {
				switch m.Agree {
				case Agrees:
					agree++
				case Disagrees:
					differ++
				}
			}
		}
		if len(s.Ratios) == 0 {
			return "The machines differ, and the runs share no ratios between models: there is nothing to compare"
		}
		return fmt.Sprintf("The machines differ, so times are not compared; of the ratios between models, %d agree and %d differ", agree, differ)
	}
	if len(s.Comparisons) == 0 {
		return "The two runs have nothing in common that can be compared"
	}
	var parts []string
	for _, v := range []StoredVerdict{StoredSlower, StoredFaster, StoredSame, StoredUndecided} {
		parts = append(parts, fmt.Sprintf("%d %s", s.Count(v), v))
	}
	return fmt.Sprintf("Of %s: %s", plural(len(s.Comparisons), "comparison"), strings.Join(parts, ", "))
}

// sides says which runs are compared.
func (s *Stored) sides() []Fact {
	describe := func(d *Data) string {
		commit := d.Run.Commit
		if len(commit) > 12 {
			commit = commit[:12]
		}
		parts := []string{d.Run.Started.UTC().Format(time.DateTime) + " UTC", plural(d.Rounds, "round"), d.Run.Go, commit, d.Env.CPU}
		return clean(strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", "))
	}
	return []Fact{{"First", describe(s.First)}, {"Second", describe(s.Second)}}
}

// of returns the comparisons of a verdict: what changed most first, and of the
// undecided what is least known.
func (s *Stored) of(v StoredVerdict) []StoredComparison {
	var all []StoredComparison
	for _, c := range s.Comparisons {
		if c.Verdict == v {
			all = append(all, c)
		}
	}
	weight := func(c StoredComparison) float64 {
		if v == StoredUndecided {
			return math.Log(c.Ratio.Hi) - math.Log(c.Ratio.Lo)
		}
		return math.Abs(math.Log(c.Ratio.Estimate))
	}
	slices.SortStableFunc(all, func(a, b StoredComparison) int { return cmp.Compare(weight(b), weight(a)) })
	return all
}

// change writes a ratio as a change: "+4.1 %"; a great one as a ratio.
func change(ratio float64) string {
	switch {
	case math.IsNaN(ratio):
		return "?"
	case ratio >= 10 && !math.IsInf(ratio, 1):
		return Ratio(ratio)
	}
	return percents(ratio) + " %"
}

// percents writes a ratio's change so that it reads as 0 only if it is: on which
// side of 0 it lies is the verdict.
func percents(ratio float64) string {
	if math.IsInf(ratio, 1) {
		return "+∞"
	}
	text := strconv.FormatFloat(100*(ratio-1), 'f', 1, 64)
	for decimals := 2; strings.Trim(text, "-0.") == "" && ratio != 1 && decimals < 5; decimals++ {
		text = strconv.FormatFloat(100*(ratio-1), 'f', decimals, 64)
	}
	if strings.Trim(text, "-0.") == "" {
		return "0.0"
	}
	if ratio > 1 {
		text = "+" + text
	}
	return text
}

// between writes the bounds of a ratio as changes, in percents: "[+2.9, +5.2]".
func between(i Interval) string {
	switch {
	case i.Lo == i.Hi:
		return "exactly"
	case math.IsInf(i.Hi, 1) && i.Lo <= 0:
		return "too few rounds"
	}
	return "[" + percents(i.Lo) + ", " + percents(i.Hi) + "]"
}

// ratioText writes a ratio between models with its interval.
func ratioText(i Interval) string {
	if !i.Bounded() {
		return Ratio(i.Estimate)
	}
	return Ratio(i.Estimate) + " " + Span(i)
}

// legend says how to read the comparisons.
func (s *Stored) legend() string {
	l := fmt.Sprintf("Slower, or faster: Mann–Whitney's U test and the interval both show a difference, and it is at least %s; same: the interval lies within ±%s. "+
		"The change is the Hodges–Lehmann estimate over all pairs of a process of the one run and one of the other; the intervals hold together, over all metrics, with 95 %%. Figures that never varied are compared exactly: those differences stand outside the 95 %%.",
		share(s.Threshold), share(s.Threshold))
	if need := s.Need(); need > 0 {
		l += fmt.Sprintf(" Some comparisons have too few rounds to tell: they need %d a run.", need)
	}
	return l
}

// share writes a threshold: "5 %", "2.5 %".
func share(x float64) string { return strconv.FormatFloat(100*x, 'g', 3, 64) + " %" }

// ratiosNote says how to read the ratios of two machines.
const ratiosNote = "Each ratio is to the reference of its job, paired within its own run, with the interval by which that run's report judges. " +
	"Agree: the two intervals overlap; differ: they do not; open: one run has too few rounds."

// fewest is how many names of a list a terminal or a page shows.
const fewest = 20

// firstOf returns the first names of a list, and how many are left.
func firstOf(names []string) []string {
	if len(names) <= fewest {
		return names
	}
	return append(slices.Clone(names[:fewest]), fmt.Sprintf("and %d more (all are in the JSON)", len(names)-fewest))
}

// A storedList is names under a heading.
type storedList struct {
	head  string
	names []string
}

func (s *Stored) lists() []storedList {
	var lists []storedList
	for _, l := range []storedList{{"Only in the first run", s.OnlyFirst}, {"Only in the second run", s.OnlySecond}, {"Not judged", s.NotJudged}, {"Failed in the second run", s.Failed}} {
		if len(l.names) > 0 {
			lists = append(lists, storedList{l.head, firstOf(l.names)})
		}
	}
	return lists
}
