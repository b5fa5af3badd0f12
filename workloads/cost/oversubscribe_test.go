package cost

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestTheItemsAreSharedByAnyNumberOfTasks(t *testing.T) {
	for _, c := range []struct {
		tasks int
		items string
	}{{1, "20"}, {2, "21"}, {5, "3"}, {40, "100"}} {
		for _, kind := range []string{"cpu", "io"} {
			t.Run(fmt.Sprint(kind, "/", c.tasks), func(t *testing.T) {
				s := worktest.Spec(t, oversubscribe{}, workloads.Params{"work": kind, "items": c.items}, "")
				work := worktest.Prepare(t, oversubscribe{}, s, c.tasks)
				items := workloads.Params(s.Params).Int("items")
				worktest.Each(t, oversubscribe{}.Needs(s.Params, c.tasks), s, c.tasks, work, func(t *testing.T, o runners.Outcome) {
					require.NoError(t, o.Err)
					done(c.tasks, work)(t, o)
					for i, s := range o.Samples {
						if share := (items - i + c.tasks - 1) / c.tasks; kind == "io" {
							assert.GreaterOrEqual(t, s.End-s.Start, time.Duration(share)*time.Millisecond, "task %d waits for one item after another", i)
						}
					}
					var own workloads.Observed
					require.NoError(t, work.Observe(o, &own))
					own.EndOp()
					took := time.Duration(own.Figures()[workTime])
					assert.Positive(t, took)
					assert.LessOrEqual(t, took, slices.MaxFunc(o.Samples, func(a, b runners.Sample) int { return cmp.Compare(a.End, b.End) }).End, "the tasks' making is no part of it")
					if kind == "io" {
						assert.GreaterOrEqual(t, took, time.Duration(items/c.tasks)*time.Millisecond)
					}
				})
			})
		}
	}
}

func TestAnItemLeftOutIsNoticed(t *testing.T) {
	for kind, left := range map[string]bool{"1": false, "2": true} {
		s := worktest.Spec(t, oversubscribe{}, workloads.Params{"items": kind}, "")
		work := worktest.Prepare(t, oversubscribe{}, s, 1)
		sum, err := work.Make(forging{})(hasty{}, 0) // one step
		require.NoError(t, err)
		assert.Equal(t, left, sum != work.Sum)
	}
}

func TestAWaitThatIsTooShortIsNoticed(t *testing.T) {
	s := worktest.Spec(t, oversubscribe{}, workloads.Params{"work": "io"}, "")
	work := worktest.Prepare(t, oversubscribe{}, s, 1)
	_, err := work.Make(forging{})(hasty{}, 0)
	assert.ErrorContains(t, err, "of 1ms")
}

func TestEveryTaskOfTheSweepsHasAnItem(t *testing.T) {
	for _, sweep := range (oversubscribe{}).About().Sweeps {
		for _, c := range sweep.Cases {
			p, err := oversubscribe{}.About().Fill(c.Params)
			require.NoError(t, err)
			assert.LessOrEqual(t, c.Tasks, p.Int("items"))
			if p["work"] == "io" {
				assert.LessOrEqual(t, time.Duration(p.Int("items")/c.Tasks)*itemWait, 2*time.Second)
			}
		}
	}
}
