package results

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/concbench/concbench/results/record"
)

// A Row is a job and what its cells measured.
type Row struct {
	Job      string // the benchmark's name, as in Cell.Job
	Tasks    int
	Workload Workload // as the plan describes it; only the Name where it does not
	Params   []string // key=value
	Known    Job      // what the plan says of it beyond its cells
	Cells    []CellData

	Time, CPU, Footprint Contest
	Own                  []Contest // by the figures of the workload's own, those that are judged
	Advice               Advice

	how method
}

// CellData is what was measured of a cell. There is one for every model of the
// run; Planned says whether the model is in this row's plan at all.
type CellData struct {
	Cell
	Planned   bool
	Of        Model
	Processes []Process // the last of each round that did not fail, by round
	Failures  []Process // rounds that failed at their last attempt
}

// Label is the row's name in a table: "echo ×100".
func (r Row) Label() string { return fmt.Sprintf("%s ×%d", r.Workload.Name, r.Tasks) }

// Full is the row's name where it stands alone: "files ×64 cache=cold".
func (r Row) Full() string { return strings.Join(append([]string{r.Label()}, r.Params...), " ") }

// rows groups a run's cells by job, with what was measured, and judges each but
// those that are only points of a sweep.
func rows(run *Run, ps []Process) (judged, points []Row) {
	byCell := map[string][]Process{}
	for _, p := range ps {
		if !p.Of.Plain() {
			byCell[p.Cell] = append(byCell[p.Cell], p)
		}
	}
	done := map[string]bool{}
	for _, c := range run.Cells {
		if done[c.Job] || c.Plain() {
			continue
		}
		done[c.Job] = true
		r := newRow(run, c)
		for _, m := range run.Models {
			r.Cells = append(r.Cells, cellData(run, c.Job, m, byCell))
		}
		if r.Known.Sweep {
			points = append(points, r)
			continue
		}
		r.CPU, r.Footprint = judge(r.how, r.Cells, CPU), judge(r.how, r.Cells, Footprint)
		if !r.Known.Paced {
			r.Time = judge(r.how, r.Cells, Time)
		}
		for _, f := range r.Known.Figures {
			if f.Judged {
				r.Own = append(r.Own, judge(r.how, r.Cells, f.metric()))
			}
		}
		r.Advice = r.advise()
		judged = append(judged, r)
	}
	return judged, points
}

func newRow(run *Run, c Cell) Row {
	r := Row{Job: c.Job, Tasks: c.Tasks, how: run.method()}
	for _, part := range strings.Split(c.Job, "/")[1:] {
		key, value, _ := strings.Cut(part, "=")
		switch {
		case key == "workload":
			r.Workload.Name = value
		case key == "tasks" && value == strconv.Itoa(c.Tasks):
		default:
			r.Params = append(r.Params, part)
		}
	}
	for _, w := range run.Workloads {
		if w.Name == r.Workload.Name {
			r.Workload = w
		}
	}
	for _, j := range run.Jobs {
		if j.Name == c.Job {
			r.Known = j
		}
	}
	return r
}

func cellData(run *Run, job string, m Model, byCell map[string][]Process) CellData {
	d := CellData{Of: m}
	at := slices.IndexFunc(run.Cells, func(c Cell) bool { return c.Job == job && c.Model == m.Name })
	if at < 0 {
		return d
	}
	d.Cell, d.Planned = run.Cells[at], true
	d.add(byCell[d.Name])
	return d
}

// add sorts the cell's processes out: the last attempt at each round counts.
func (d *CellData) add(ps []Process) {
	last := map[int]Process{}
	for _, p := range ps {
		last[p.Round] = p
	}
	for _, p := range last {
		if p.Failed == "" {
			d.Processes = append(d.Processes, p)
		} else {
			d.Failures = append(d.Failures, p)
		}
	}
	byRound := func(a, b Process) int { return a.Round - b.Round }
	slices.SortFunc(d.Processes, byRound)
	slices.SortFunc(d.Failures, byRound)
}

// figures returns the cell's figures of one unit, by round.
func (c CellData) figures(unit string) map[int]float64 {
	f := map[int]float64{}
	for _, p := range c.Processes {
		if v, ok := p.Values[unit]; ok {
			f[p.Round] = v
		}
	}
	return f
}

// turns returns what the cell's processes measured while they took turns with
// those of the row's other cells, by round.
func (c CellData) turns() map[int]*record.Arm {
	arms := map[int]*record.Arm{}
	for i := range c.Processes {
		if p := &c.Processes[i]; p.Arm != nil {
			arms[p.Round] = p.Arm
		}
	}
	return arms
}

// Median returns the median of the cell's figures of a unit over its
// processes, and whether there are any.
func (c CellData) Median(unit string) (float64, bool) {
	var values []float64
	for _, v := range c.figures(unit) {
		values = append(values, v)
	}
	return median(values), len(values) > 0
}
