package mixed

import (
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestABlockingCallStallsWhoSharesItsThread(t *testing.T) {
	const tasks = 8
	s := worktest.Spec(t, blocking{}, workloads.Params{"every": "4", "call": "10ms", "waits": "2"}, "")
	work := worktest.Prepare(t, blocking{}, s, tasks)
	observe, model := work.Observe, ""
	work.Observe = func(o runners.Outcome, _ *workloads.Observed) error {
		var own workloads.Observed
		require.NoError(t, observe(o, &own))
		own.EndOp()
		f := own.Figures()
		for _, figure := range workloads.MeasuresOf(blocking{}, s.Params).Figures {
			assert.GreaterOrEqual(t, f[figure.Unit], 2e6, "%s under %s: two waits of 1 ms", figure.Unit, model)
		}
		if model == "eventloop" { // two calls, one after the other
			assert.GreaterOrEqual(t, f["others-max-ns"], 20e6)
		}
		return nil
	}
	worktest.Each(t, blocking{}.Needs(s.Params, tasks), s, tasks, work, func(t *testing.T, o runners.Outcome) {
		require.NoError(t, o.Err)
		assert.Equal(t, work.Sum, o.Sum)
		model = t.Name()[strings.LastIndexByte(t.Name(), '=')+1:]
	})
}

func TestOneTaskInSomeBlocks(t *testing.T) {
	j := &blockingJob{seed: 1, tasks: 1000, every: 10}
	places := map[int]bool{}
	for group := range 100 {
		blockers := 0
		for place := range 10 {
			if j.blocks(10*group + place) {
				blockers++
				places[place] = true
			}
		}
		assert.Equal(t, 1, blockers, "group %d", group)
	}
	assert.Len(t, places, 10, "in all places")
}

func TestAGroupThatIsNotFullHasItsBlockerToo(t *testing.T) {
	for seed := range uint64(20) {
		j := &blockingJob{seed: seed, tasks: 13, every: 10}
		blockers := 0
		for i := range j.tasks {
			if j.blocks(i) {
				blockers++
			}
		}
		assert.Equal(t, 2, blockers)
	}
}

func TestOnlyTheOthersAreObserved(t *testing.T) {
	j := &blockingJob{seed: 1, tasks: 9, every: 4}
	o := runners.Outcome{Samples: make([]runners.Sample, 9)}
	want := 0.0
	for i := range o.Samples {
		if o.Samples[i].End = time.Duration(i + 1); j.blocks(i) {
			o.Samples[i].End = time.Hour
		} else {
			want = float64(i + 1)
		}
	}
	var own workloads.Observed
	require.NoError(t, j.observe(o, &own))
	own.EndOp()
	assert.Equal(t, want, own.Figures()["others-max-ns"])
}

// As many calls at once need as many threads.
func TestHoldKeepsAThread(t *testing.T) {
	threads := func() int { return pprof.Lookup("threadcreate").Count() }
	for _, d := range []time.Duration{30 * time.Millisecond, 300 * time.Millisecond, 3 * time.Second} {
		calls := threads() + 10
		var all sync.WaitGroup
		for range calls {
			all.Go(func() {
				began := time.Now()
				assert.NoError(t, hold(d))
				assert.GreaterOrEqual(t, time.Since(began), d)
			})
		}
		all.Wait()
		if threads() >= calls {
			return
		}
	}
	t.Error("there were fewer threads than calls")
}

// An idler is a task that does not wait, and calls nothing.
type idler struct{ runners.Task }

func (idler) Sleep(time.Duration) error { return nil }
func (idler) Block(func())              {}

func TestWhoDoesNotWaitIsCaught(t *testing.T) {
	s := worktest.Spec(t, blocking{}, nil, "")
	body := worktest.Prepare(t, blocking{}, s, 10).Make(nil)
	for i := range 10 {
		_, err := body(idler{}, i)
		assert.ErrorContains(t, err, "of")
	}
}
