package results

import (
	"fmt"
	"io"
	"math"
	"strings"
)

func markdownClaims(w io.Writer, verdicts []Verdict) {
	if len(verdicts) == 0 {
		return
	}
	fmt.Fprint(w, "\n## What people say\n\n| claim | here it | why |\n| --- | --- | --- |\n")
	for _, v := range verdicts {
		fmt.Fprint(w, markdownLine([]string{md(v.Claim.Says + map[bool]string{true: " †"}[v.Claim.Built]), "**" + string(v.Outcome) + "**", md(Sentence(v.Why))}))
	}
	fmt.Fprintf(w, "\n%s\n\n<details><summary>The evidence</summary>\n\n| claim | in | of | found | |\n| --- | --- | --- | --- | --- |\n", md(ClaimsNote))
	for _, v := range verdicts {
		for _, e := range v.Evidence {
			fmt.Fprint(w, markdownLine([]string{md(v.Claim.ID), md(e.Where), md(e.What), md(e.Found), e.Side.String()}))
		}
	}
	fmt.Fprint(w, "\n</details>\n")
}

func markdownSweeps(w io.Writer, series []Series) {
	if len(series) == 0 {
		return
	}
	fmt.Fprintf(w, "\n## Sweeps\n\n%s\n", md(SweepNote))
	for _, s := range series {
		fmt.Fprintf(w, "\n### %s\n\n", md(s.Title()))
		head := []string{"model"}
		for _, p := range s.Points {
			head = append(head, md(p))
		}
		fmt.Fprintf(w, "%s| --- |%s --- |\n", markdownLine(append(head, "")), strings.Repeat(" ---: |", len(s.Points)))
		for _, l := range s.Lines {
			row := []string{md(l.Model.Name)}
			for i, v := range l.Values {
				text := "–"
				if !math.IsNaN(v) {
					text = l.Mark(i) + s.Metric.Format(v)
				}
				if s.Least[i] == l.Model.Name {
					text = "**" + text + "**"
				}
				row = append(row, text)
			}
			fmt.Fprint(w, markdownLine(append(row, md(l.Says))))
		}
	}
}
