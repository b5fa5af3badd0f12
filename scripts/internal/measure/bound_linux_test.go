package measure

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// A process is moved to each of the CPUs that there are, whole.
func TestBind(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	require.NotEmpty(t, allowed())
	for _, cpu := range allowed() {
		bind(cmd.Process.Pid, cpu)
		var set unix.CPUSet
		require.NoError(t, unix.SchedGetaffinity(cmd.Process.Pid, &set))
		assert.Equal(t, 1, set.Count())
		assert.True(t, set.IsSet(cpu))
	}
	var own unix.CPUSet
	bind(0, allowed()[0]) // what has no process of its own moves nothing
	require.NoError(t, unix.SchedGetaffinity(0, &own))
	assert.Equal(t, len(allowed()), own.Count())
}

// Each CPU has its turn.
func TestDrawCPUs(t *testing.T) {
	p := &Plan{Seed: 7}
	assert.ElementsMatch(t, allowed(), drawCPUs(p.draw("block", 1, 0)))
}
