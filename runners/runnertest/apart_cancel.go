package runnertest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var apartCancelChecks = []check{
	{promise: "a job cancelled beforehand runs no task", run: apartCancelledBefore},
	{promise: "cancelling ends Sleep", run: func(r *rig) { apartCancel(r, "Sleep") }},
	{promise: "cancelling ends Read", run: func(r *rig) { apartCancel(r, "Read") }},
	{promise: "cancelling ends Write", run: func(r *rig) { apartCancel(r, "Write") }},
	{promise: "cancelling ends Accept", needs: runners.Needs{Listener: true}, run: func(r *rig) { apartCancel(r, "Accept") }},
	{promise: "cancelling ends Get", run: func(r *rig) { apartCancel(r, "Get") }},
	{promise: "cancelling ends Lock", run: func(r *rig) { apartCancel(r, "Lock") }},
	{promise: "cancelling ends Wait", run: func(r *rig) { apartCancel(r, "Wait") }},
	{promise: "cancelling ends Yield", run: func(r *rig) { apartCancel(r, "Yield") }},
	{promise: "cancelling ends Compute", run: func(r *rig) { apartCancel(r, "Compute") }},
	{promise: "Block is waited for when the job is cancelled", run: apartBlock},
	{promise: "what ends a job is known by all its tasks", run: apartTimeout},
}

var cancelBodies = map[string]making{
	// wait tells the server that it is there, and waits.
	"wait": func(p map[string]string) func(runners.Sync) runners.Body {
		return func(s runners.Sync) runners.Body {
			return func(t runners.Task, i int) (uint64, error) {
				err := waitFor(p, s, t)
				if err == nil {
					err = errors.New("the wait ended without an error")
				} else if errors.Is(err, os.ErrDeadlineExceeded) {
					err = fmt.Errorf("this is no deadline of the body's: %v", err)
				}
				return 0, err
			}
		}
	},
	"hour": doing(func(_ map[string]string, t runners.Task, _ int) error { return t.Sleep(time.Hour) }),
	"held": doing(func(p map[string]string, t runners.Task, _ int) (err error) {
		t.Block(func() {
			if err = knock(p["at"]); err == nil {
				time.Sleep(50 * time.Millisecond)
				err = os.WriteFile(p["file"], nil, 0o600)
			}
		})
		return errors.Join(err, t.Sleep(time.Hour))
	}),
}

// knock tells a server that a task is there.
func knock(address string) error {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return fmt.Errorf("before the cancellation: %v", err)
	}
	return c.Close()
}

func waitFor(p map[string]string, s runners.Sync, t runners.Task) error {
	c, err := t.Dial("tcp", p["silent"])
	if err != nil {
		return fmt.Errorf("before the cancellation: %v", err)
	}
	defer c.Close()
	l, err := t.Listen("tcp", anyPort)
	if err != nil {
		return fmt.Errorf("before the cancellation: %v", err)
	}
	defer l.Close()
	q, m := s.NewQueue(0), s.NewMutex()
	if err := m.Lock(t); err != nil {
		return fmt.Errorf("before the cancellation: %v", err)
	}
	waits := map[string]func() error{
		"Sleep":  func() error { return t.Sleep(time.Hour) },
		"Read":   func() error { return read1(c) },
		"Write":  func() error { return fill(c) },
		"Accept": func() error { _, err := l.Accept(); return err },
		"Get":    func() error { _, err := q.Get(t); return err },
		"Lock":   func() error { return m.Lock(t) },
		"Wait": func() error {
			t.Go(func(t runners.Task) error { return t.Sleep(time.Hour) })
			return t.Wait()
		},
		"Yield": func() error {
			for {
				if err := t.Yield(); err != nil {
					return err
				}
			}
		},
		"Compute": func() error { return t.Compute(func() bool { return true }) },
	}
	if err := knock(p["at"]); err != nil {
		return err
	}
	first := waits[p["what"]]()
	c.SetDeadline(time.Time{}) // does not undo the cancellation
	for name, wait := range waits {
		if err := wait(); err == nil || !errors.Is(err, context.Cause(t.Context())) {
			return fmt.Errorf("%s after the cancellation: %v", name, err)
		}
	}
	return first
}

func apartCancelledBefore(r *rig) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errEnough)
	o, err := r.startJob(ctx, far(20, "sum"))
	assert.ErrorIs(r, err, errEnough)
	assert.ErrorIs(r, o.Err, errEnough)
	assert.Equal(r, 20, o.Failed)
	r.passFar(20, "sum")
}

// apartCancel runs a job of many tasks, has as many as run together wait,
// cancels it, and sees how it ends.
func apartCancel(r *rig, what string) {
	silent := serveSilence(r.T)
	together := int64(r.together(many))
	var waiting atomic.Int64
	at := serve(r.T, func(*net.TCPConn) { waiting.Add(1) })
	r.within(50*time.Millisecond*slack, "from the cancellation to the end of the job", func() time.Duration {
		ctx, cancel := context.WithCancelCause(context.Background())
		defer cancel(nil)
		waiting.Store(0)
		cancelled := make(chan time.Time, 1)
		go func() {
			for waiting.Load() < together && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(10 * time.Millisecond) // for the last ones to begin
			cancelled <- time.Now()
			cancel(errEnough)
		}()
		o, err := r.startJob(ctx, far(many, "wait", "what", what, "at", at, "silent", silent))
		ended := time.Now()
		require.ErrorIs(r, o.Err, errEnough)
		require.ErrorIs(r, err, errEnough)
		require.Equal(r, many, o.Failed)
		return ended.Sub(<-cancelled)
	})
	r.passFar(20, "sum")
}

func apartBlock(r *rig) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	at := serve(r.T, func(*net.TCPConn) { cancel(errEnough) })
	name := filepath.Join(r.TempDir(), "ended")
	o, err := r.startJob(ctx, far(1, "held", "at", at, "file", name))
	assert.ErrorIs(r, err, errEnough)
	assert.ErrorIs(r, o.Err, errEnough)
	_, err = os.Stat(name)
	assert.NoError(r, err, "the job ended before the call had")
}

func apartTimeout(r *rig) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	o, err := r.startJob(ctx, far(1, "hour"))
	assert.ErrorIs(r, err, context.DeadlineExceeded)
	assert.ErrorIs(r, o.Err, context.DeadlineExceeded)
}
