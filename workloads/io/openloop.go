package io

import (
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
)

// closed is the load of tasks that send as soon as they have the answer before.
const closed = "closed"

// loadParam is the parameter of a workload whose tasks can send at set times.
var loadParam = workloads.Param{
	Name: "load", Default: closed, Check: checkLoad,
	Doc: "when a task sends: closed (as soon as it has the answer before) or, in percent of the requests/s that this gives, at set times: 1 to 100",
}

func checkLoad(s string) error {
	if s == closed {
		return nil
	}
	return workloads.Whole(1, 100)(s)
}

// openNeeds adds what an open loop needs.
func openNeeds(n runners.Needs, p workloads.Params, tasks int) runners.Needs {
	if p[loadParam.Name] != closed {
		n.Together, n.SharedMemory = tasks, true
	}
	return n
}

// openMeasures is what an open loop measures; its ops last as long as the
// schedule has them.
func openMeasures(p workloads.Params) workloads.Measures {
	if p[loadParam.Name] == closed {
		return workloads.Measures{}
	}
	return workloads.Measures{
		Paced: true,
		Figures: append(workloads.Spread("response", "response time at a share of the model's own peak, since the request was due", "p99"),
			workloads.Figure{Unit: "peak/s", Doc: "requests/s in a closed loop", Higher: true},
			workloads.Figure{Unit: "offered/s", Doc: "requests/s offered", Higher: true},
			workloads.Figure{Unit: "answered/s", Doc: "requests/s answered", Higher: true}),
	}
}

// loadSweep is a workload's jobs under load: a sweep, since each model has a
// peak of its own, and their response times are at different rates.
func loadSweep(tasks int, params workloads.Params) workloads.Sweep {
	s := workloads.Sweep{Over: "load, in percent of the model's own peak"}
	for _, load := range []string{"50", "75", "90"} {
		p := maps.Clone(params)
		p[loadParam.Name] = load
		s.Cases = append(s.Cases, workloads.Case{Tasks: tasks, Params: p})
	}
	return s
}

// peakOps is how many ops look for the peak: the first has the warming up in it
// and is left out, the best of the others is it.
const peakOps = 4

// An openLoop has tasks send their requests at set times, over a connection
// each, at a share of the rate that they reach in a closed loop in the same
// process. Its first ops are closed, to find that rate.
//
// In a closed loop a slow answer delays the requests after it, and their wait is
// in no figure: coordinated omission. Here a response time begins when the
// request was to be sent, and not when the task got round to it, as in G. Tene's
// wrk2 (https://github.com/giltene/wrk2).
type openLoop struct {
	tasks, each int             // requests a task
	share       float64         // of the peak that is offered
	looked      int             // ops that have looked for the peak
	peak        float64         // requests/s
	took        []time.Duration // response times, task by task
	ended       []time.Duration // when each task had its last answer, since the op's start
	op          *pace
}

// loaded makes the work of tasks that send each requests, of a body that is
// paced so: not at all, by a nil pace, where the load is closed.
func loaded(p workloads.Params, tasks, each int, body func(*pace) runners.Body) workloads.Work {
	if p[loadParam.Name] == closed {
		unpaced := body(nil)
		return workloads.Work{Make: func(runners.Sync) runners.Body { return unpaced }}
	}
	l := &openLoop{
		tasks: tasks, each: each, share: float64(p.Int(loadParam.Name)) / 100,
		took: make([]time.Duration, tasks*each), ended: make([]time.Duration, tasks),
	}
	return workloads.Work{
		Make:    func(meet runners.Sync) runners.Body { return body(l.begin(meet)) },
		Observe: l.observe,
		WarmUps: peakOps,
	}
}

// begin begins an op: a closed one until the peak is known.
func (l *openLoop) begin(meet runners.Sync) *pace {
	l.op = &pace{loop: l, gate: meet.NewQueue(0)}
	l.op.missing.Store(int64(l.tasks))
	if l.looked < peakOps || l.peak == 0 {
		l.looked++
	} else {
		l.op.gap = 1e9 / (l.share * l.peak)
	}
	return l.op
}

// observe notes the peak, or what an op under load has measured.
func (l *openLoop) observe(o runners.Outcome, into *workloads.Observed) error {
	if o.Failed > 0 {
		return nil
	}
	rate := float64(len(l.took)) / slices.Max(l.ended).Seconds()
	if l.op.gap == 0 {
		if l.looked > 1 {
			l.peak = max(l.peak, rate)
		}
		return nil
	}
	for _, took := range l.took {
		into.Time("response", int64(took))
	}
	into.Add("peak/s", l.peak)
	into.Add("offered/s", l.share*l.peak)
	into.Add("answered/s", rate)
	return nil
}

// A pace is the schedule of one op. With a nil one, which costs a comparison,
// tasks send when they can.
type pace struct {
	loop    *openLoop
	gap     float64      // nanoseconds from one request to the next; 0: the loop is closed
	missing atomic.Int64 // tasks that are not yet at the gate
	gate    runners.Queue
	start   time.Time // when the first request is due
}

// lead is how long before the first request the tasks are let go: they take a
// while to wake.
func lead(tasks int) time.Duration {
	return 5*time.Millisecond + time.Duration(tasks)*20*time.Microsecond
}

// ready waits until all tasks are connected, and for the start.
func (p *pace) ready(t runners.Task) error {
	if p == nil {
		return nil
	}
	if err := p.arrive(t); err != nil {
		return err
	}
	if _, err := p.gate.Get(t); err != nil {
		return err
	}
	return t.Sleep(time.Until(p.start))
}

// arrive counts a task that is ready, or will never be, and at the last one
// opens the gate.
func (p *pace) arrive(t runners.Task) error {
	if p == nil || p.missing.Add(-1) > 0 {
		return nil
	}
	p.start = time.Now().Add(lead(p.loop.tasks))
	for range p.loop.tasks {
		if err := p.gate.Put(t, true); err != nil {
			return err
		}
	}
	return nil
}

// due waits until the n-th request of task i is to be sent, if that is not past.
// The tasks take turns, so that what is due together is on different
// connections. How late a sleep ends is part of the response time: it is the
// model's timer.
func (p *pace) due(t runners.Task, i, n int) error {
	if p == nil || p.gap == 0 {
		return nil
	}
	return p.sleep(t, i, n)
}

func (p *pace) sleep(t runners.Task, i, n int) error {
	if left := time.Until(p.at(i, n)); left > 0 {
		return t.Sleep(left)
	}
	return nil
}

func (p *pace) at(i, n int) time.Time {
	return p.start.Add(time.Duration(p.gap * float64(n*p.loop.tasks+i)))
}

// answered notes that the n-th request of task i has its answer.
func (p *pace) answered(i, n int) {
	if p != nil {
		p.note(i, n)
	}
}

func (p *pace) note(i, n int) {
	last := n == p.loop.each-1
	if p.gap == 0 && !last {
		return
	}
	now := time.Now()
	if p.gap > 0 {
		p.loop.took[i*p.loop.each+n] = now.Sub(p.at(i, n))
	}
	if last {
		p.loop.ended[i] = now.Sub(p.start)
	}
}
