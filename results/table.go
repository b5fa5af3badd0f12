package results

import (
	"fmt"
	"slices"
	"strings"
)

// A Table is contests as they are to be shown: of all rows by one metric, or of
// each row by its own.
type Table struct {
	Title  string
	Models []Model
	Rows   []TableRow
	Notes  []string // number 1 first
	Short  int      // rounds needed, where some row has too few to exclude any model; else 0
}

// A TableRow is a row of a Table.
type TableRow struct {
	Label  string
	Params []string
	Cells  []TableCell // a model each
}

// A TableCell is a model's standing in words.
type TableCell struct {
	State State
	Mark  string // "●" a possible best, "≈" not judged, else ""
	Value string // "9.52 ms", "not runnable", …
	Ratio string // "1.32×"; "" for the reference, and where there is none
	Span  string // "[1.28, 1.37]"; "" where too little was measured
	Alone bool
	Notes []int // numbers of the table's notes
	// Behind is the ratio to the reference, 1 for itself; 0 where there is none.
	Behind float64
}

// The marks of a cell.
const (
	MarkPossible = "●"
	MarkLimited  = "≈"
)

// Tables returns the run's tables: by time, by CPU, and by what workloads
// measure themselves. One that has no row is left out.
func (d *Data) Tables() []Table {
	var some []Table
	for _, t := range []Table{d.Table(Time), d.Table(CPU), d.ownTable()} {
		if len(t.Rows) > 0 {
			some = append(some, t)
		}
	}
	return some
}

// Table returns the run's table by a metric.
func (d *Data) Table(m Metric) Table {
	t := Table{Title: m.Title, Models: d.Run.Models}
	for _, r := range d.Rows {
		if m.Name != Time.Name || !r.Known.Paced {
			t.add(r, r.Params, r.Contest(m))
		}
	}
	return t
}

// add adds a row's contest.
func (t *Table) add(r Row, params []string, c Contest) {
	row := TableRow{Label: r.Label(), Params: params}
	if c.Rounds < c.Need {
		t.Short = max(t.Short, c.Need)
	}
	for _, s := range c.Standings {
		row.Cells = append(row.Cells, t.cell(r, c, s))
	}
	t.Rows = append(t.Rows, row)
}

// Contest returns the row's contest by one of the judged metrics.
func (r Row) Contest(m Metric) Contest {
	switch m.Name {
	case Time.Name:
		return r.Time
	case CPU.Name:
		return r.CPU
	}
	return r.Footprint
}

func (t *Table) cell(r Row, c Contest, s Standing) TableCell {
	cell := TableCell{State: s.State}
	switch s.State {
	case Absent, Unmeasured:
		cell.Value = "–"
		return cell
	case NotRunnable:
		cell.Value = "not runnable"
		cell.note(t, "not runnable: "+s.Why)
		return cell
	case Failed:
		cell.Value = "failed"
		cell.note(t, fmt.Sprintf("%s, %s: %s", r.Full(), s.Model.Name, s.Why))
		return cell
	case Limited:
		cell.Mark = MarkLimited
	case Possible:
		cell.Mark = MarkPossible
		cell.Alone = c.Alone
	}
	cell.Value, cell.Behind = c.Metric.Format(s.Median.Estimate), s.Ratio.Estimate
	if s.Model.Name != c.Reference && s.Ratio.N > 0 {
		cell.Ratio = Ratio(s.Ratio.Estimate)
		if s.Ratio.Bounded() && s.State != Limited {
			cell.Span = Span(s.Ratio)
		}
	}
	if s.Against != c.Reference {
		cell.note(t, fmt.Sprintf("%s, %s: compared with %s, which beats it, and not with %s", r.Full(), s.Model.Name, s.Against, c.Reference))
	}
	if s.Modes != nil {
		cell.note(t, fmt.Sprintf("%s, %s: %s", r.Full(), s.Model.Name, s.Modes.Describe(c.Metric)))
	}
	return cell
}

// note adds a note to the table, unless it is there, and its number to the cell.
func (c *TableCell) note(t *Table, text string) {
	text = clean(text)
	at := slices.Index(t.Notes, text)
	if at < 0 {
		at = len(t.Notes)
		t.Notes = append(t.Notes, text)
	}
	c.Notes = append(c.Notes, at+1)
}

// Describe says both modes in words.
func (m Modes) Describe(by Metric) string {
	return fmt.Sprintf("two modes: %s in %s of %d processes, %s in %s",
		by.Format(m.Low), Percent(m.Share), m.N, by.Format(m.High), Percent(1-m.Share))
}

// Superscripts writes the numbers of notes: "¹ ²".
func (c TableCell) Superscripts() string {
	var s []string
	for _, n := range c.Notes {
		s = append(s, superscript(n))
	}
	return strings.Join(s, " ")
}

func superscript(n int) string {
	return strings.Map(func(r rune) rune { return []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[r-'0'] }, fmt.Sprint(n))
}

// some reports whether the table has a cell in that state.
func (t Table) some(state State) bool {
	return slices.ContainsFunc(t.Rows, func(r TableRow) bool {
		return slices.ContainsFunc(r.Cells, func(c TableCell) bool { return c.State == state })
	})
}

// Legend says in words how to read the table.
func (t Table) Legend() string {
	l := MarkPossible + " possible best: no other model is shown to be better"
	if t.some(Beaten) {
		l += "; \"alone\" where it is the only one. Others: how many times the best's figure, with the interval of that ratio"
	}
	l += "."
	if t.some(Limited) {
		l += " " + MarkLimited + " not judged: the origin, which serves the job, used over " + Percent(saturated) + " of its CPU and was the limit."
	}
	if t.Short > 0 {
		l += fmt.Sprintf(" Some rows have too few rounds to tell: they need at least %d.", t.Short)
	}
	return l
}
