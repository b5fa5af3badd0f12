package runners

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners/internal/wire"
)

// gate is the environment variable that names a file: a process that is started
// with it does nothing before there is that file.
const gate = "CREW_TEST_GATE"

func init() {
	name := os.Getenv(gate)
	if name == "" {
		return
	}
	for range 60_000 { // a minute, and not for ever: the test may be gone
		if _, err := os.Stat(name); err == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
	os.Exit(1)
}

// shut has workers that are started from now on wait until open is called.
func shut(t *testing.T) (open func()) {
	name := filepath.Join(t.TempDir(), "open")
	t.Setenv(gate, name)
	return func() { require.NoError(t, os.WriteFile(name, nil, 0o600)) }
}

// poolOf makes a pool in which starting workers are given hardly any time.
func poolOf(t *testing.T, size int) *processes {
	if err := workersServed(); err != nil {
		t.Skip("not runnable:", err)
	}
	p, err := newProcesses(size)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	p.crew.patience = hurry
	return p
}

const hurry = 20 * time.Millisecond

// job is one of the bodies of runnertest.
func job(tasks int, body string, params map[string]string) Job {
	return Job{Spec: Spec{Workload: body, Params: params}, Tasks: tasks}
}

// replace ends the worker of a pool of one in its task, so that another is
// started when the job is over, and returns that one's process id.
func replace(t *testing.T, p *processes) (pid int) {
	before := p.PIDs()
	o, err := p.Run(t.Context(), job(1, "die", map[string]string{"task": "0", "how": "exit"}))
	require.NoError(t, err)
	require.ErrorIs(t, o.Err, ErrDied)
	pids := p.PIDs()
	require.Len(t, pids, 1)
	require.NotEqual(t, before, pids)
	return pids[0]
}

func eventuallyReady(t *testing.T, h *hand) {
	t.Helper()
	require.Eventually(t, h.Ready, 50*time.Second, time.Millisecond)
}

func TestAWorkerMayTakeItsTimeAsLongAsNobodyWaitsForIt(t *testing.T) {
	p := poolOf(t, 1)
	open := shut(t)
	pid := replace(t, p)
	time.Sleep(3 * hurry)
	open()
	eventuallyReady(t, p.crew.hands[0])

	o, err := p.Run(t.Context(), job(3, "sum", nil))
	require.NoError(t, err)
	assert.Equal(t, 3, o.Done)
	assert.Equal(t, []int{pid}, p.PIDs(), "it was not ended")
}

func TestWorkersThatComeUpOneAfterAnotherAreAllWaitedFor(t *testing.T) {
	p := poolOf(t, 1)
	open := shut(t)
	c := crew{patience: hurry, start: p.crew.start, hands: make([]*hand, 4)}
	require.NoError(t, c.fill())
	time.Sleep(3 * hurry)
	open()
	for _, h := range c.hands {
		eventuallyReady(t, h)
		c.greet(h)
		assert.True(t, h.up)
	}
	assert.Len(t, c.pids(), 4)
	assert.NoError(t, c.dismiss())
}

func TestAWorkerThatIsNeverUpIsGivenUp(t *testing.T) {
	p := poolOf(t, 1)
	shut(t)
	replace(t, p)
	_, err := p.Usage()
	assert.ErrorContains(t, err, "it was not up within 20ms")
	o, err := p.Run(t.Context(), job(3, "sum", nil))
	assert.ErrorContains(t, err, "it was not up within 20ms")
	assert.Equal(t, 3, o.Failed)

	c := crew{patience: hurry, start: wire.Start}
	assert.ErrorContains(t, c.muster(2), "it was not up within 20ms")
	assert.NoError(t, c.dismiss())
}

func TestAfterAJobItIsKnownWhoIsUp(t *testing.T) {
	p := poolOf(t, 1)
	replace(t, p)
	h := p.crew.hands[0]
	eventuallyReady(t, h)
	assert.False(t, h.up)
	_, err := p.Run(t.Context(), job(0, "sum", nil))
	require.NoError(t, err)
	assert.True(t, h.up)
}

func TestAPoolThatCannotBeRefilledSaysSo(t *testing.T) {
	p := poolOf(t, 2)
	h := p.crew.hands[1]
	p.crew.end(h)
	h.Forget()
	none := errors.New("there is none to be had")
	p.crew.start = func() (*wire.Worker, error) { return nil, none }
	o, err := p.Run(t.Context(), job(3, "sum", nil))
	assert.ErrorIs(t, err, none)
	assert.ErrorContains(t, err, "start worker process 2 of 2")
	assert.Equal(t, 3, o.Failed)

	p.crew.start, p.crew.patience = wire.Start, time.Minute
	o, err = p.Run(t.Context(), job(3, "sum", nil))
	require.NoError(t, err)
	assert.Equal(t, 3, o.Done)
	assert.Len(t, p.PIDs(), 2)
}
