package calibrate

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/runners"
)

// Options say what is measured, and how much.
type Options struct {
	Only   []string // names of comparisons; none: all
	Places []string // names of places; none: all
	Rounds int
	Seed   uint64
	Span   time.Duration // least time that a process measures
	Budget time.Duration // after which no further round starts; 0: none
}

// A Row is a comparison at a place.
type Row struct {
	Comparison
	Place Place
}

// Rows returns what the options ask for, in order, of a process that may use so
// many CPUs. The error names what is allowed.
func (o Options) Rows(cpus int) ([]Row, error) {
	switch {
	case o.Rounds < 1:
		return nil, fmt.Errorf("--rounds %d: want 1 or more; 8 can decide, 20 are usual", o.Rounds)
	case o.Span < time.Millisecond || o.Span > time.Minute:
		return nil, fmt.Errorf("--span %v: want 1ms to 1m", o.Span)
	case o.Budget < 0:
		return nil, fmt.Errorf("--budget %v: want 0, for none, or more", o.Budget)
	}
	if err := known("comparison", o.Only, Comparisons, func(c Comparison) string { return c.Name }); err != nil {
		return nil, err
	}
	if err := known("number of CPUs", o.Places, Places, func(p Place) string { return p.Name }); err != nil {
		return nil, err
	}
	wanted := func(chosen []string, name string) bool { return len(chosen) == 0 || slices.Contains(chosen, name) }
	largest := Places[0]
	for _, p := range Places {
		if p.CPUs <= cpus {
			largest = p
		}
	}
	var rows []Row
	for _, c := range Comparisons {
		for _, p := range Places {
			elsewhere := c.Once && p != largest
			if wanted(o.Only, c.Name) && wanted(o.Places, p.Name) && !elsewhere {
				rows = append(rows, Row{c, p})
			}
		}
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("nothing is left to measure: what --only names runs on %s only, and --cpus leaves that out", largest.Text)
	}
	return rows, nil
}

func known[T any](what string, chosen []string, all []T, name func(T) string) error {
	var names []string
	for _, one := range all {
		names = append(names, name(one))
	}
	for _, n := range chosen {
		if !slices.Contains(names, n) {
			return runners.Unknown(what, n, names)
		}
	}
	return nil
}

// A calibration is a Calibration while it is measured.
type calibration struct {
	options  Options
	rows     []Row
	cpus     []int                // that this process may use
	core     func(cpu int) string // of a CPU
	open     func(c Comparison, cpus []int) (session, error)
	obstacle func(Row) string // why a row cannot be measured; "" if it can
	save     func() error
	show     Progress
	record   *results.Calibration
	clock    func() time.Time
	host     func() (meter.Machine, error)
	mine     map[string]bool // rows that record holds from this time

	began       time.Time
	spent, paid time.Duration // what rounds took; what they were estimated at
}

// Measure measures the rows and keeps record up to date, which save saves after
// every round, once there is something to save. Rows that record holds from
// before stay until they are measured anew. The error is ErrNothing, or about
// recording; what is wrong with a side stands in its row.
func Measure(ctx context.Context, o Options, p *Programs, missing map[string]string, record *results.Calibration, save func() error, show Progress) error {
	cpus := bench.CPUs()
	rows, err := o.Rows(len(cpus))
	if err != nil {
		return err
	}
	c := &calibration{options: o, rows: rows, cpus: cpus, core: core, open: p.open, save: save, show: show, record: record, clock: time.Now, host: meter.Host, mine: map[string]bool{}}
	c.obstacle = func(r Row) string { return obstacle(r, len(c.cpus), missing) }
	return c.all(ctx)
}

// ErrNothing says that nothing was measured, or nothing that may take the place
// of what is there: there is nothing to save.
var ErrNothing = errors.New("nothing new to keep")

// obstacle says why a row cannot be measured here, "" if it can. missing says
// why there is no such reference.
func obstacle(r Row, cpus int, missing map[string]string) string {
	if r.Place.CPUs > cpus {
		return fmt.Sprintf("needs %d CPUs, and this process may use %d", r.Place.CPUs, cpus)
	}
	for _, s := range r.sides() {
		if s.Model == "" {
			if why := missing[s.C]; why != "" {
				return why
			}
			continue
		}
		m, _, err := runners.Lookup(s.Model, r.Place.CPUs)
		if err == nil && m.Unsupported != nil {
			err = m.Unsupported()
		}
		if err != nil {
			return s.Model + ": " + err.Error()
		}
	}
	return ""
}

// Estimate is about how long the rows take.
func (o Options) Estimate(rows []Row) time.Duration {
	var sum time.Duration
	for _, r := range rows {
		sum += time.Duration(o.Rounds) * o.round(r)
	}
	return sum
}

// round is about how long a round of the row takes: a process starts and warms
// up before it measures.
func (o Options) round(r Row) time.Duration {
	return time.Duration(len(r.sides())) * (o.Span + r.Extra + 120*time.Millisecond)
}

func (c *calibration) all(ctx context.Context) error {
	c.began = c.clock()
	c.record.Status = results.Running
	runnable := slices.DeleteFunc(slices.Clone(c.rows), func(r Row) bool { return c.obstacle(r) != "" })
	c.show.Start(len(runnable), c.options.Rounds, c.options.Estimate(runnable))
	status, err := c.measure(ctx)
	if err != nil {
		return err
	}
	c.record.Status, c.record.Ended = status, c.clock()
	c.show.Finish(status)
	if !c.something() {
		return ErrNothing
	}
	return c.save()
}

// something reports whether there is something new in the record that is worth
// to be saved.
func (c *calibration) something() bool { return len(c.mine) > 0 && !c.record.Empty() }

func (c *calibration) measure(ctx context.Context) (results.Status, error) {
	status := results.Complete
	for i, r := range c.rows {
		row := c.blank(r)
		over := false
		if row.NotRunnable = c.obstacle(r); row.NotRunnable == "" {
			var err error
			if over, err = c.row(ctx, i, r, &row); err != nil {
				return "", err
			}
		}
		whole := !over && ctx.Err() == nil || row.Rounds() == c.options.Rounds
		if err := c.keep(row, whole); err != nil {
			return "", err
		}
		switch {
		case ctx.Err() != nil:
			return results.Interrupted, nil
		case over && status == results.FailedCells:
			return status, nil // which weighs more
		case over:
			return results.OutOfTime, nil
		case row.Failed != "":
			status = results.FailedCells
		}
		c.show.Row(row)
	}
	return status, nil
}

// blank is a row without readings.
func (c *calibration) blank(r Row) results.CalibrationRow {
	row := r.blank()
	row.Conditions = results.Conditions{Measured: c.clock(), Commit: c.record.Commit,
		Planned: c.options.Rounds, Span: c.options.Span, Seed: c.options.Seed}
	return row
}

// blank is what a calibration says of the row, whatever is measured.
func (r Row) blank() results.CalibrationRow {
	row := results.CalibrationRow{Name: r.Name, What: r.What, Op: r.Op, Place: r.Place.Text, Gauges: r.gauges()}
	for _, s := range r.sides() {
		row.Sides = append(row.Sides, s.Name())
	}
	return row
}

// gauges are the comparison's, without targets where the place is none that is
// judged.
func (r Row) gauges() []results.Gauge {
	gauges := slices.Clone(r.Gauges)
	for i := range gauges {
		if r.Place.CPUs != judged {
			gauges[i] = shown(gauges[i].Quantity)
		}
	}
	return gauges
}

// row measures a row, until it is whole, or fails, or the time is over. Then
// disturbed rounds are measured again, at most half as many as were planned.
func (c *calibration) row(ctx context.Context, at int, r Row, row *results.CalibrationRow) (over bool, err error) {
	row.CPUs = pick(c.cpus, r.Place.CPUs, c.core)
	s, err := c.open(r.Comparison, row.CPUs)
	if err != nil {
		row.Failed = err.Error()
		return false, nil
	}
	defer s.close()
	draw := rand.New(rand.NewPCG(c.options.Seed, number(r.Name+" on "+r.Place.Name)))
	var again []int // rounds, the one that waits longest first
	for round := 1; ; round++ {
		planned, of := round <= c.options.Rounds, 0
		if !planned {
			if len(again) == 0 || round > c.options.Rounds+c.options.Rounds/2 {
				return false, nil
			}
			of, again = again[0], again[1:]
		}
		if c.overBudget(r) {
			return planned, nil // all that was planned is there, if not
		}
		began := c.clock()
		readings := c.round(ctx, s, r, draw, row)
		if readings == nil {
			return false, nil
		}
		c.spent, c.paid = c.spent+c.clock().Sub(began), c.paid+c.options.round(r)
		disturbed := false
		for i := range readings {
			readings[i].Round, readings[i].Again = round, of
			disturbed = disturbed || readings[i].Disturbed()
		}
		switch {
		case disturbed && planned:
			again = append(again, round)
		case disturbed:
			again = append(again, of)
		}
		row.Readings = append(row.Readings, readings...)
		if err := c.keep(*row, false); err != nil {
			return false, err
		}
		estimate := c.options.round(r)
		if !planned {
			estimate = 0 // it was not reckoned with
		}
		c.show.Round(r, round, estimate, c.left(at, r, min(round, c.options.Rounds)))
	}
}

// round runs each side once, and returns what they say once all have. Where the
// row cannot go on there is nothing, and the row says why.
func (c *calibration) round(ctx context.Context, s session, r Row, draw *rand.Rand, row *results.CalibrationRow) []results.Reading {
	sides := r.sides()
	var readings []results.Reading
	sum := ""
	for order, side := range draw.Perm(len(sides)) {
		before, _ := c.host()
		a, err := s.measure(ctx, sides[side])
		if ctx.Err() != nil {
			return nil // the round in flight is lost
		}
		after, _ := c.host()
		switch {
		case err == nil && a.Sum != "" && sum != "" && a.Sum != sum:
			err = fmt.Errorf("its work is not that of the other side: checksum %s, not %s", a.Sum, sum)
		case err == nil && a.NotRunnable != "":
			row.NotRunnable, row.Readings = sides[side].Name()+": "+a.NotRunnable, nil
			return nil
		}
		if err != nil {
			row.Failed = fmt.Sprintf("%s in round %d: %s", sides[side].Name(), len(row.Readings)/len(sides)+1, strings.TrimSpace(err.Error()))
			return nil
		}
		if a.Sum != "" {
			sum = a.Sum
		}
		readings = append(readings, results.Reading{Order: order + 1, Side: side,
			Ops: a.Ops, Wall: a.Wall, CPU: a.CPU, Value: a.Value, Steal: after.StealSince(before)})
	}
	return readings
}

// keep puts the row into the record and saves it. One that is not whole
// replaces none that is from before.
func (c *calibration) keep(row results.CalibrationRow, whole bool) error {
	id, at := row.Name+" on "+row.Place, c.record.Row(row.Name, row.Place)
	switch {
	case !whole && len(row.Readings) == 0, !whole && at >= 0 && !c.mine[id]:
		return nil
	case at >= 0:
		c.record.Rows[at] = row
	default:
		c.record.Rows = append(c.record.Rows, row)
		slices.SortStableFunc(c.record.Rows, func(a, b results.CalibrationRow) int { return rank(a) - rank(b) })
	}
	c.mine[id] = true
	if !c.something() {
		return nil
	}
	return c.save()
}

// rank is the place of a row among all there are.
func rank(r results.CalibrationRow) int {
	for i, c := range Comparisons {
		for k, p := range Places {
			if c.Name == r.Name && p.Text == r.Place {
				return i*len(Places) + k
			}
		}
	}
	return len(Comparisons) * len(Places)
}

func (c *calibration) overBudget(r Row) bool {
	return c.options.Budget > 0 && c.clock().Sub(c.began)+c.scaled(c.options.round(r)) > c.options.Budget
}

// left is about how long the rest takes, after a round of the row at at.
func (c *calibration) left(at int, r Row, round int) time.Duration {
	rest := time.Duration(c.options.Rounds-round) * c.options.round(r)
	for _, later := range c.rows[at+1:] {
		if c.obstacle(later) == "" {
			rest += time.Duration(c.options.Rounds) * c.options.round(later)
		}
	}
	return c.scaled(rest)
}

// scaled corrects an estimate by how far estimates were off so far.
func (c *calibration) scaled(estimate time.Duration) time.Duration {
	if c.paid == 0 {
		return estimate
	}
	return time.Duration(float64(estimate) * float64(c.spent) / float64(c.paid))
}

func number(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}
