package io

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestLoadIsClosedOrAPercentage(t *testing.T) {
	for _, s := range []string{"closed", "1", "75", "100"} {
		assert.NoError(t, checkLoad(s), s)
	}
	for _, s := range []string{"0", "101", "-5", "050", "half", "7.5", ""} {
		assert.Error(t, checkLoad(s), s)
	}
}

func TestAClosedLoopIsNotPacedAndMeasuresNothingItself(t *testing.T) {
	for _, w := range []workloads.Workload{echo{}, fetch{}} {
		s := worktest.Spec(t, w, nil, "")
		work := worktest.Prepare(t, w, s, 100)
		assert.Nil(t, work.Observe)
		assert.Zero(t, work.WarmUps)
		assert.Equal(t, workloads.Measures{}, workloads.MeasuresOf(w, s.Params))
		assert.Less(t, w.Needs(s.Params, 100).Together, 100)
	}
}

func TestAnOpenLoopOffersAShareOfItsOwnPeak(t *testing.T) {
	for _, c := range []struct {
		w     workloads.Server
		given workloads.Params
		each  int
		share float64
	}{
		{echo{}, workloads.Params{"trips": "40", "load": "50"}, 40, 0.50},
		{fetch{}, workloads.Params{"requests": "10", "latency": "0s", "load": "75"}, 10, 0.75},
	} {
		t.Run(c.w.About().Name, func(t *testing.T) {
			const tasks = 5
			s := worktest.Spec(t, c.w, c.given, serving(t, c.w))
			needs := c.w.Needs(s.Params, tasks)
			assert.Equal(t, runners.Needs{Files: 1, Together: tasks, SharedMemory: true}, needs)
			measures := workloads.MeasuresOf(c.w, s.Params)
			assert.True(t, measures.Paced)

			work := worktest.Prepare(t, c.w, s, tasks)
			observe, ops := work.Observe, 0
			work.Observe = func(o runners.Outcome, _ *workloads.Observed) error {
				var own workloads.Observed
				require.NoError(t, observe(o, &own))
				own.EndOp()
				f := own.Figures()
				if ops++; ops <= peakOps {
					assert.Empty(t, f, "the peak is looked for")
					return nil
				}
				for _, figure := range measures.Figures {
					assert.Positive(t, f[figure.Unit], figure.Unit)
				}
				assert.InEpsilon(t, c.share*f["peak/s"], f["offered/s"], 1e-9)
				ended := slices.MaxFunc(o.Samples, func(a, b runners.Sample) int { return int(a.End - b.End) }).End
				assert.GreaterOrEqual(t, ended.Seconds(), float64(tasks*c.each-1)/f["offered/s"], "nothing is sent before its time")
				return nil
			}
			worktest.Each(t, needs, s, tasks, work, func(t *testing.T, o runners.Outcome) {
				require.NoError(t, o.Err)
				assert.Equal(t, work.Sum, o.Sum)
			})
		})
	}
}

// A sleeper is a task that can do nothing but sleep.
type sleeper struct{ runners.Task }

func (sleeper) Context() context.Context    { return context.Background() }
func (sleeper) Sleep(d time.Duration) error { time.Sleep(d); return nil }

// A gate is a queue with room for all.
type gate chan any

func (g gate) Put(_ runners.Task, v any) error { g <- v; return nil }
func (g gate) Get(runners.Task) (any, error)   { return <-g, nil }

type gates struct{ runners.Sync }

func (gates) NewQueue(int) runners.Queue { return make(gate, 100) }

// A request that the one before it held up has waited since it was due, though
// it is sent and answered in no time.
func TestWhatAStallHoldsUpIsChargedForIt(t *testing.T) {
	const stall = 30 * time.Millisecond
	l := &openLoop{
		tasks: 1, each: 60, share: 0.5, peak: 2000, looked: peakOps,
		took: make([]time.Duration, 60), ended: make([]time.Duration, 1),
	}
	p := l.begin(gates{})
	require.NoError(t, p.ready(sleeper{}))
	for n := range l.each {
		require.NoError(t, p.due(sleeper{}, 0, n))
		assert.GreaterOrEqual(t, time.Since(p.start), time.Duration(n)*time.Millisecond, "request %d", n)
		if n == 20 {
			time.Sleep(stall)
		}
		p.answered(0, n)
	}
	for n := range 30 {
		assert.GreaterOrEqual(t, l.took[20+n], stall-time.Duration(n)*time.Millisecond, "request %d", 20+n)
	}
	var own workloads.Observed
	require.NoError(t, l.observe(runners.Outcome{}, &own))
	own.EndOp()
	f := own.Figures()
	assert.Equal(t, 1000.0, f["offered/s"])
	assert.GreaterOrEqual(t, f["response-max-ns"], float64(stall))
	assert.GreaterOrEqual(t, f["response-p99-ns"], float64(stall-2*time.Millisecond))
	assert.Less(t, f["answered/s"], 60/0.050, "the answers cannot come before the requests")
}

func TestTheBestOpButTheFirstIsThePeak(t *testing.T) {
	l := &openLoop{tasks: 2, each: 10, share: 0.9, took: make([]time.Duration, 20), ended: make([]time.Duration, 2)}
	for _, ms := range []time.Duration{5, 40, 20, 50} {
		assert.Zero(t, l.begin(gates{}).gap)
		l.ended[0], l.ended[1] = ms*time.Millisecond, 10*time.Millisecond
		require.NoError(t, l.observe(runners.Outcome{}, new(workloads.Observed)))
	}
	assert.Equal(t, 1000.0, l.peak)
	assert.InEpsilon(t, 1e9/900.0, l.begin(gates{}).gap, 1e-9)
}

// refused is a task that cannot connect.
type refused struct{ sleeper }

func (refused) Dial(string, string) (net.Conn, error) { return nil, errors.New("refused") }

// A dialer is a task that can.
type dialer struct{ sleeper }

func (dialer) Dial(network, address string) (net.Conn, error) { return net.Dial(network, address) }

func TestWhoCannotConnectKeepsNobodyWaiting(t *testing.T) {
	for _, w := range []workloads.Server{echo{}, fetch{}} {
		s := worktest.Spec(t, w, workloads.Params{"load": "50"}, serving(t, w))
		body := worktest.Prepare(t, w, s, 2).Make(gates{})
		_, err := body(refused{}, 0)
		assert.ErrorContains(t, err, "refused")
		_, err = body(dialer{}, 1)
		assert.NoError(t, err)
	}
}
