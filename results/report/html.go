package report

import (
	_ "embed"
	"html/template"
	"io"
	"math"

	"github.com/concbench/concbench/results"
)

var (
	//go:embed page.html
	pageText string
	//go:embed style.css
	style string

	page = template.Must(template.New("page").Funcs(template.FuncMap{
		"shade":    shade,
		"outcome":  outcome,
		"sentence": results.Sentence,

		"conclusion": conclusion,
		"ruling":     ruling,
		"lines":      sweepLines,
	}).Parse(pageText))
)

// A view is what the page shows.
type view struct {
	*results.Data
	Style         template.CSS
	Verdicts      []results.Verdict
	Tables        []results.Table
	Sweeps        []results.Series
	Bars          []barRow
	Steps         []step
	Failures      []note
	NotRunnable   []note
	TwoModes      []note
	BenchstatNote string

	ClaimsNote    string
	SweepNote     string
	BenchmarkNote string
}

// A note is a line about one cell.
type note struct{ Job, Model, Text string }

// WriteHTML writes the report as a page.
func WriteHTML(w io.Writer, d *results.Data) error {
	bars, err := barRows(d)
	if err != nil {
		return err
	}
	v := view{
		Data:          d,
		Style:         template.CSS(style),
		Verdicts:      d.Judged(),
		Tables:        d.Tables(),
		Sweeps:        d.Series(),
		Bars:          bars,
		Steps:         steps,
		BenchstatNote: d.BenchstatNote(),

		ClaimsNote:    results.ClaimsNote,
		SweepNote:     results.SweepNote,
		BenchmarkNote: results.BenchmarkNote,
	}
	for _, r := range d.Rows {
		for _, c := range r.Cells {
			switch {
			case c.NotRunnable != "":
				v.NotRunnable = append(v.NotRunnable, note{r.Full(), c.Of.Name, c.NotRunnable})
			case len(c.Failures) > 0:
				v.Failures = append(v.Failures, note{r.Full(), c.Of.Name, c.Failure()})
			}
		}
		for _, c := range r.Contests() {
			for _, s := range c.Standings {
				if s.Modes != nil {
					v.TwoModes = append(v.TwoModes, note{r.Full(), s.Model.Name, c.Metric.Name + " in " + s.Modes.Describe(c.Metric)})
				}
			}
		}
	}
	return page.Execute(w, v)
}

// outcome is the class of a table's cell.
func outcome(c results.TableCell) string {
	switch {
	case c.Alone:
		return "alone"
	case c.State == results.Possible:
		return "possible"
	case c.State == results.Limited:
		return "limited"
	}
	return "rest"
}

// ruling is the class of a claim's verdict.
func ruling(v results.Verdict) string {
	switch v.Outcome {
	case results.ClaimHolds:
		return "met"
	case results.ClaimFails:
		return "missed"
	}
	return "rest"
}

// A sweepLine is a model's row in the table of a sweep.
type sweepLine struct {
	Model, Says string
	Cells       []sweepCell
}

type sweepCell struct{ Class, Text, Why string }

// sweepLines makes a sweep's table, each cell shaded by how far it is behind the
// least at its point.
func sweepLines(s results.Series) []sweepLine {
	var lines []sweepLine
	for _, l := range s.Lines {
		line := sweepLine{Model: l.Model.Name, Says: l.Says}
		for i, v := range l.Values {
			cell := sweepCell{Class: "none", Text: "–", Why: l.Why[i]}
			if !math.IsNaN(v) {
				cell = sweepCell{Class: shadeOf(s.Behind(i, v)), Text: l.Mark(i) + s.Metric.Format(v)}
			}
			line.Cells = append(line.Cells, cell)
		}
		lines = append(lines, line)
	}
	return lines
}

// conclusion is the class of a calibration's verdict.
func conclusion(l results.CalibrationLine) string {
	switch l.Conclude {
	case results.Met:
		return "met"
	case results.Missed:
		return "missed"
	}
	return "rest"
}
