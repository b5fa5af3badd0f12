package fakerun

import (
	"math"
	"time"

	"github.com/concbench/concbench/results"
	"github.com/concbench/concbench/results/record"
)

// Calibration returns a calibration of the machine that New's runs were made
// on. In it, of every kind there is: targets that are met, missed and open, one
// CPU without any, a ratio to the best of several, a figure without a ratio, a
// row that cannot run and one that failed, disturbed rounds, a row of another
// time and commit, and rows of version 1 beside those whose sides took turns.
func Calibration() *results.Calibration {
	f := New(0)
	c := &results.Calibration{
		Version: results.Version, Status: results.FailedCells, Seed: 7, Rounds: 20, Span: 300 * time.Millisecond,
		Started: f.Run.Started, Ended: f.Run.Ended, Go: f.Run.Go, Commit: f.Run.Commit, Compiler: "gcc 12.2.0",
		OriginProcs: 1, Machine: f.Env,
	}
	echo := []results.Gauge{{Quantity: results.Throughput, Target: 0.95, AtLeast: true}, {Quantity: results.CPUPerOp, Target: 1.15}}
	shown := []results.Gauge{{Quantity: results.Throughput}, {Quantity: results.CPUPerOp}}
	one := results.CalibrationRow{Name: "echo", What: "eventloop echo ÷ C with epoll", Op: "request", Place: "one CPU", CPUs: []int{1},
		Sides: []string{"eventloop", "C epoll"}, Gauges: shown,
		Readings: readings(20, [][3]float64{{5245, 3300, 0}, {5000, 3000, 0}}, 0.0018)}
	two := one
	two.Place, two.CPUs, two.Gauges = "two CPUs", []int{0, 1}, echo
	two.Readings = readings(20, [][3]float64{{5530, 3300, 0}, {5000, 3000, 0}}, 0.0006)
	two.Readings = disturb(two.Readings, 4, true)
	two.Readings = disturb(two.Readings, 9, false)
	c.Rows = append(c.Rows, one, two,
		results.CalibrationRow{Name: "pipe", What: "threads ping-pong ÷ pthreads", Op: "trip", Place: "two CPUs", CPUs: []int{0, 1},
			Sides: []string{"threads", "C pthreads"}, Gauges: []results.Gauge{{Quantity: results.PerOp, Target: 1.1}},
			Rounds: turns(20, []string{"threads", "C pthreads"}, [][3]float64{{5500, 5500, 0}, {5000, 5000, 0}}, 0.0018)})
	c.Rows = append(c.Rows,
		results.CalibrationRow{Name: "dispatch", What: "gopool ÷ the fastest of ants and pond", Op: "task", Place: "two CPUs",
			Sides: []string{"gopool", "ants", "pond"}, Gauges: []results.Gauge{{Quantity: results.PerOp, Target: 1}, {Quantity: results.CPUPerOp}},
			Rounds: turns(3, []string{"gopool", "ants", "pond"}, [][3]float64{{100, 100, 0}, {250, 250, 0}, {125, 125, 0}}, 0.001)},
		results.CalibrationRow{Name: "idle", What: "eventloop, an idle task", Op: "task", Place: "two CPUs",
			Sides: []string{"eventloop"}, Gauges: []results.Gauge{{Quantity: results.Held, Target: 3.2 * 1024}},
			Rounds: turns(20, []string{"eventloop"}, [][3]float64{{10, 10, 3030}}, 0.0006)},
		results.CalibrationRow{Name: "uring", What: "uring echo ÷ C with io_uring", Op: "request", Place: "one CPU",
			Sides: []string{"uring", "C io_uring"}, Gauges: echo,
			NotRunnable: "uring: io_uring_setup: operation not permitted, as it is in many a sandbox and in most containers, where seccomp forbids it"},
		results.CalibrationRow{Name: "tick", What: "threads, a tick", Op: "tick", Place: "two CPUs",
			Sides: []string{"threads", "C pthreads"}, Gauges: []results.Gauge{{Quantity: results.Lateness, Target: 1.5}},
			Failed: "C pthreads in round 3: exit status 1"},
	)
	for i := range c.Rows {
		c.Rows[i].Conditions = results.Conditions{Measured: c.Started, Commit: c.Commit, Planned: c.Rounds, Span: c.Span, Seed: c.Seed}
	}
	older := &c.Rows[c.Row("idle", "two CPUs")].Conditions
	older.Measured, older.Commit = c.Started.AddDate(0, 0, -3), "0ldc0ffee123"
	return c
}

// disturb makes a round one that much was stolen from, and slow, and adds one
// that measures it again: a quiet one, or one that is as disturbed.
func disturb(all []results.Reading, number int, quiet bool) []results.Reading {
	last := all[len(all)-1].Round
	var again []results.Reading
	for i := range all {
		if all[i].Round != number {
			continue
		}
		r := &all[i]
		second := *r
		second.Round, second.Again = last+1, number
		r.Steal = 0.3
		if quiet {
			r.Wall *= time.Duration(2 + r.Side)
		} else {
			second.Steal, second.Wall = 0.4, second.Wall*5
		}
		again = append(again, second)
	}
	return append(all, again...)
}

// readings makes rounds of sides, each with its time and CPU an operation, in
// nanoseconds, and its value. The first side's figures differ from round to
// round, by so large a step.
func readings(rounds int, sides [][3]float64, step float64) []results.Reading {
	const ops = 1000
	var all []results.Reading
	for round := 1; round <= rounds; round++ {
		for side, s := range sides {
			noise := 1.0
			if side == 0 {
				noise += step * (math.Mod(7*float64(round), 20) - 9)
			}
			all = append(all, results.Reading{Round: round, Order: side + 1, Side: side, Ops: ops,
				Wall: time.Duration(ops * s[0] * noise), CPU: time.Duration(ops * s[1] * noise), Value: s[2] * noise})
		}
	}
	return all
}

// turns makes rounds as readings does, whose sides took turns: what slows a cycle
// slows them alike.
func turns(rounds int, sides []string, figures [][3]float64, step float64) []record.Round {
	all := make([]record.Round, rounds)
	for _, r := range readings(rounds, figures, step) {
		a := record.Arm{Name: sides[r.Side]}
		for cycle, slow := range []float64{1, 0.9, 1.1, 1} {
			values := map[string]float64{"ns/op": slow * float64(r.Wall) / float64(r.Ops), "cpu-ns/op": slow * float64(r.CPU) / float64(r.Ops)}
			if r.Value > 0 {
				values["held-B/op"] = slow * r.Value
			}
			a.Add(cycle, record.Sample{N: 1, Timed: r.Wall, Values: values})
		}
		round := &all[r.Round-1]
		round.Round, round.Planned, round.End, round.Arms = r.Round, len(a.Cycles), true, append(round.Arms, a)
	}
	return all
}
