package runners

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// threaded makes a Runner of a kernel-thread model, under the GOMAXPROCS that
// the model asks for.
func threaded(t *testing.T, value string, tasks int) Runner {
	m, c, err := Lookup(value, runtime.NumCPU())
	require.NoError(t, err)
	procs := runtime.GOMAXPROCS(m.Procs(c, tasks))
	r, err := m.New(c)
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, r.Close())
		runtime.GOMAXPROCS(procs)
	})
	return r
}

// A tally collects thread ids.
type tally struct {
	mu   sync.Mutex
	tids map[int]bool
}

func (y *tally) here() {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.tids[unix.Gettid()] = true
}

func TestThreadsGivesEachTaskAThreadThatIsGoneAfterwards(t *testing.T) {
	r := threaded(t, "threads", 30)
	for range 3 {
		y := &tally{tids: map[int]bool{}}
		var together atomic.Int32
		out, err := r.Run(t.Context(), Job{Tasks: 20, Make: func(Sync) Body {
			return func(t Task, i int) (uint64, error) {
				y.here()
				together.Add(1)
				for together.Load() < 20 {
					t.Yield()
				}
				if i < 10 {
					t.Go(func(t Task) error {
						y.here()
						return t.Sleep(time.Millisecond)
					})
				}
				return 1, nil
			}
		}})
		require.NoError(t, err)
		require.NoError(t, out.Err)
		assert.Len(t, y.tids, 30, "20 tasks and 10 children")
		assert.GreaterOrEqual(t, out.Threads, 20)
		assert.LessOrEqual(t, out.Threads, 30)
		for tid := range y.tids {
			gone(t, tid)
		}
	}
}

// gone checks that a thread has left, or does within what the kernel needs to
// clear up.
func gone(t *testing.T, tid int) {
	assert.Eventually(t, func() bool {
		_, err := os.Stat("/proc/self/task/" + strconv.Itoa(tid))
		return errors.Is(err, os.ErrNotExist)
	}, 5*time.Second, time.Millisecond)
}

func TestThreadpoolHasItsThreadsFromRunToRun(t *testing.T) {
	r := threaded(t, "threadpool:4", 40)
	y := &tally{tids: map[int]bool{}}
	for range 3 {
		out, err := r.Run(t.Context(), Job{Tasks: 40, Make: func(Sync) Body {
			return func(t Task, i int) (uint64, error) {
				y.here()
				return 1, t.Sleep(time.Millisecond)
			}
		}})
		require.NoError(t, err)
		require.NoError(t, out.Err)
		assert.EqualValues(t, 40, out.Sum)
		assert.Equal(t, 4, out.Threads)
	}
	assert.LessOrEqual(t, len(y.tids), 4)
	require.NoError(t, r.Close())
	for tid := range y.tids {
		gone(t, tid)
	}
}

func TestThreadpoolReplacesAThreadThatDies(t *testing.T) {
	r := threaded(t, "threadpool:2", 20)
	y := &tally{tids: map[int]bool{}}
	out, err := r.Run(t.Context(), Job{Tasks: 20, Make: func(Sync) Body {
		return func(t Task, i int) (uint64, error) {
			y.here()
			if i%5 == 0 {
				runtime.Goexit()
			}
			return 1, t.Sleep(time.Millisecond)
		}
	}})
	require.NoError(t, err)
	assert.ErrorIs(t, out.Err, ErrDied)
	assert.Equal(t, 16, out.Done)
	assert.Equal(t, 4, out.Failed)
	assert.LessOrEqual(t, len(y.tids), 6, "two, and one for each that died")
	assert.GreaterOrEqual(t, len(y.tids), 5)
}

// The children of a task in a pool run on its own thread.
func TestThreadpoolRunsChildrenOnTheirParentsThread(t *testing.T) {
	r := threaded(t, "threadpool:2", 1)
	out, err := r.Run(t.Context(), Job{Tasks: 1, Make: func(Sync) Body {
		return func(task Task, i int) (uint64, error) {
			mine := unix.Gettid()
			for range 3 {
				task.Go(func(Task) error {
					assert.Equal(t, mine, unix.Gettid())
					return nil
				})
			}
			return 1, task.Wait()
		}
	}})
	require.NoError(t, err)
	assert.NoError(t, out.Err)
}

// Cancelling ends a thousand threads, whatever they wait on.
func TestThreadsEndWhenTheJobIsCancelled(t *testing.T) {
	r := threaded(t, "threads", 1000)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	var cancelled time.Time
	all := make(chan struct{}, 1000)
	go func() {
		for range 1000 {
			<-all
		}
		time.Sleep(20 * time.Millisecond) // until the last of them waits
		cancelled = time.Now()
		cancel(cause)
	}()
	out, err := r.Run(ctx, Job{Tasks: 1000, Make: func(s Sync) Body {
		queue, mutex := s.NewQueue(0), s.NewMutex()
		return func(t Task, i int) (uint64, error) {
			all <- struct{}{}
			switch i % 3 {
			case 0:
				return 0, t.Sleep(time.Hour)
			case 1:
				_, err := queue.Get(t)
				return 0, err
			}
			if err := mutex.Lock(t); err != nil {
				return 0, err
			}
			defer mutex.Unlock()
			return 0, t.Sleep(time.Hour)
		}
	}})
	took := time.Since(cancelled)
	assert.ErrorIs(t, err, cause)
	assert.ErrorIs(t, out.Err, cause)
	assert.Equal(t, 1000, out.Failed)
	t.Logf("1,000 threads ended and were gone in %v; the conformance suite asks for 200 ms", took)
}
