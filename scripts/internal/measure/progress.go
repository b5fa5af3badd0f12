package measure

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/concbench/concbench/results/record"
)

// A Progress shows how measuring goes.
type Progress interface {
	Start(blocks int)
	Round(r record.Round, left time.Duration) // 0: there is no budget
	Say(text string)
	Finish(s record.Status, measured time.Duration)
}

// Bar shows a progress bar with the time left, for a terminal.
func Bar(w io.Writer, budget time.Duration) Progress { return &bar{w: w, budget: budget} }

type bar struct {
	w      io.Writer
	budget time.Duration
	bar    *progressbar.ProgressBar
	rounds int
}

func (b *bar) Start(blocks int) {
	most := int64(-1)
	if b.budget > 0 {
		most = b.budget.Milliseconds()
	}
	b.bar = progressbar.NewOptions64(most,
		progressbar.OptionSetWriter(b.w),
		progressbar.OptionSetWidth(24),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionFullWidth())
}

func (b *bar) Round(r record.Round, left time.Duration) {
	b.rounds++
	text := fmt.Sprintf("round %-3d %-44.44s", r.Round, r.Block)
	if left > 0 {
		text += fmt.Sprintf(" %v left", left.Round(time.Second))
		b.bar.Set64(max(0, (b.budget - left).Milliseconds()))
	}
	b.bar.Describe(text)
	for _, line := range troubles(r) {
		b.Say(line)
	}
}

func (b *bar) Say(text string) {
	if b.bar != nil {
		b.bar.Clear()
	}
	fmt.Fprintln(b.w, text)
}

func (b *bar) Finish(s record.Status, measured time.Duration) { b.Say(ending(s, b.rounds, measured)) }

// Lines shows a plain line in a while, for a log.
func Lines(w io.Writer) Progress { return &lines{w: w} }

type lines struct {
	w      io.Writer
	rounds int
	at     time.Time
}

// seldom is how often a line is written.
const seldom = 10 * time.Second

func (l *lines) Start(int) { l.at = time.Now() }

func (l *lines) Round(r record.Round, left time.Duration) {
	l.rounds++
	for _, line := range troubles(r) {
		l.Say(line)
	}
	if time.Since(l.at) < seldom {
		return
	}
	l.at = time.Now()
	rest := ""
	if left > 0 {
		rest = fmt.Sprintf(", %v left", left.Round(time.Second))
	}
	fmt.Fprintf(l.w, "%d rounds measured, the last is round %d of %s%s\n", l.rounds, r.Round, r.Block, rest)
}

func (l *lines) Say(text string) { fmt.Fprintln(l.w, text) }

func (l *lines) Finish(s record.Status, measured time.Duration) {
	l.Say(ending(s, l.rounds, measured))
}

func ending(s record.Status, rounds int, measured time.Duration) string {
	return fmt.Sprintf("%s: %d rounds in %v", s, rounds, measured.Round(time.Second))
}

// troubles are lines about what went wrong in a round.
func troubles(r record.Round) (all []string) {
	for _, a := range r.Arms {
		switch {
		case a.Failed != "":
			all = append(all, fmt.Sprintf("failed: %s %s %s: %s (%s)", r.Block, r.Benchmark, a.Name, a.Failed, a.Log))
		case a.NotRun != "":
			all = append(all, fmt.Sprintf("not runnable: %s %s %s: %s", r.Block, r.Benchmark, a.Name, a.NotRun))
		}
	}
	return all
}
