package bench

import (
	"slices"
	"testing"
	"time"

	"github.com/shirou/gopsutil/v3/process"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// descendants are all processes that a process has started, and those have.
func descendants(p *process.Process) (all []*process.Process) {
	children, _ := p.Children() // an error is that it has none
	for _, child := range children {
		all = append(append(all, child), descendants(child)...)
	}
	return all
}

// lives says whether a process has not ended. One that nobody has waited for has.
func lives(p *process.Process) bool {
	running, err := p.IsRunning()
	if err != nil || !running {
		return false
	}
	status, err := p.Status()
	return err == nil && !slices.Contains(status, process.Zombie)
}

func TestNothingOutlivesAKilledDriver(t *testing.T) {
	for name, later := range map[string]time.Duration{"at once": 0, "in a sample": time.Second} {
		t.Run(name, func(t *testing.T) { outlives(t, later) })
	}
}

// outlives kills a driver a while after its arm has started what it needs.
func outlives(t *testing.T, later time.Duration) {
	cmd := goTest(t, t.TempDir(), "-test.benchtime=1000000x", "-test.bench=.", "-concbench.cell=echo/tasks=10/trips=5/model=processes:2")
	require.NoError(t, cmd.Start())
	defer cmd.Process.Kill()
	driver, err := process.NewProcess(int32(cmd.Process.Pid))
	require.NoError(t, err)
	var all []*process.Process
	require.Eventually(t, func() bool {
		all = descendants(driver)
		return len(all) >= 1+1+2
	}, armLimit, 10*time.Millisecond, "the arm, its origin and its workers")
	time.Sleep(later)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // it was killed
	for _, p := range all {
		assert.Eventually(t, func() bool { return !lives(p) }, armLimit, 10*time.Millisecond, "process %d lives on", p.Pid)
	}
}
