package results

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Series is a sweep by one metric, as it was measured: not judged point by
// point, but by how it goes on. It has too few rounds for intervals, and shows
// the range over its rounds instead.
type Series struct {
	Workload Workload
	Over     string   // what grows, in words
	Common   []string // key=value, of all points
	Metric   Metric
	Limit    float64 // of the metric, beyond which a job is not served well; 0: none
	Divided  bool    // all points are the same work
	Points   []string
	Tasks    []int // of each point
	Lines    []Line
	Least    []string // the models with the lowest median at each point, "" where there is none
	Rounds   int      // that the point measured most often has

	jobs    []string
	foreign bool // not this suite's
	told    bool // a Series of the same sweep, by another metric, comes before
}

// A Line is a model's part of a Series.
type Line struct {
	Model   Model
	Values  []float64 // medians, a point each; NaN where there is none
	Why     []string  // there is none, a point each
	Says    string    // its slope, knee or end, in words
	limited []bool    // the origin was the limit, a point each
	rounds  []map[int]float64
}

// Title names the series.
func (s Series) Title() string {
	return strings.Join(append([]string{s.Workload.Name}, s.Common...), " ") + " over " + s.Over + ": " + s.Metric.Name
}

// Series returns the sweeps of the run, each by what says most about it: the
// figures of its workload's own by which it is judged; for work that is paced
// and has none, memory and threads; else time.
func (d *Data) Series() []Series {
	var all []Series
	for _, sweep := range d.Run.Sweeps {
		var points []Row
		for _, name := range sweep.Jobs {
			for _, r := range slices.Concat(d.Rows, d.Points) {
				if r.Job == name {
					points = append(points, r)
				}
			}
		}
		if len(points) < 2 {
			continue
		}
		for i, m := range sweptBy(points[0].Known) {
			s := newSeries(d.Run.Models, sweep, points, m)
			s.jobs, s.told, s.foreign = sweep.Jobs, i > 0, points[0].foreign()
			if len(s.Lines) > 0 {
				all = append(all, s)
			}
		}
	}
	return all
}

// A swept is a metric of a sweep.
type swept struct {
	Metric
	limit float64
}

var peakThreads = Metric{Name: "threads at the peak", Title: "Threads at the peak", Unit: "threads", Format: number}

func sweptBy(j Job) []swept {
	var by []swept
	for _, f := range j.Figures {
		if f.Judged {
			by = append(by, swept{f.metric(), f.Limit})
		}
	}
	switch {
	case len(by) > 0:
		return by
	case j.Paced:
		return []swept{{Metric: Footprint}, {Metric: peakThreads}}
	}
	return []swept{{Metric: Time}}
}

func newSeries(models []Model, sweep Sweep, points []Row, by swept) Series {
	s := Series{Workload: points[0].Workload, Over: sweep.Over, Divided: sweep.Divided, Metric: by.Metric, Limit: by.limit, Least: make([]string, len(points))}
	for _, param := range points[0].Params {
		if !slices.ContainsFunc(points, func(r Row) bool { return !slices.Contains(r.Params, param) }) {
			s.Common = append(s.Common, param)
		}
	}
	sameTasks := !slices.ContainsFunc(points, func(r Row) bool { return r.Tasks != points[0].Tasks })
	for _, r := range points {
		var label []string
		if !sameTasks {
			label = append(label, "×"+thousands(r.Tasks))
		}
		for _, param := range r.Params {
			if !slices.Contains(s.Common, param) {
				label = append(label, param)
			}
		}
		s.Points, s.Tasks = append(s.Points, strings.Join(label, " ")), append(s.Tasks, r.Tasks)
	}
	for m, model := range models {
		l := Line{Model: model}
		some := false
		for _, r := range points {
			c := r.Cells[m]
			value, ok := c.Median(by.Unit)
			if !ok || len(c.Failures) > 0 {
				value = math.NaN()
			}
			some = some || !math.IsNaN(value)
			l.limited = append(l.limited, c.state(by.Metric) == Limited)
			l.Values, l.Why, l.rounds = append(l.Values, value), append(l.Why, c.lacks(by.Unit)), append(l.rounds, c.figures(by.Unit))
			s.Rounds = max(s.Rounds, len(c.Processes))
		}
		if some {
			s.Lines = append(s.Lines, l)
		}
	}
	for i := range s.Points {
		least := math.Inf(1)
		for _, l := range s.Lines {
			if l.Values[i] < least {
				least, s.Least[i] = l.Values[i], l.Model.Name
			}
		}
	}
	for i := range s.Lines {
		s.Lines[i].Says = s.says(s.Lines[i])
	}
	return s
}

// Behind is the ratio of a value to the least at its point; 0 where there is
// none.
func (s Series) Behind(point int, value float64) float64 {
	least := math.Inf(1)
	for _, l := range s.Lines {
		if v := l.Values[point]; v < least { // NaN is not
			least = v
		}
	}
	switch {
	case value == least:
		return 1
	case least == 0 || math.IsInf(least, 1):
		return 0
	}
	return value / least
}

// SweepNote says how a sweep's table is to be read.
const SweepNote = "Medians over a few rounds of one slice each, without intervals. What is said of a model is its slope (the figure at its largest point less that at its smallest, by the difference in tasks, with the least and the greatest of the rounds), its knee (where it is at its best, and what becomes of it in the end) where the same work is divided among more and more tasks, or the last point at which it stays within the limit."

// lacks says why a cell has no figure of a unit; "" where it has.
func (c CellData) lacks(unit string) string {
	_, measured := c.Median(unit)
	switch {
	case c.NotRunnable != "":
		return c.NotRunnable
	case len(c.Failures) > 0:
		return c.Failure()
	case measured:
		return ""
	}
	return notMeasured
}

const notMeasured = "not measured"

// says sums a line up: how much each task adds where memory or threads grow
// with them, how far it comes within the limit, or where it is at its best.
func (s Series) says(l Line) string {
	var parts []string
	switch {
	case s.Limit > 0:
		parts = append(parts, s.reach(l))
	case s.bySlope():
		if slope, ok := s.slope(l); ok {
			text := s.Metric.Format(slope.Estimate) + " a task"
			if s.Metric.Unit == peakThreads.Unit {
				text = digits(math.Round(1000*slope.Estimate)/1000) + " threads a task"
			}
			parts = append(parts, text+fmt.Sprintf(" [%s to %s]", s.Metric.Format(slope.Lo), s.Metric.Format(slope.Hi)))
		}
	case s.Divided:
		parts = append(parts, s.knee(l))
	}
	if last := l.last(); last+1 < len(s.Points) && s.Limit == 0 {
		parts = append(parts, "ends at "+s.Points[last]+": "+l.Why[last+1])
	}
	if len(parts) == 0 {
		return "carries all"
	}
	return strings.Join(parts, "; ")
}

// Mark is that of a point: whether the origin was the limit there.
func (l Line) Mark(point int) string {
	if l.limited[point] {
		return MarkLimited + " "
	}
	return ""
}

// bySlope says whether the tasks alone grow, and memory or threads with them.
func (s Series) bySlope() bool {
	return s.Tasks[0] != s.Tasks[len(s.Tasks)-1] && (s.Metric.Unit == Footprint.Unit || s.Metric.Unit == peakThreads.Unit)
}

// last is the last point that has a figure, or -1.
func last(values []float64) int {
	for i := len(values) - 1; i >= 0; i-- {
		if !math.IsNaN(values[i]) {
			return i
		}
	}
	return -1
}

func (l Line) last() int { return last(l.Values) }

func (l Line) first() int {
	return slices.IndexFunc(l.Values, func(v float64) bool { return !math.IsNaN(v) })
}

// slope is what each task adds: the figure at the line's largest point less that
// at its smallest, by the difference in tasks; the median over the rounds, with
// the least and the greatest of them.
//
// Note: a line fitted through all points would weigh the same here, since the
// largest point has ten times the tasks of the one before.
func (s Series) slope(l Line) (Interval, bool) {
	from, to := l.first(), l.last()
	if from < 0 || from == to {
		return Interval{}, false
	}
	var slopes []float64
	for round, high := range l.rounds[to] {
		if low, ok := l.rounds[from][round]; ok {
			slopes = append(slopes, max(0, high-low)/float64(s.Tasks[to]-s.Tasks[from]))
		}
	}
	if len(slopes) == 0 {
		return Interval{}, false
	}
	return Interval{Estimate: median(slopes), Lo: slices.Min(slopes), Hi: slices.Max(slopes), N: len(slopes)}, true
}

// knee says where the line is at its best, over which points it stays within
// 5 % of that, and what becomes of it in the end.
func (s Series) knee(l Line) string {
	best := l.first()
	for i, v := range l.Values {
		if v < l.Values[best] {
			best = i
		}
	}
	near := func(i int) bool { return l.Values[i] <= within*l.Values[best] }
	from, to := best, best
	for from > 0 && near(from-1) {
		from--
	}
	for to+1 < len(l.Values) && near(to+1) {
		to++
	}
	text := "least at " + s.Points[best]
	if from != to {
		text += fmt.Sprintf(" (within 5 %% from %s to %s)", s.Points[from], s.Points[to])
	}
	if last := l.last(); last > to {
		text += fmt.Sprintf("; %s of that at %s", Ratio(l.Values[last]/l.Values[best]), s.Points[last])
	}
	return text
}

// reach says up to which point the line stays within the limit.
func (s Series) reach(l Line) string {
	limit := s.Metric.Format(s.Limit)
	at := upto(l.Values, s.Limit)
	switch {
	case at < 0 && math.IsNaN(l.Values[0]):
		return "at " + s.Points[0] + ": " + l.Why[0]
	case at < 0:
		return "over " + limit + " from the start"
	case at+1 == len(s.Points):
		return fmt.Sprintf("within %s to the end, %s", limit, s.Points[at])
	case math.IsNaN(l.Values[at+1]):
		return fmt.Sprintf("within %s up to %s; then: %s", limit, s.Points[at], l.Why[at+1])
	}
	return fmt.Sprintf("within %s up to %s", limit, s.Points[at])
}

// upto is the last point before the limit is first left, or -1.
func upto(values []float64, limit float64) int {
	for i, v := range values {
		if !(v <= limit) {
			return i - 1
		}
	}
	return len(values) - 1
}

// thousands writes a number so that its size is seen: 1,000,000.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
