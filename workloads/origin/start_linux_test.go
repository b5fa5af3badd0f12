package origin_test

import (
	"encoding/json"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/concbench/concbench/workloads/origin"
)

func TestTheOriginIsBoundToItsCPUsFromTheStart(t *testing.T) {
	var before, after unix.CPUSet
	require.NoError(t, unix.SchedGetaffinity(0, &before))
	cpu := 0
	for !before.IsSet(cpu) {
		cpu++
	}
	p := start(t, origin.Options{CPUs: []int{cpu}})
	assert.Equal(t, 1, p.Procs(), "as many as it has CPUs")
	var s self
	require.NoError(t, json.Unmarshal([]byte(tell(t, dial(t, p.Addr("probe")), "self")), &s))
	assert.Equal(t, 1, s.CPUs)

	var bound unix.CPUSet
	require.NoError(t, unix.SchedGetaffinity(p.PID(), &bound))
	assert.True(t, bound.IsSet(cpu) && bound.Count() == 1)
	require.NoError(t, unix.SchedGetaffinity(os.Getpid(), &after))
	assert.Equal(t, before, after, "this process is as it was")
}

func TestCtrlCIsLeftToTheParent(t *testing.T) {
	p := start(t, origin.Options{})
	require.NoError(t, syscall.Kill(p.PID(), syscall.SIGINT))
	_, _, err := p.Usage()
	assert.NoError(t, err)
	assert.NoError(t, p.Close())
}
