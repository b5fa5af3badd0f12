package bench

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	_ "github.com/concbench/concbench/workloads/all"
)

func TestACellIsNamedAsItIsRead(t *testing.T) {
	for _, name := range []string{
		"BenchmarkIO/workload=echo/tasks=100/model=goroutines",
		"BenchmarkIO/workload=echo/tasks=7/trips=3/size=128/model=gopool:64",
		"BenchmarkIO/workload=files/tasks=10/cache=cold/model=sequential",
		"BenchmarkIO/workload=fetch/tasks=10/place=apart/model=goroutines",
		"BenchmarkCPU/workload=hash/tasks=64/model=threadpool:5",
	} {
		c, err := ParseCell(name)
		require.NoError(t, err)
		assert.Equal(t, name, c.Name())
	}
}

func TestAJobMayBeNamedShort(t *testing.T) {
	j, err := ParseJob("echo/trips=3")
	require.NoError(t, err)
	assert.Equal(t, "BenchmarkIO/workload=echo/tasks=50/trips=3", j.Name(), "with the tasks of the first quick case")
}

func TestWhatIsWrongWithANameIsSaid(t *testing.T) {
	for name, says := range map[string]string{
		"workload=echo/tasks=100":                      "want workload",
		"workload=ecko/tasks=1/model=goroutines":       `did you mean "echo"`,
		"workload=echo/tasks=1/model=goroutine":        `did you mean "goroutines"`,
		"workload=echo/tasks=-1/model=goroutines":      "1 or more",
		"workload=echo/tasks=1/trip=2/model=gopool":    `did you mean "trips"`,
		"workload=echo/tasks=1/trips=x/model=gopool":   "trips",
		"workload=echo/tasks=1/place=far/model=gopool": "shared, apart",
		"workload=echo/tasks=1/model=gopool:0":         "1 or more",
		"tasks=1/workload=echo/model=gopool":           "begins with the workload",
	} {
		_, err := ParseCell(name)
		assert.ErrorContains(t, err, says, name)
	}
}

func TestEveryCellOfTheProfilesIsNamedOnce(t *testing.T) {
	for _, p := range []Profile{Quick, Full} {
		seen := map[string]bool{}
		for _, w := range workloads.All() {
			for _, job := range p.Jobs(w, Usual) {
				c := Cell{job, "goroutines"}
				assert.False(t, seen[c.Name()], c.Name())
				seen[c.Name()] = true
				again, err := ParseCell(c.Name())
				require.NoError(t, err)
				assert.Equal(t, c.Name(), again.Name())
			}
		}
	}
}

func TestRunnableGivesTheReason(t *testing.T) {
	all := runners.Offers{Children: true, SharedMemory: true, Listener: true, Killable: true, OwnWorker: true, OwnThread: true}
	needs := runners.Needs{Children: true, SharedMemory: true, Listener: true, Killable: true, OwnWorker: true, OwnThread: true}
	none := Limits{}
	require.NoError(t, Runnable(needs, all, none, 1000))
	for _, tc := range []struct {
		needs  runners.Needs
		offers runners.Offers
		limits Limits
		tasks  int
		says   string
	}{
		{runners.Needs{Together: 10}, runners.Offers{Together: 6}, none, 100, "10 tasks must run together, the model runs 6"},
		{runners.Needs{Together: 10}, runners.Offers{}, none, 5, "10 tasks must run together, the model runs 5"},
		{runners.Needs{Children: true}, runners.Offers{}, none, 1, "no long-lived children"},
		{runners.Needs{SharedMemory: true}, runners.Offers{}, none, 1, "share no memory"},
		{runners.Needs{Listener: true}, runners.Offers{}, none, 1, "no listener"},
		{runners.Needs{Killable: true}, runners.Offers{}, none, 1, "killed"},
		{runners.Needs{OwnWorker: true}, runners.Offers{}, none, 1, "share a worker"},
		{runners.Needs{OwnThread: true}, runners.Offers{}, none, 1, "no kernel thread of their own"},
		{runners.Needs{Files: 1}, runners.Offers{}, Limits{Files: 1000}, 1000, "limit: 1064 descriptors"},
		{runners.Needs{}, runners.Offers{Threads: 1000}, Limits{Threads: 1000}, 1000, "limit: 1064 threads"},
		{runners.Needs{}, runners.Offers{TaskBytes: 1 << 20}, Limits{Memory: 1 << 29}, 1024, "limit: at least 1.0 GiB of memory are needed, 0.5 free"},
	} {
		assert.ErrorContains(t, Runnable(tc.needs, tc.offers, tc.limits, tc.tasks), tc.says)
	}
	assert.NoError(t, Runnable(runners.Needs{Files: 1}, runners.Offers{Together: 6}, Limits{Files: 100}, 1000),
		"a pool holds no more descriptors than it has workers")
}

func TestLatencyIsFromTheReleaseAndServiceFromTheStart(t *testing.T) {
	var l latencies
	l.add([][]runners.Sample{{
		{Start: 1 * time.Millisecond, End: 3 * time.Millisecond},
		{Start: 9 * time.Millisecond, End: 10 * time.Millisecond},
	}})
	assert.InEpsilon(t, 3*time.Millisecond, l.task.ValueAtPercentile(50), 0.01)
	assert.InEpsilon(t, 2*time.Millisecond, l.service.Max(), 0.01)
	assert.Equal(t, 10*time.Millisecond, l.max)
	assert.Equal(t, 1, l.peak)
}

func TestTasksThatShouldWaitTogetherMustBeSeenTo(t *testing.T) {
	assert.NoError(t, (&latencies{peak: 3}).concurrent(10))
	assert.ErrorContains(t, (&latencies{peak: 2}).concurrent(10), "only 2")
	assert.ErrorContains(t, (&latencies{peak: 11}).concurrent(10), "allows 10")
}

func TestChildrenAreBodiesToo(t *testing.T) {
	assert.Equal(t, 30, bodies(runners.Needs{ChildrenEach: 2}, 10), "each may be a thread")
}
