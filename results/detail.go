package results

import "strconv"

// A Column is a unit of bench.txt as the table of details shows it.
type Column struct {
	Head   string
	Unit   string
	Format func(float64) string
}

func tasksRate(v float64) string { return Rate(v, "tasks") }
func number(v float64) string    { return strconv.FormatFloat(v, 'f', 0, 64) }

// detailed are the columns of the table of details, where they were measured.
var detailed = []Column{
	{"tasks done", tasksPerSecond, tasksRate},
	{"task latency, median", "p50-ns", Duration},
	{"99th percentile", "p99-ns", Duration},
	{"greatest", "max-ns", Duration},
	{"99th percentile from the body's start", "service-p99-ns", Duration},
	{"threads at the peak", "threads", number},
	{"resident memory at the peak", "peak-rss-B", Bytes},
	{"memory, kernel's share included", "footprint-B", Bytes},
	{"user CPU per job", "user-ns/op", Duration},
	{"system CPU per job", "sys-ns/op", Duration},
	{"voluntary switches per job", "vol-ctxsw/op", number},
	{"involuntary switches per job", "invol-ctxsw/op", number},
	{"origin's CPU per job", "origin-cpu-ns/op", Duration},
	{"share of the origin's CPU in use", originBusy, Percent},
	{"the runner's start-up", "startup-ns", Duration},
	{"the first job, nothing warm", "first-ns", Duration},
	{"allocated per job", "B/op", Bytes},
	{"allocations per job", "allocs/op", number},
}

// Details is the table of what is shown and not judged.
type Details struct {
	Figures []Column
	Rows    []DetailRow
}

// A DetailRow is a cell that was measured.
type DetailRow struct {
	Job, Model string
	First      bool     // of its job
	Values     []string // a Column each: medians over the rounds
}

// Details returns the figures of all measured cells, leaving out the columns
// that no cell has.
func (d *Data) Details() Details {
	var t Details
	for _, f := range detailed {
		if d.has(f.Unit) {
			t.Figures = append(t.Figures, f)
		}
	}
	for _, f := range d.own() {
		if d.has(f.Unit) {
			t.Figures = append(t.Figures, Column{f.Doc, f.Unit, formatOf(f.Unit)})
		}
	}
	for _, r := range d.Rows {
		first := true
		for _, c := range r.Cells {
			if len(c.Processes) == 0 {
				continue
			}
			row := DetailRow{Job: r.Full(), Model: c.Of.Name, First: first}
			first = false
			for _, f := range t.Figures {
				text := "–"
				if v, ok := c.Median(f.Unit); ok {
					text = f.Format(v)
				}
				row.Values = append(row.Values, text)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

func (d *Data) has(unit string) bool {
	for _, r := range d.Rows {
		for _, c := range r.Cells {
			if _, ok := c.Median(unit); ok {
				return true
			}
		}
	}
	return false
}
