package cost

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/runners/affinity"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestTheRingIsBoundAndFreed(t *testing.T) {
	before := affinity.CPUs()
	for _, cpus := range []string{oneCPU, apartCPU} {
		t.Run(cpus, func(t *testing.T) {
			s := worktest.Spec(t, handoff{}, workloads.Params{"laps": "5", "cpus": cpus}, "")
			work, err := handoff{}.Prepare(s, 3)
			var not workloads.NotRunnable
			if errors.As(err, &not) {
				t.Skip(not)
			}
			require.NoError(t, err)
			if cpus == oneCPU {
				assert.Equal(t, before[:1], affinity.CPUs())
			}
			worktest.Each(t, handoff{}.Needs(s.Params, 3), s, 3, work, done(3, work))
			if work.Close != nil {
				require.NoError(t, work.Close())
			}
			assert.Equal(t, before, affinity.CPUs())
		})
	}
}

// whereabouts is work whose tasks say where their thread is not as it is to be.
func whereabouts(where func(i int) []int) workloads.Work {
	return workloads.Work{Make: func(runners.Sync) runners.Body {
		return func(_ runners.Task, i int) (uint64, error) {
			if cpus := affinity.CPUs(); !slices.Equal(cpus, where(i)) {
				return 0, fmt.Errorf("task %d is on %v", i, cpus)
			}
			return 0, nil
		}
	}}
}

func TestEachTaskIsOnTheNextCPUUntilItEnds(t *testing.T) {
	const tasks = 5
	all := affinity.CPUs()
	work := whereabouts(func(i int) []int { return []int{all[i%len(all)]} })
	err := bind(apartCPU, &work)
	var not workloads.NotRunnable
	if errors.As(err, &not) {
		t.Skip(not)
	}
	require.NoError(t, err)
	free := whereabouts(func(int) []int { return all }).Make(nil)
	bound := work.Make
	work.Make = func(meet runners.Sync) runners.Body {
		body := bound(meet)
		return func(t runners.Task, i int) (uint64, error) {
			_, before := free(t, i)
			_, meanwhile := body(t, i)
			_, after := free(t, i)
			return 0, errors.Join(before, meanwhile, after)
		}
	}
	worktest.Each(t, runners.Needs{OwnThread: true, SharedMemory: true}, runners.Spec{}, tasks, work, func(t *testing.T, o runners.Outcome) {
		require.NoError(t, o.Err)
	})
}

func TestOneCPUAloneLeavesNoChoice(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	all := affinity.CPUs()
	require.NoError(t, affinity.PinThread(all[:1]))
	defer affinity.PinThread(all)
	for _, cpus := range []string{oneCPU, apartCPU} {
		var not workloads.NotRunnable
		assert.ErrorAs(t, bind(cpus, new(workloads.Work)), &not)
	}
	assert.NoError(t, bind(anyCPU, new(workloads.Work)))
}
