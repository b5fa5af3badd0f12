package report

import (
	_ "embed"
	"html/template"
	"io"

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
	}).Parse(pageText))
)

// A view is what the page shows.
type view struct {
	*results.Data
	Style         template.CSS
	Tables        []results.Table
	Bars          []barRow
	Steps         []step
	Failures      []note
	NotRunnable   []note
	TwoModes      []note
	BenchstatNote string

	CalibrationLegend string
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
		Tables:        []results.Table{d.Table(results.Time), d.Table(results.CPU)},
		Bars:          bars,
		Steps:         steps,
		BenchstatNote: results.BenchstatNote,

		CalibrationLegend: results.CalibrationLegend,
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
		for _, m := range results.Metrics {
			for _, s := range r.Contest(m).Standings {
				if s.Modes != nil {
					v.TwoModes = append(v.TwoModes, note{r.Full(), s.Model.Name, m.Name + " in " + s.Modes.Describe(m)})
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
