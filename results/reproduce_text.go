package results

import (
	"bufio"
	"fmt"
	"io"
)

// WriteReproduction writes a reproduction for a terminal: what contradicts
// first.
func WriteReproduction(w io.Writer, r Reproduction, color bool) error {
	p := &page{w: bufio.NewWriter(w), color: color}
	if len(r.Differs) > 0 {
		p.line(p.bold("What is not the same in both runs"))
		for _, d := range r.Differs {
			p.hanging(clean(d.Name)+": ", fmt.Sprintf("%s, then %s", known(d.First), known(d.Again)))
		}
		p.line("")
	}
	p.reproduced("Possible bests", r.Rows)
	p.reproduced("What people say", r.Claims)
	if len(r.Missing) > 0 {
		p.line(p.bold("Not compared"))
		for _, m := range r.Missing {
			p.hanging("- ", clean(m))
		}
		p.line("")
	}
	all := len(r.Rows) + len(r.Claims)
	if r.Benchmarks > 0 {
		p.hanging("", fmt.Sprintf("%s measured again, without a verdict to agree with: concbench compare with both folders shows the figures side by side.", plural(r.Benchmarks, "benchmark")))
		if all == 0 {
			return p.w.Flush()
		}
	}
	p.hanging("", fmt.Sprintf("Of %s, %d agree, %d are compatible (both may be true), %d contradict. Each run is wrong about one in twenty, or fewer: a single contradiction among many may be chance.",
		plural(all, "verdict"), r.Count(Agreed), r.Count(Compatible), r.Count(Contradicted)))
	return p.w.Flush()
}

func (p *page) reproduced(title string, all []Reproduced) {
	if len(all) == 0 {
		return
	}
	p.line(p.bold(title))
	for _, a := range []Accord{Contradicted, Compatible, Agreed} {
		for _, x := range all {
			switch {
			case x.Accord != a:
			case x.First == x.Again:
				p.hanging(string(a)+": ", clean(x.What+": "+x.First))
			default:
				p.hanging(string(a)+": ", clean(fmt.Sprintf("%s: first %s; then %s", x.What, x.First, x.Again)))
			}
		}
	}
	p.line("")
}

// known is a fact's value, where there is one.
func known(value string) string {
	if value = clean(value); value == "" {
		return "not known"
	}
	return value
}
