package mixed

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestHeartbeatShowsWhatHoldsALoop(t *testing.T) {
	const tasks = 5
	s := worktest.Spec(t, heartbeat{}, workloads.Params{"steps": "100"}, "")
	work := worktest.Prepare(t, heartbeat{}, s, tasks)
	observe, model := work.Observe, ""
	work.Observe = func(o runners.Outcome, _ *workloads.Observed) error {
		var own workloads.Observed
		require.NoError(t, observe(o, &own))
		own.EndOp()
		f := own.Figures()
		for _, figure := range workloads.MeasuresOf(heartbeat{}, s.Params).Figures {
			assert.Contains(t, f, figure.Unit, model)
		}
		if model == "eventloop" { // there is no beat while the others compute, one after another
			assert.Greater(t, f["lag-max-ns"], float64(o.Samples[0].End-o.Samples[0].Start)/2)
		}
		return nil
	}
	worktest.Each(t, heartbeat{}.Needs(s.Params, tasks), s, tasks, work, func(t *testing.T, o runners.Outcome) {
		require.NoError(t, o.Err)
		assert.Equal(t, work.Sum, o.Sum)
		model = t.Name()[strings.LastIndexByte(t.Name(), '=')+1:]
	})
}

// A sleeper is a task that sleeps longer than it asked for.
type sleeper struct {
	runners.Task
	more func() time.Duration
}

func (s sleeper) Context() context.Context    { return context.Background() }
func (s sleeper) Sleep(d time.Duration) error { time.Sleep(d + s.more()); return nil }

func TestEachBeatThatIsMissedIsLateByItsOwnTime(t *testing.T) {
	const stall = 20 * time.Millisecond
	j := &heartbeatJob{hogs: 0, seed: 1}
	var ended atomic.Int64
	ended.Store(-1)
	naps := 0
	require.NoError(t, j.beat(sleeper{more: func() time.Duration {
		switch naps++; naps {
		case 3:
			return stall
		case 5:
			ended.Store(0)
		}
		return 0
	}}, nil, &ended))
	at := 0
	for j.lags[at] < stall {
		at++
	}
	for n := range int(stall / beat) {
		assert.Equal(t, j.lags[at]-time.Duration(n)*beat, j.lags[at+n], "beat %d", at+n)
	}
}

func TestABeatBeforeItsTimeIsCaught(t *testing.T) {
	var ended atomic.Int64
	ended.Store(-1) // so that it beats until one is early, however late the machine is
	err := new(heartbeatJob).beat(sleeper{more: func() time.Duration { return -time.Second }}, nil, &ended)
	assert.ErrorContains(t, err, "early")
}

// A box is a queue with room for all.
type box chan any

func (b box) Put(_ runners.Task, v any) error { b <- v; return nil }
func (b box) Get(runners.Task) (any, error)   { return <-b, nil }

type boxes struct{ runners.Sync }

func (boxes) NewQueue(int) runners.Queue { return make(box, 100) }

func TestWhoDoesNotComputeIsCaughtAndTheBeatEnds(t *testing.T) {
	s := worktest.Spec(t, heartbeat{}, nil, "")
	body := worktest.Prepare(t, heartbeat{}, s, 2).Make(boxes{})
	failed := make(chan error, 1)
	go func() {
		_, err := body(lazy{}, 1)
		failed <- err
	}()
	_, err := body(sleeper{more: func() time.Duration { return 0 }}, 0)
	assert.NoError(t, err)
	assert.ErrorContains(t, <-failed, "digest")
}
