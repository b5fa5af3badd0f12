package report

import (
	"fmt"
	"html/template"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/plots"
)

// A barRow is a job's bars, a picture a metric.
type barRow struct {
	Job      string
	Unit     string
	Pictures []picture
}

type picture struct {
	Title string
	SVG   template.HTML // made by plots.Bars, which escapes what it is given
}

// barRows draws the bars of every row.
func barRows(d *results.Data) ([]barRow, error) {
	var rows []barRow
	for _, r := range d.Rows {
		row := barRow{Job: r.Full(), Unit: r.Workload.Unit}
		for _, c := range r.Contests() {
			m := c.Metric
			svg, err := plots.Bars(m.Title+": "+r.Full(), bars(c))
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", r.Full(), m.Name, err)
			}
			row.Pictures = append(row.Pictures, picture{m.Title, template.HTML(svg)})
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// bars has a bar a model of the row, in the plan's order; one without a figure
// has the reason in its place.
func bars(c results.Contest) []plots.Bar {
	var out []plots.Bar
	for _, s := range c.Standings {
		b := plots.Bar{Label: s.Model.Name}
		switch s.State {
		case results.Absent:
			continue
		case results.NotRunnable:
			b.Text = "not runnable"
		case results.Failed:
			b.Text = "failed"
		case results.Unmeasured:
			b.Text = "not measured"
		default:
			m := s.Median
			b.Value, b.Lo, b.Hi, b.Bounded = m.Estimate, m.Lo, m.Hi, m.Bounded()
			b.Text = c.Metric.Format(m.Estimate)
			b.Best = s.State == results.Possible
			if s.State == results.Limited {
				b.Text += " " + results.MarkLimited
			}
		}
		out = append(out, b)
	}
	return out
}
