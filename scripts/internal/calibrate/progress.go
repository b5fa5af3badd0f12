package calibrate

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/concbench/concbench/results"
)

// A Progress is told how a calibration goes.
type Progress interface {
	Start(rows, rounds int, about time.Duration)
	// Round is told of each round, with what it was estimated at and what the
	// rest is.
	Round(r Row, round int, estimate, left time.Duration)
	// Row is told of each row that has ended.
	Row(row results.CalibrationRow)
	Finish(status results.Status)
}

// Bar shows a progress bar with the time left, for a terminal.
func Bar(w io.Writer) Progress { return &bar{w: w} }

type bar struct {
	w   io.Writer
	bar *progressbar.ProgressBar
}

func (b *bar) Start(rows, rounds int, about time.Duration) {
	begin(b.w, rows, rounds, about)
	b.bar = progressbar.NewOptions64(about.Milliseconds(),
		progressbar.OptionSetWriter(b.w),
		progressbar.OptionSetWidth(24),
		progressbar.OptionSetPredictTime(false), // it knows nothing of rows that cannot be measured
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionFullWidth())
}

func (b *bar) Round(r Row, round int, estimate, left time.Duration) {
	b.bar.Describe(fmt.Sprintf("%-16s %-8s round %-3d %6v left", r.Name, r.Place.Text, round, left.Round(time.Second)))
	b.bar.Add64(estimate.Milliseconds())
}

func (b *bar) Row(row results.CalibrationRow) {
	if row.NotRunnable != "" || row.Failed != "" {
		b.bar.Clear()
		fmt.Fprintln(b.w, summary(row))
	}
}

func (b *bar) Finish(s results.Status) {
	b.bar.Clear()
	fmt.Fprintf(b.w, "%s\n", s)
}

// Lines shows a plain line a row, for a log.
func Lines(w io.Writer) Progress { return &lines{w: w} }

type lines struct {
	w    io.Writer
	left time.Duration
}

func (l *lines) Start(rows, rounds int, about time.Duration) { begin(l.w, rows, rounds, about) }

func (l *lines) Round(_ Row, _ int, _, left time.Duration) { l.left = left }

func (l *lines) Row(row results.CalibrationRow) {
	left := ""
	if l.left > 0 {
		left = fmt.Sprintf(", about %v left", l.left.Round(time.Second))
	}
	fmt.Fprintf(l.w, "%s%s\n", summary(row), left)
}

func (l *lines) Finish(s results.Status) { fmt.Fprintf(l.w, "%s\n", s) }

func begin(w io.Writer, rows, rounds int, about time.Duration) {
	plural := "s"
	if rows == 1 {
		plural = ""
	}
	fmt.Fprintf(w, "%d comparison%s, %d rounds each: about %v\n", rows, plural, rounds, about.Round(time.Second))
}

// summary is a row in a line.
func summary(row results.CalibrationRow) string {
	head := fmt.Sprintf("%s on %s: ", row.Name, row.Place)
	switch {
	case row.NotRunnable != "":
		return head + "not runnable: " + row.NotRunnable
	case row.Failed != "":
		return head + "failed: " + row.Failed
	}
	head += fmt.Sprintf("%d rounds", row.Rounds())
	if disturbed, left := row.Disturbed(); disturbed > 0 {
		head += fmt.Sprintf(", %d disturbed, of which %d replaced", disturbed, disturbed-left)
	}
	return head
}
