//go:build !race

package runners

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A task that waits is to cost no more than 3.2 KiB, its 2 KiB of stack
// included: one frame too many on the way into a wait would double that stack.
func TestAWaitingTaskIsSmall(t *testing.T) {
	const tasks = 20_000
	var m runtime.MemStats // not in a frame of the body, which it would make large
	inUse := func() uint64 {
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.StackInuse + m.HeapInuse
	}
	before, parked := inUse(), uint64(0)
	o := runEventLoop(t, tasks, func(t Task, i int) (uint64, error) {
		if i == tasks-1 { // all the others wait by now
			parked = inUse()
			return 0, nil
		}
		return 0, t.Sleep(100 * time.Millisecond)
	})
	require.NoError(t, o.Err)
	each := float64(parked-before) / tasks
	t.Logf("%.0f bytes a task", each)
	assert.Less(t, each, 3.2*1024)
}
