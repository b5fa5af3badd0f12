package results

import "fmt"

// Disturbed is the share of the machine's CPU time that, stolen by others,
// makes a measurement doubtful: beyond it the models of its job are measured
// again in that round.
const Disturbed = 0.05

// doubts returns the reasons to distrust the figures that the run itself shows.
func (d *Data) doubts(ps []Process) []Warning {
	var w []Warning
	switch d.Run.Status {
	case Running:
		w = append(w, Warning{Kind: "unfinished", Text: "the run had not ended when its files were read: it is under way, or it was killed", Do: "wait for it, or measure again"})
	case Interrupted:
		w = append(w, Warning{Kind: "interrupted", Text: "the run was interrupted: its last round may lack some cells", Do: "measure again without interrupting it"})
	case OutOfTime:
		w = append(w, Warning{Kind: "budget", Text: fmt.Sprintf("the time allowed was over after %d of %d rounds", d.Rounds, d.Run.Rounds), Do: "allow it more time, or measure fewer cells"})
	}
	stolen, worst := 0, 0.0
	for _, p := range ps {
		if p.Steal > Disturbed {
			stolen, worst = stolen+1, max(worst, p.Steal)
		}
	}
	if stolen > 0 {
		w = append(w, Warning{Kind: "steal",
			Text: fmt.Sprintf("in %d of %d measurements the hypervisor gave over %s of the CPU to others, at worst %s", stolen, len(ps), Percent(Disturbed), Percent(worst)),
			Do:   "measure when the host is quieter, or on a machine of one's own"})
	}
	if need := d.need(); d.Rounds < need {
		w = append(w, Warning{Kind: "rounds",
			Text: fmt.Sprintf("%s cannot show any model to be better than another: that takes at least %d", plural(d.Rounds, "round"), need),
			Do:   fmt.Sprintf("measure with --rounds %d or more", need)})
	}
	return w
}

// need returns the rounds that it takes to decide anything in every row.
func (d *Data) need() int {
	need := 0
	for _, r := range d.Rows {
		need = max(need, r.Time.Need, r.CPU.Need)
	}
	return need
}
