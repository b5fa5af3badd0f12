package engine

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/concbench/concbench/results"
)

// Bar shows a progress bar with the time left, for a terminal.
func Bar(w io.Writer) Progress { return &bar{w: w} }

type bar struct {
	w   io.Writer
	bar *progressbar.ProgressBar
}

func (b *bar) Start(_, processes int) {
	b.bar = progressbar.NewOptions(processes,
		progressbar.OptionSetWriter(b.w),
		progressbar.OptionSetWidth(24),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionFullWidth())
}

func (b *bar) Cell(m results.Measurement, _ time.Duration) {
	b.bar.Describe(fmt.Sprintf("round %d %-44.44s", m.Round, strings.TrimPrefix(m.Cell, "Benchmark")+" "+m.Package))
	b.bar.Add(1)
	if m.Failed != "" {
		b.bar.Clear()
		fmt.Fprintf(b.w, "failed: %s: %s (%s)\n", strings.TrimSpace(m.Package+" "+m.Cell), m.Failed, m.Log)
	}
}

func (b *bar) Finish(s results.Status) {
	b.bar.Clear()
	fmt.Fprintf(b.w, "%s\n", s)
}

// Lines shows a plain line a round, for a log.
func Lines(w io.Writer) Progress { return &lines{w: w} }

type lines struct {
	w             io.Writer
	rounds, round int
}

func (l *lines) Start(rounds, _ int) { l.rounds = rounds }

func (l *lines) Cell(m results.Measurement, left time.Duration) {
	if m.Failed != "" {
		fmt.Fprintf(l.w, "failed: %s: %s (%s)\n", strings.TrimSpace(m.Package+" "+m.Cell), m.Failed, m.Log)
	}
	if m.Round == l.round {
		return
	}
	l.round = m.Round
	rest := ""
	if left > 0 {
		rest = fmt.Sprintf(", about %v left", left.Round(time.Second))
	}
	fmt.Fprintf(l.w, "round %d of %d%s\n", m.Round, l.rounds, rest)
}

func (l *lines) Finish(s results.Status) { fmt.Fprintf(l.w, "%s\n", s) }
