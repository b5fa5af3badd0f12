package bench

import (
	"testing"
	"time"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/runners"
)

// A stopwatch reads the meters over the measured stretches of a slice: over
// just what b's timer runs for.
type stopwatch struct {
	b       *testing.B
	rig     *rig
	running bool
	from    reading
	last    reading // at the end of the last op
	spent   reading // in all stretches
	hasPeak bool

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
}

func newStopwatch(b *testing.B, r *rig) *stopwatch {
	return &stopwatch{b: b, rig: r, hasPeak: meter.ResetPeak(r.workers()...) == nil}
}

// start begins a stretch. It finds b's timer stopped and leaves it running:
// what is dear to read, it reads before.
func (s *stopwatch) start() {
	s.from = reading{origin: s.originUsage(), workers: s.workersUsage()}
	s.from.delay, _ = meter.Delays(s.rig.workers()...)
	s.running = true
	s.b.StartTimer()
	s.from.model = s.modelUsage()
	s.from.at = time.Now()
}

// lap notes the end of an op, with what is cheap to read: what b's timer does
// when it stops is no part of what is measured.
func (s *stopwatch) lap() {
	s.last.at = time.Now()
	s.last.model = s.modelUsage()
}

// stop ends a stretch at the last lap. It leaves b's timer stopped.
func (s *stopwatch) stop() {
	if !s.running {
		return
	}
	s.running = false
	s.b.StopTimer()
	s.spent.wall += s.last.at.Sub(s.from.at)
	s.spent.model = s.spent.model.Add(s.last.model.Sub(s.from.model))
	s.spent.model = s.spent.model.Add(s.workersUsage().Sub(s.from.workers)) // they are idle since the last lap
	s.spent.origin = s.spent.origin.Add(s.originUsage().Sub(s.from.origin))
	s.stretches++
	if delay, err := meter.Delays(s.rig.workers()...); err == nil && len(s.from.delay) > 0 {
		s.spent.delayed += delay.Since(s.from.delay)
		s.delays++
	}
}

func (s *stopwatch) modelUsage() meter.Usage {
	u, err := meter.Self()
	if err != nil {
		s.b.Fatal(err)
	}
	return u
}

func (s *stopwatch) workersUsage() meter.Usage {
	p, ok := s.rig.runner.(runners.Parent)
	if !ok {
		return meter.Usage{}
	}
	u, err := p.Usage()
	if err != nil {
		s.b.Fatalf("worker processes: %v", err)
	}
	return u
}

func (s *stopwatch) originUsage() meter.Usage {
	if s.rig.origin == nil {
		return meter.Usage{}
	}
	user, system, err := s.rig.origin.Usage()
	if err != nil {
		s.b.Fatalf("origin: %v", err)
	}
	return meter.Usage{User: user, System: system}
}

// report reports what an op cost.
func (s *stopwatch) report() {
	per := func(value float64, unit string) { s.b.ReportMetric(value/float64(s.b.N), unit) }
	m, o := s.spent.model, s.spent.origin
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
	if s.rig.origin != nil {
		per(float64(o.User+o.System), "origin-cpu-ns/op")
		s.b.ReportMetric(s.busy(), "origin-busy")
	}
}

// busy is the share that the origin used of the CPU it could have had: that of
// its Ps, or, where it shares the CPUs, what the model left if that is less. The
// two are not read at the same instant: what would come out over 1 is 1.
func (s *stopwatch) busy() float64 {
	o, m := s.spent.origin, s.spent.model
	could := s.spent.wall * time.Duration(s.rig.originProcs)
	if s.rig.cell.Place == Shared {
		could = min(could, s.spent.wall*time.Duration(Cores())-m.User-m.System)
	}
	used := float64(o.User + o.System)
	return used / max(float64(could), used, 1)
}

// reportPeak reports the peak of resident memory, the slice's own; where the
// model has processes, the sum of the peaks of all.
func (s *stopwatch) reportPeak() {
	if !s.hasPeak {
		return
	}
	if peak, err := meter.PeakRSS(s.rig.workers()...); err == nil {
		report(s.b, float64(peak), "peak-rss-B")
	}
}
