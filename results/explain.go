package results

import (
	"fmt"
	"regexp"
	"strings"
)

// Explain says in plain words how the run was measured and judged.
func (d *Data) Explain() []string {
	if d.OnlyBenchmarks() {
		return d.explainBenchmarks()
	}
	how := []string{
		"Each model did the same work, from the same code, and each checksum was verified. What differs between two columns is how tasks wait and who runs them; kernel threads also need a larger GOMAXPROCS" + d.Run.procsRecorded() + ".",
		d.Run.explainProcesses(),
		"Start-up, warming up and the steady state are told apart: how long it took to make the model's pool, loop or processes, and how long the first job took with nothing warm, stand in the table of details; the judged figures are of what comes after.",
		d.Run.explainPairs(),
		d.Run.explainInterval() + " " +
			"A model is left out of the possible best exactly where the interval of its ratio to some other model lies above 1. " +
			"In each row, and for each table, the truly best model stays among the possible best with a probability of at least 95 %.",
		fmt.Sprintf("Where the server that a job talks to, the origin, used over %s of its CPU, time measures the origin. Time is then shown (%s) and not judged; CPU per task is.", Percent(saturated), MarkLimited),
		"Where a model ran at two speeds, with a gap of over 5 times the spread within each and over 15 % of the processes in both, both are given in a note.",
		"A cell that failed in any round is not judged: the rounds in which it did not fail are no fair sample.",
		"A model called a reference stands for how another runtime works. It is there to compare with, and is not recommended. A control has one thing in common with models that differ in it (the GOMAXPROCS of kernel threads), to tell whether it is that which decides.",
	}
	if len(d.Benchmarks) > 0 {
		how = append(how, d.explainBenchmarks()...)
	}
	return how
}

// procsRecorded says where the GOMAXPROCS of each process is, if it is anywhere.
func (r *Run) procsRecorded() string {
	if r.Version < 2 {
		return ", which " + JournalFile + " records"
	}
	return ""
}

// explainProcesses says what a process measured.
func (r *Run) explainProcesses() string {
	const alone = "Each cell of each round was measured in a process of its own. "
	switch {
	case r.Version < 2 && r.Slices <= 1:
		return alone + "It measured once, with the warming up in it."
	case r.Version < 2:
		return alone + fmt.Sprintf("It measured %d slices of %v. The first has the warming up in it and is left out; of the others the least time and CPU count, the greatest memory, and the median of the rest.",
			r.Slices, r.Benchtime)
	}
	return alone + "It set itself up, warmed up, and measured one sample whenever it was its turn. Its figure is the median of its samples; of memory and threads the greatest counts."
}

// explainPairs says what was compared with what.
func (r *Run) explainPairs() string {
	switch {
	case r.Version < 2:
		return "The models of one job were measured back to back, in an order drawn anew each round. They are compared within a round: what slows the machine for a while slows all of them."
	case r.Serial:
		return "The processes of a job's models ran one after the other, in an order drawn anew each round."
	}
	return "The processes of a job's models were alive at the same time and took turns, sample by sample, in an order that was drawn; only one of them worked at a time. The figure of a pair in a round is the median of the ratios of samples that lie side by side: what slows the machine for a while slows both."
}

// explainInterval says what the estimate of a ratio is, and what its interval
// promises.
func (r *Run) explainInterval() string {
	const median = "The estimate of a ratio is the median over the rounds. "
	switch {
	case r.Version < 2:
		return median + "Its interval is a confidence sequence for that median: it holds however often one looks, and whenever one stops."
	case r.Anytime:
		return median + "Its interval comes from a bet that may be looked at after every round (stats.Bet): what was decided got no more rounds. It supposes that a round's figure is as likely to lie above the truth as below it."
	}
	return "The estimate of a ratio is the median of the rounds and of the means of any two of them (Hodges & Lehmann 1963). Its interval is that of the exact signed rank test, for a number of rounds that was fixed before. It supposes that a round's figure is as likely to lie above the truth as below it."
}

// plainWord is what benchstat reads as one word without quotes.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_.=+][A-Za-z0-9_.=+-]*$`)

// Benchstat returns the command that shows the run's figures, models side by
// side, for who wants another opinion. The first model is what the others are
// compared with: a usable one.
func (d *Data) Benchstat() string {
	if d.OnlyBenchmarks() {
		return "benchstat " + BenchFile
	}
	var simple, others []string
	for _, m := range d.Run.Models {
		word := clean(m.Name)
		if !plainWord.MatchString(word) {
			word = fmt.Sprintf("%q", word)
		}
		if m.Usable {
			simple = append(simple, word)
		} else {
			others = append(others, word)
		}
	}
	col := "/model@(" + strings.Join(append(simple, others...), " ") + ")"
	return "benchstat -col '" + strings.ReplaceAll(col, "'", `'\''`) + "' " + BenchFile
}

// BenchstatNote says how benchstat's figures differ from the report's.
func (d *Data) BenchstatNote() string {
	if d.Run.Version < 2 {
		return "It takes every slice as a sample of its own, the first one too, and does not pair the rounds: its p-values promise more than these figures can keep."
	}
	return "It takes the figure of each process as a sample and does not pair the rounds, so that it sees less than this report."
}
