package extend

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench"
	"github.com/concbench/concbench/runners"
)

// What worker processes cost is counted in. That the figures hold more than the
// tasks' own is no matter here: the Go runtime of each process costs a little.

func TestACellReadsTheCPUThatWorkerProcessesBurn(t *testing.T) {
	exact(t)
	f := measure(t, "known/tasks=4/cpu=50ms/model=processes:2")
	assert.GreaterOrEqual(t, f["cpu-ns/op"], 200e6)
	assert.InEpsilon(t, f["cpu-ns/op"], f["user-ns/op"]+f["sys-ns/op"], 0.001)
}

func TestACellReadsTheMemoryThatWorkerProcessesHold(t *testing.T) {
	exact(t)
	for _, unit := range []string{"peak-rss-B", "footprint-B"} {
		within(t, 0.1, 64<<20, func() (map[string]float64, float64) {
			none := measure(t, "known/hold=0/model=processes:1")
			some := measure(t, "known/hold=64/model=processes:1")
			return some, some[unit] - none[unit]
		})
	}
}

func TestACellReadsTheSwitchesThatWorkerProcessesForce(t *testing.T) {
	f := measure(t, "known/tasks=4/naps=500/model=processes:2")
	assert.GreaterOrEqual(t, f["vol-ctxsw/op"], 1950.0, "a sleep may be over before it begins where the machine stands still")
}

func TestACellReadsTheThreadsOfWorkerProcesses(t *testing.T) {
	few, many := 0.0, 0.0
	for attempt := 0; attempt < 8 && (few == 0 || many <= few+6); attempt++ { // what watches them may come too late
		few = measure(t, "known/tasks=4/naps=500/model=processes:1")["threads"]
		many = measure(t, "known/tasks=4/naps=500/model=processes:4")["threads"]
	}
	assert.Greater(t, many, few+6, "each of three more has three, at the least")
}

func TestTheMemoryOfWorkerProcessesIsCountedBeforehand(t *testing.T) {
	m, c, err := runners.Lookup("processes:1000", 2)
	require.NoError(t, err)
	few := bench.Limits{Memory: 256 << 20}
	assert.ErrorContains(t, bench.Runnable(runners.Needs{}, m.Offers(c, 1), few, 1), "of memory are needed")
	c.Option = 2
	assert.NoError(t, bench.Runnable(runners.Needs{}, m.Offers(c, 1), few, 1))
}

func TestTooManyProcessesAreRefused(t *testing.T) {
	_, errs, code := run(t, "-test.bench=.", "-concbench.cell=known/model=processes:99999999")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "kernel.pid_max")

	threads := bench.SystemLimits().Threads
	if threads == 0 {
		t.Skip("not runnable: no limit of threads is known here")
	}
	out, _, code := run(t, "-test.bench=.", "-concbench.cell=known/model=processes:"+strconv.Itoa(threads))
	assert.Zero(t, code)
	assert.Contains(t, out, "not runnable: limit: ")
}
