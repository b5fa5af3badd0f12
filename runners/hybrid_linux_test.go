package runners

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// runJob runs a job that is to come to an end.
func runJob(t *testing.T, r Runner, tasks int, job func(Sync) Body) Outcome {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	o, err := r.Run(ctx, Job{Tasks: tasks, Make: job})
	require.NoError(t, err)
	return o
}

func TestHybridsLoopGoesOnWhileTheExecutorIsHeld(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, []byte("content"), 0o600))
	for name, hold := range map[string]func(t Task, gate chan struct{}) error{
		"Block": func(t Task, gate chan struct{}) error {
			t.Block(func() { <-gate })
			return nil
		},
		"Compute": func(t Task, gate chan struct{}) error {
			return t.Compute(func() bool {
				select {
				case <-gate:
					return false
				case <-time.After(50 * time.Microsecond):
					return true
				}
			})
		},
		"ReadFile": func(t Task, gate chan struct{}) error {
			t.Block(func() { <-gate })
			n, err := t.ReadFile(file, make([]byte, 10))
			if n != len("content") {
				return errors.Join(errors.New("another length"), err)
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := threaded(t, "hybrid:4", 9)
			gate := make(chan struct{})
			ticks, held := 0, 8 // twice as many as threads
			o := runJob(t, r, held+1, func(Sync) Body {
				return func(t Task, i int) (uint64, error) {
					if i > 0 {
						defer func() { held-- }()
						return 1, hold(t, gate)
					}
					defer close(gate)
					for ticks = 0; ticks < 20 && held == 8; ticks++ {
						if err := t.Sleep(100 * time.Microsecond); err != nil {
							return 0, err
						}
					}
					return 1, nil
				}
			})
			require.NoError(t, o.Err)
			assert.EqualValues(t, 9, o.Sum)
			assert.Equal(t, 20, ticks)
			assert.Zero(t, held)
			assert.Equal(t, 5, o.Threads, "the executor's and the loop's")
		})
	}
}

func TestHybridRunsNothingButTasksOnItsLoop(t *testing.T) {
	r := threaded(t, "hybrid:2", 20)
	loop := map[int]bool{}
	executor := &tally{tids: map[int]bool{}}
	for range 2 { // job after job
		o := runJob(t, r, 20, func(Sync) Body {
			return func(t Task, _ int) (uint64, error) {
				loop[unix.Gettid()] = true
				steps := 0
				err := t.Compute(func() bool { executor.here(); steps++; return steps < 3 })
				t.Block(executor.here)
				loop[unix.Gettid()] = true
				return 1, err
			}
		})
		require.NoError(t, o.Err)
	}
	assert.Len(t, loop, 1)
	assert.LessOrEqual(t, len(executor.tids), 2)
	for tid := range loop {
		assert.False(t, executor.tids[tid])
	}
	require.NoError(t, r.Close())
	for tid := range executor.tids {
		gone(t, tid)
	}
}

func TestAPanicInsideHybridsBlockShowsWhere(t *testing.T) {
	r := threaded(t, "hybrid:2", 3)
	wrong := errors.New("wrong")
	for name, call := range map[string]func(Task) error{
		"a task's": func(t Task) error { t.Block(func() { panicFarAway(wrong) }); return nil },
		"a child's": func(t Task) error {
			t.Go(func(t Task) error { t.Block(func() { panicFarAway(wrong) }); return nil })
			return t.Wait()
		},
		"a step's": func(t Task) error { return t.Compute(func() bool { panicFarAway(wrong); return true }) },
	} {
		o := runJob(t, r, 3, func(Sync) Body {
			return func(t Task, i int) (uint64, error) {
				if i == 1 {
					return 0, call(t)
				}
				t.Block(func() {})
				return 1, nil
			}
		})
		assert.Equal(t, 1, o.Failed, name)
		var p *PanicError
		require.ErrorAs(t, o.Err, &p, name)
		assert.Equal(t, wrong, p.Value, name)
		assert.Contains(t, string(p.Stack), "panicFarAway", name)
		assert.Contains(t, string(p.Stack), "(*coTask)", "the call's place in the task; %s", name)
	}
}

//go:noinline
func panicFarAway(err error) { panic(err) }

func TestGoexitInsideHybridsBlockFailsItsTaskAlone(t *testing.T) {
	r := threaded(t, "hybrid:2", 20)
	o := runJob(t, r, 20, func(Sync) Body {
		return func(t Task, i int) (uint64, error) {
			t.Block(func() {
				if i%5 == 0 {
					runtime.Goexit()
				}
			})
			return 1, t.Sleep(time.Millisecond)
		}
	})
	assert.Equal(t, 4, o.Failed)
	assert.EqualValues(t, 16, o.Sum)
	assert.ErrorIs(t, o.Err, ErrDied)
	var together atomic.Int32
	o = runJob(t, r, 2, func(Sync) Body { // on both threads again
		return func(t Task, _ int) (uint64, error) {
			t.Block(func() {
				for together.Add(1); together.Load() < 2; {
					time.Sleep(50 * time.Microsecond)
				}
			})
			return 1, nil
		}
	})
	require.NoError(t, o.Err)
}

func TestToUseAHybridTaskInsideBlockPanics(t *testing.T) {
	r := threaded(t, "hybrid:2", 2)
	o := runJob(t, r, 2, func(Sync) Body {
		return func(t Task, i int) (uint64, error) {
			if i == 0 {
				t.Block(func() { t.Yield() })
			}
			return 0, t.Yield()
		}
	})
	assert.Equal(t, 1, o.Failed)
	assert.ErrorIs(t, o.Err, ErrForeign)
}

// Only Block and ReadFile are waited for: a Compute that has not begun when the
// job is cancelled never does, however long others keep the threads.
func TestCancellingHybridLeavesOutWhatHasNotBegun(t *testing.T) {
	r := threaded(t, "hybrid:1", 20)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	gate := make(chan struct{})
	steps, ended, blocks := 0, 0, 0
	var begun atomic.Int32
	o, err := r.Run(ctx, Job{Tasks: 20, Make: func(Sync) Body {
		return func(t Task, i int) (uint64, error) {
			begun.Add(1)
			switch i {
			case 0:
				t.Block(func() {
					for begun.Load() < 20 { // a task that has not begun never does either
						time.Sleep(50 * time.Microsecond)
					}
					cancel(cause)
					<-gate
				})
			case 1:
				t.Block(func() { blocks++ }) // made all the same
			default:
				if err := t.Compute(func() bool { steps++; return true }); !errors.Is(err, cause) {
					return 0, err
				}
				if ended++; ended == 18 {
					close(gate)
				}
			}
			return 0, t.Sleep(time.Hour)
		}
	}})
	assert.ErrorIs(t, err, cause)
	assert.ErrorIs(t, o.Err, cause)
	assert.Equal(t, 20, o.Failed)
	assert.Zero(t, steps)
	assert.Equal(t, 1, blocks)
}
