package runnertest

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var apartCloseChecks = []check{
	{promise: "a closed runner returns ErrClosed", run: apartAfterClose},
	{promise: "a runner that never ran closes", run: func(*rig) {}},
	{promise: "its processes are told, and what they have used", run: apartUsage},
}

func apartAfterClose(r *rig) {
	r.passFar(1, "sum")
	require.NoError(r, r.runner.Close())
	require.NoError(r, r.runner.Close(), "closing it twice")
	_, err := r.runner.Run(r.Context(), far(1, "sum"))
	assert.ErrorIs(r, err, runners.ErrClosed)
}

func apartUsage(r *rig) {
	parent, ok := r.runner.(runners.Parent)
	if !ok {
		r.Skip("not runnable: it has no processes")
	}
	assert.NotEmpty(r, parent.PIDs())
	before, err := parent.Usage()
	require.NoError(r, err)
	r.passFar(20_000, "sum")
	after, err := parent.Usage()
	require.NoError(r, err)
	used := after.Sub(before)
	assert.Positive(r, used.User+used.System)
}
