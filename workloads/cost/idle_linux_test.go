package cost

import (
	"os"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/bench/meter"
	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

// What watches a job sees the memory of all tasks: 2 KiB of stack each, at
// least. On a busy machine it may need longer for its look.
func TestTheTasksWaitLongEnoughToBeWeighed(t *testing.T) {
	const tasks = 10_000
	m, config, err := runners.Lookup("goroutines", 2)
	require.NoError(t, err)
	r, err := m.New(config)
	require.NoError(t, err)
	defer r.Close()
	grown := uint64(0)
	for hold := 100 * time.Millisecond; grown < tasks*2<<10 && hold <= 4*time.Second; hold *= 2 {
		s := worktest.Spec(t, idle{}, workloads.Params{"hold": hold.String()}, "")
		work := worktest.Prepare(t, idle{}, s, tasks)
		debug.FreeOSMemory()
		before, err := meter.Footprint(os.Getpid())
		require.NoError(t, err)
		probe := meter.Watch(os.Getpid())
		_, err = r.Run(t.Context(), runners.Job{Tasks: tasks, Make: work.Make})
		require.NoError(t, err)
		grown = probe.Stop().Footprint - before
	}
	assert.GreaterOrEqual(t, grown, uint64(tasks*2<<10))
}
