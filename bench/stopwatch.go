package bench

import (
	"fmt"
	"time"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/runners"
)

// A stopwatch reads the meters over the timed stretches of a sample.
type stopwatch struct {
	fixture *fixture
	running bool
	from    reading
	last    reading // at the end of the last op
	spent   reading // in all stretches
	hasPeak bool
	err     error // the first of a meter

	stretches int
	delays    int // stretches of which it is known how long threads waited for a CPU
}

// A reading is what the meters show at a time.
type reading struct {
	at            time.Time
	wall          time.Duration // in spent only
	model, origin meter.Usage   // model: of this process; in spent, of its workers too
	workers       meter.Usage   // of those that the model has; not in spent
	delay         meter.Delay   // empty: not known; not in spent
	delayed       time.Duration // in spent only
	collections   uint64        // of garbage, of this process; those of workers are not known
}

func newStopwatch(f *fixture) *stopwatch {
	return &stopwatch{fixture: f, hasPeak: meter.ResetPeak(f.workers()...) == nil}
}

// start begins a stretch. What is dear to read, it reads before.
func (s *stopwatch) start() {
	s.from = reading{origin: s.originUsage(), workers: s.workersUsage()}
	s.from.delay, _ = meter.Delays(s.fixture.workers()...)
	s.from.collections = meter.Collections()
	s.running = true
	if s.fixture.timer != nil {
		s.fixture.timer.StartTimer()
	}
	s.from.model = s.modelUsage()
	s.from.at = time.Now()
}

// lap notes the end of an op, with what is cheap to read.
func (s *stopwatch) lap() {
	s.last.at = time.Now()
	s.last.model = s.modelUsage()
}

// stop ends a stretch at the last lap.
func (s *stopwatch) stop() {
	if !s.running {
		return
	}
	s.running = false
	if s.fixture.timer != nil {
		s.fixture.timer.StopTimer()
	}
	s.spent.collections += meter.Collections() - s.from.collections
	s.spent.wall += s.last.at.Sub(s.from.at)
	s.spent.model = s.spent.model.Add(s.last.model.Sub(s.from.model))
	s.spent.model = s.spent.model.Add(s.workersUsage().Sub(s.from.workers)) // they are idle since the last lap
	s.spent.origin = s.spent.origin.Add(s.originUsage().Sub(s.from.origin))
	s.stretches++
	if delay, err := meter.Delays(s.fixture.workers()...); err == nil && len(s.from.delay) > 0 {
		s.spent.delayed += delay.Since(s.from.delay)
		s.delays++
	}
}

func (s *stopwatch) modelUsage() meter.Usage {
	u, err := meter.Self()
	s.fail("", err)
	return u
}

func (s *stopwatch) workersUsage() meter.Usage {
	p, ok := s.fixture.runner.(runners.Parent)
	if !ok {
		return meter.Usage{}
	}
	u, err := p.Usage()
	s.fail("worker processes: ", err)
	return u
}

func (s *stopwatch) originUsage() meter.Usage {
	if s.fixture.origin == nil {
		return meter.Usage{}
	}
	user, system, err := s.fixture.origin.Usage()
	s.fail("origin: ", err)
	return meter.Usage{User: user, System: system}
}

// fail keeps the first error.
func (s *stopwatch) fail(of string, err error) {
	if err != nil && s.err == nil {
		s.err = fmt.Errorf("%s%w", of, err)
	}
}

// figures adds what an op cost, where there were n.
func (s *stopwatch) figures(n int, to map[string]float64) {
	per := func(value float64, unit string) { to[unit] = value / float64(n) }
	m, o := s.spent.model, s.spent.origin
	per(float64(s.spent.wall), "ns/op")
	to["tasks/s"] = float64(n) * float64(s.fixture.job.Tasks) / s.spent.wall.Seconds()
	per(float64(m.User+m.System), "cpu-ns/op")
	per(float64(m.User), "user-ns/op")
	per(float64(m.System), "sys-ns/op")
	if m.Switches {
		per(float64(m.Voluntary), "vol-ctxsw/op")
		per(float64(m.Involuntary), "invol-ctxsw/op")
	}
	if s.stretches > 0 && s.delays == s.stretches { // a part would look like the whole
		per(float64(s.spent.delayed), "runq-ns/op")
	}
	if s.fixture.origin != nil {
		per(float64(o.User+o.System), "origin-cpu-ns/op")
		to["origin-busy"] = s.busy()
	}
}

// busy is the share that the origin used of the CPU it could have had: that of
// its Ps, or, where it shares the CPUs, what the model left if that is less. The
// two are not read at the same instant: what would come out over 1 is 1.
func (s *stopwatch) busy() float64 {
	o, m := s.spent.origin, s.spent.model
	could := s.spent.wall * time.Duration(s.fixture.originProcs)
	if s.fixture.cell.Place == Shared {
		could = min(could, s.spent.wall*time.Duration(Cores())-m.User-m.System)
	}
	used := float64(o.User + o.System)
	return used / max(float64(could), used, 1)
}

// peakFigure adds the peak of resident memory, the sample's own; where the
// model has processes, the sum of the peaks of all.
func (s *stopwatch) peakFigure(to map[string]float64) {
	if !s.hasPeak {
		return
	}
	if peak, err := meter.PeakRSS(s.fixture.workers()...); err == nil {
		known(to, "peak-rss-B", float64(peak))
	}
}
