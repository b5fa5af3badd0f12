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

// Each CPU has its turn, in two cycles that mirror each other.
func TestCPUsTakeTurns(t *testing.T) {
	p := &Plan{Seed: 7}
	r := &round{block: &Block{Size: Size{OneCPU: true}}}
	cpus := r.cpus(p.draw("block", 1, 0))
	assert.ElementsMatch(t, allowed(), cpus)
	var had []int
	for c := 0; c < 2*len(cpus); c += 2 {
		had = append(had, cpuOf(cpus, c))
		assert.Equal(t, cpuOf(cpus, c), cpuOf(cpus, c+1))
	}
	assert.Equal(t, cpus, had)

	r.block.Serial = "to see the difference"
	assert.Equal(t, -1, cpuOf(r.cpus(p.draw("block", 1, 0)), 0), "as without turns: where the kernel puts them")
	assert.Equal(t, -1, cpuOf((&round{block: &Block{}}).cpus(p.draw("block", 1, 0)), 0))
}
