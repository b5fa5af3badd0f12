package results

import (
	"slices"
	"strings"
)

// metric is the metric of a figure by which models are judged.
func (f OwnFigure) metric() Metric {
	return Metric{Name: f.Doc, Title: Capital(f.Doc), Unit: f.Unit, Format: formatOf(f.Unit), Served: true}
}

// formatOf says how figures of a unit of a workload's own are written.
func formatOf(unit string) func(float64) string {
	switch {
	case strings.HasSuffix(unit, "-ns") || strings.HasSuffix(unit, "ns/op"):
		return Duration
	case strings.HasSuffix(unit, "-B") || unit == "B/op":
		return Bytes
	}
	return func(v float64) string { return strings.Replace(scaled(v, tens), " ", "", 1) }
}

// own returns the figures that the workloads of the run measure themselves, a
// unit once.
func (d *Data) own() []OwnFigure {
	var all []OwnFigure
	for _, j := range d.Run.Jobs {
		for _, f := range j.Figures {
			if !slices.ContainsFunc(all, func(g OwnFigure) bool { return g.Unit == f.Unit }) {
				all = append(all, f)
			}
		}
	}
	return all
}

// ownTable is the table of the figures by which workloads of their own judge.
func (d *Data) ownTable() Table {
	t := Table{Title: "What the workloads measure themselves", Models: d.Run.Models}
	for _, r := range d.Rows {
		for _, c := range r.Own {
			t.add(r, append(slices.Clone(r.Params), c.Metric.Name), c)
		}
	}
	return t
}

// Contests returns all contests of the row, those of its own at the front.
func (r Row) Contests() []Contest {
	all := slices.Clone(r.Own)
	if !r.Known.Paced {
		all = append(all, r.Time)
	}
	return append(all, r.CPU, r.Footprint)
}
