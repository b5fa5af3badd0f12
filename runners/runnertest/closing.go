package runnertest

import (
	"errors"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var closeChecks = []check{
	{promise: "a closed runner returns ErrClosed", run: runAfterClose},
	{promise: "a runner that never ran closes", run: func(*rig) {}},
	{promise: "no threads are left behind", run: threadsEnd},
}

func runAfterClose(r *rig) {
	r.one(func(t runners.Task) error { return t.Yield() })
	require.NoError(r, r.runner.Close())
	require.NoError(r, r.runner.Close(), "closing it twice")
	_, err := r.runner.Run(r.Context(), runners.Job{Tasks: 1, Make: alone(func(runners.Task, int) error { return errors.New("a task ran") })})
	assert.ErrorIs(r, err, runners.ErrClosed)
}

// threadsEnd makes and closes runners over and over: the Go runtime keeps
// threads of its own, but not more each time.
func threadsEnd(r *rig) {
	const rounds = 20
	if threads() == 0 {
		r.Skip("not runnable: the system does not tell the threads")
	}
	use := func() {
		runner, err := r.model.New(r.config)
		require.NoError(r, err)
		again := &rig{r.T, runner, r.model, r.config}
		again.pass(10, alone(func(t runners.Task, _ int) error { return t.Sleep(100 * time.Microsecond) }))
		require.NoError(r, runner.Close())
	}
	for range rounds / 2 { // the runtime takes what it needs
		use()
	}
	before := threads()
	for range rounds {
		use()
	}
	left := 0
	for range 500 {
		if left = threads() - before; left < rounds/2 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	require.Less(r, left, rounds/2, "threads left behind by %d runners", rounds)
}

// threads counts this process's kernel threads, 0 where the system does not
// tell.
func threads() int { return entries("/proc/self/task") }
