package runnertest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var cancelChecks = []check{
	{promise: "a job cancelled beforehand runs no task", run: cancelledBefore},
	{promise: "cancelling ends Sleep", run: cancelSleep},
	{promise: "cancelling ends Read", run: cancelRead},
	{promise: "cancelling ends Write", run: cancelWrite},
	{promise: "cancelling ends Dial", run: cancelDial},
	{promise: "cancelling ends Accept", needs: runners.Needs{Listener: true}, run: cancelAccept},
	{promise: "cancelling ends Get", run: cancelGet},
	{promise: "cancelling ends Put", run: cancelPut},
	{promise: "cancelling ends Lock", run: cancelLock},
	{promise: "cancelling ends Wait", run: cancelWait},
	{promise: "cancelling ends Yield", run: cancelYield},
	{promise: "a wait after the cancellation ends at once", run: cancelledGoOn},
}

var errEnough = errors.New("enough")

// many is how many tasks the contract has wait when the job is cancelled.
const many = 1000

// cancel runs a job of which as many tasks as run together come to wait, has
// them all wait, cancels it, and sees how it ends. wait calls ready when there
// is only the waiting left.
func (r *rig) cancel(tasks int, waits func(runners.Sync) func(t runners.Task, ready func()) error) {
	limit := 50 * time.Millisecond
	if r.offers(tasks).Threads >= tasks { // the kernel has to end each
		limit = 200 * time.Millisecond
	}
	together := int64(r.together(tasks))
	r.within(limit*slack, "from the cancellation to the end of the job", func() time.Duration {
		ctx, cancel := context.WithCancelCause(context.Background())
		defer cancel(nil)
		var waiting atomic.Int64
		cancelled := make(chan time.Time, 1)
		go func() {
			for waiting.Load() < together && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(10 * time.Millisecond) // for the last ones to begin
			cancelled <- time.Now()
			cancel(errEnough)
		}()
		o, err := r.start(ctx, tasks, func(s runners.Sync) runners.Body {
			wait := waits(s)
			return func(t runners.Task, i int) (uint64, error) {
				err := wait(t, func() { waiting.Add(1) })
				if err == nil {
					err = errors.New("the wait ended without an error")
				} else if errors.Is(err, os.ErrDeadlineExceeded) {
					err = fmt.Errorf("this is no deadline of the body's: %v", err)
				}
				return 0, err
			}
		})
		ended := time.Now()
		require.ErrorIs(r, o.Err, errEnough)
		require.ErrorIs(r, err, errEnough)
		require.Equal(r, tasks, o.Failed)
		require.Equal(r, together, waiting.Load(), "tasks that had begun")
		return ended.Sub(<-cancelled)
	})
}

// cancelAlone is cancel for tasks that meet nowhere.
func (r *rig) cancelAlone(tasks int, wait func(t runners.Task, ready func()) error) {
	r.cancel(tasks, func(runners.Sync) func(runners.Task, func()) error { return wait })
}

func cancelledBefore(r *rig) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errEnough)
	o, err := r.start(ctx, 20, alone(func(runners.Task, int) error { return errors.New("a task ran") }))
	assert.ErrorIs(r, err, errEnough)
	assert.ErrorIs(r, o.Err, errEnough)
	assert.Equal(r, 20, o.Failed)
	r.one(func(t runners.Task) error { return t.Sleep(time.Millisecond) })
}

func cancelSleep(r *rig) {
	r.cancelAlone(many, func(t runners.Task, ready func()) error {
		ready()
		return t.Sleep(time.Hour)
	})
}

// dialled gives each task a connection to a silent server.
func (r *rig) dialled(tasks int, wait func(t runners.Task, c net.Conn, ready func()) error) {
	address := serveSilence(r.T)
	r.cancelAlone(tasks, func(t runners.Task, ready func()) error {
		c, err := t.Dial("tcp", address)
		if err != nil {
			return fmt.Errorf("before the cancellation: %v", err)
		}
		defer c.Close()
		return wait(t, c, ready)
	})
}

func cancelRead(r *rig) {
	r.dialled(many, func(_ runners.Task, c net.Conn, ready func()) error {
		if err := c.SetReadDeadline(time.Now().Add(time.Hour)); err != nil {
			return err
		}
		ready()
		return read1(c)
	})
}

func cancelWrite(r *rig) {
	r.dialled(3, func(_ runners.Task, c net.Conn, ready func()) error {
		ready()
		return fill(c)
	})
}

func cancelDial(r *rig) {
	address := nobody(r.T)
	r.cancelAlone(20, func(t runners.Task, ready func()) error {
		ready()
		c, err := t.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err
	})
}

func cancelAccept(r *rig) {
	r.cancelAlone(many, func(t runners.Task, ready func()) error {
		l, err := t.Listen("tcp", anyPort)
		if err != nil {
			return fmt.Errorf("before the cancellation: %v", err)
		}
		defer l.Close()
		ready()
		_, err = l.Accept()
		return err
	})
}

func cancelGet(r *rig) {
	for _, capacity := range []int{0, 1} {
		r.cancel(many, func(s runners.Sync) func(runners.Task, func()) error {
			q := s.NewQueue(capacity)
			return func(t runners.Task, ready func()) error {
				ready()
				_, err := q.Get(t)
				return err
			}
		})
	}
}

func cancelPut(r *rig) {
	r.cancel(100, func(s runners.Sync) func(runners.Task, func()) error {
		q := s.NewQueue(1)
		return func(t runners.Task, ready func()) error {
			ready()
			for {
				if err := q.Put(t, nil); err != nil {
					return err
				}
			}
		}
	})
}

func cancelLock(r *rig) {
	r.cancel(many, func(s runners.Sync) func(runners.Task, func()) error {
		m := s.NewMutex()
		return func(t runners.Task, ready func()) error {
			ready()
			if err := m.Lock(t); err != nil {
				return err
			}
			defer m.Unlock()
			return t.Sleep(time.Hour)
		}
	})
}

func cancelWait(r *rig) {
	r.cancelAlone(50, func(t runners.Task, ready func()) error {
		for range 2 {
			t.Go(func(t runners.Task) error {
				t.Sleep(time.Hour) // and says nothing: Wait itself returns the cause
				return nil
			})
		}
		ready()
		return t.Wait()
	})
}

func cancelYield(r *rig) {
	r.cancelAlone(20, func(t runners.Task, ready func()) error {
		ready()
		var over time.Time
		for over.IsZero() || time.Since(over) < time.Second {
			if err := t.Yield(); err != nil {
				return err
			}
			if over.IsZero() && t.Context().Err() != nil {
				over = time.Now()
			}
		}
		return errors.New("yield goes on after the cancellation")
	})
}

func cancelledGoOn(r *rig) {
	address := serveSilence(r.T)
	r.cancel(20, func(s runners.Sync) func(runners.Task, func()) error {
		q, full := s.NewQueue(0), s.NewQueue(0)
		return func(t runners.Task, ready func()) error {
			c, err := t.Dial("tcp", address)
			if err != nil {
				return fmt.Errorf("before the cancellation: %v", err)
			}
			defer c.Close()
			if err := full.Put(t, 1); err != nil {
				return fmt.Errorf("before the cancellation: %v", err)
			}
			ready()
			first := t.Sleep(time.Hour)
			c.SetDeadline(time.Time{}) // does not undo the cancellation
			c.SetReadDeadline(time.Now().Add(time.Hour))
			waits := map[string]func() error{
				"Sleep":                func() error { return t.Sleep(time.Hour) },
				"Read":                 func() error { return read1(c) },
				"Write":                func() error { return fill(c) },
				"Get":                  func() error { _, err := q.Get(t); return err },
				"Put":                  func() error { return q.Put(t, 1) },
				"Get of what is there": func() error { _, err := full.Get(t); return err },
				"Dial": func() error {
					c, err := t.Dial("tcp", address)
					if err == nil {
						c.Close()
					}
					return err
				},
				"Compute": func() error { return t.Compute(func() bool { return true }) },
				"a child": func() error {
					t.Go(func(t runners.Task) error { return t.Sleep(time.Hour) })
					return t.Wait()
				},
			}
			for name, wait := range waits {
				if err := wait(); !errors.Is(err, errEnough) {
					return fmt.Errorf("%s after the cancellation: %v", name, err)
				}
			}
			return first
		}
	})
}
