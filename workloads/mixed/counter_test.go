package mixed

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

// counting runs a counter under every model, and returns the least and the most
// that were lost in an op of each.
func counting(t *testing.T, tasks int, given workloads.Params) (least, most map[string]float64) {
	t.Helper()
	s := worktest.Spec(t, counter{}, given, "")
	work := worktest.Prepare(t, counter{}, s, tasks)
	observe, model := work.Observe, ""
	least, most = map[string]float64{}, map[string]float64{}
	work.Observe = func(o runners.Outcome, _ *workloads.Observed) error {
		var own workloads.Observed
		err := observe(o, &own)
		own.EndOp()
		lost := own.Figures()["lost/op"]
		if _, seen := least[model]; !seen || lost < least[model] {
			least[model] = lost
		}
		most[model] = max(most[model], lost)
		return err
	}
	worktest.Each(t, counter{}.Needs(s.Params, tasks), s, tasks, work, func(t *testing.T, o runners.Outcome) {
		require.NoError(t, o.Err)
		assert.Equal(t, work.Sum, o.Sum, "whatever was lost")
		model = t.Name()[strings.LastIndexByte(t.Name(), '=')+1:]
	})
	return least, most
}

func TestNothingIsLostWithCare(t *testing.T) {
	for _, sync := range []string{"mutex", "atomic", "own"} {
		for _, yield := range []string{"inside", "outside", "never"} {
			t.Run(sync+"/"+yield, func(t *testing.T) {
				_, most := counting(t, 5, workloads.Params{"n": "100", "sync": sync, "yield": yield})
				for model, lost := range most {
					assert.Zero(t, lost, model)
				}
			})
		}
	}
}

// oneAtATime are models of which one task at a time runs, until it waits.
var oneAtATime = []string{"eventloop", "uring", "hybrid", "gil", "sequential"}

func TestNothingIsLostWhereNobodyComesBetween(t *testing.T) {
	for _, yield := range []string{"outside", "never"} {
		_, most := counting(t, 5, workloads.Params{"n": "300", "sync": "none", "yield": yield})
		for model, lost := range most {
			if slices.Contains(oneAtATime, model) {
				assert.Zero(t, lost, "yield %s under %s", yield, model)
			}
		}
	}
}

func TestUpdatesAreLostWhereOthersComeBetween(t *testing.T) {
	const tasks, n = 5, 300
	ran, lost := map[string]bool{}, map[string]bool{"sequential": true} // which has nothing to lose
	for round := 0; round < 20 && (round == 0 || len(lost) < len(ran)); round++ {
		least, most := counting(t, tasks, workloads.Params{"n": "300", "sync": "none", "yield": "inside"})
		for model := range most {
			ran[model] = true
			switch model {
			case "sequential":
				assert.Zero(t, most[model])
			case "eventloop", "uring", "hybrid": // all load before one stores
				assert.Equal(t, float64((tasks-1)*n), least[model], model)
			}
			if most[model] > 0 { // threads may each be done before the next begins, but not always
				lost[model] = true
			}
		}
	}
	for model := range ran {
		assert.True(t, lost[model], "%s lost nothing", model)
	}
}

// An interloper is a task in which another comes between.
type interloper struct {
	runners.Task
	between func()
}

func (t *interloper) Yield() error {
	if f := t.between; f != nil {
		t.between = nil
		f()
	}
	return nil
}

// A broken mutex locks nothing.
type broken struct{ runners.Sync }

func (broken) NewMutex() runners.Mutex { return broken{} }
func (broken) Lock(runners.Task) error { return nil }
func (broken) Unlock()                 {}

// between has one task increment the counter while the other is about to.
func between(t *testing.T, sync string) (lost float64, err error) {
	s := worktest.Spec(t, counter{}, workloads.Params{"n": "1", "sync": sync, "yield": "inside"}, "")
	work := worktest.Prepare(t, counter{}, s, 2)
	body := work.Make(broken{})
	_, err = body(&interloper{between: func() {
		_, err = body(&interloper{}, 1)
		require.NoError(t, err)
	}}, 0)
	require.NoError(t, err)
	var own workloads.Observed
	err = work.Observe(runners.Outcome{}, &own)
	own.EndOp()
	return own.Figures()["lost/op"], err
}

func TestWhatIsLostIsCountedOrAFailure(t *testing.T) {
	lost, err := between(t, "none")
	assert.NoError(t, err)
	assert.Equal(t, 1.0, lost)
	for _, sync := range []string{"atomic", "own"} {
		_, err = between(t, sync)
		assert.NoError(t, err, sync)
	}
	_, err = between(t, "mutex")
	assert.ErrorContains(t, err, "1 of 2 increments were lost", "under a mutex that locks nothing")
}
