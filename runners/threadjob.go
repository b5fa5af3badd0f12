package runners

import (
	"context"
	"sync/atomic"

	"github.com/concbench/concbench/runners/internal/futex"
	"github.com/concbench/concbench/runners/internal/kthread"
)

// A threadJob is what the tasks of one Run on kernel threads share.
type threadJob struct {
	ctx    context.Context
	group  *kthread.Group
	inline bool // children run on their parent's thread, when it waits

	thread func(f func()) *kthread.Thread // makes a thread that runs f

	alive, peak atomic.Int32 // threads that start has made
}

func newThreadJob(ctx context.Context, inline bool) *threadJob {
	return &threadJob{ctx: ctx, group: kthread.NewGroup(ctx), inline: inline, thread: kthread.Start}
}

// end lets go of what the job took. All tasks have ended.
func (j *threadJob) end() { j.group.Close() }

// start starts a thread and counts it.
func (j *threadJob) start(f func()) *kthread.Thread {
	alive := j.alive.Add(1)
	for peak := j.peak.Load(); alive > peak && !j.peak.CompareAndSwap(peak, alive); {
		peak = j.peak.Load()
	}
	return j.thread(func() {
		defer j.alive.Add(-1)
		f()
	})
}

// NewQueue makes a queue over futexes.
func (j *threadJob) NewQueue(capacity int) Queue {
	q := futex.NewQueue(capacity)
	j.group.Add(q)
	return threadQueue{q, j.group}
}

// NewMutex makes a mutex over a futex.
func (j *threadJob) NewMutex() Mutex {
	m := &threadMutex{group: j.group}
	j.group.Add(&m.Mutex)
	return m
}

// A threadQueue is a queue that ends with the job.
type threadQueue struct {
	queue interface {
		Put(v any) bool
		Get() (any, bool)
	}
	group *kthread.Group
}

// The group's end reaches its members one by one: who has seen it first asks
// the group.
func (q threadQueue) Put(_ Task, v any) error {
	if err := q.group.Err(); err != nil {
		return err
	}
	if !q.queue.Put(v) {
		return q.group.Err()
	}
	return nil
}

func (q threadQueue) Get(Task) (any, error) {
	if err := q.group.Err(); err != nil {
		return nil, err
	}
	v, ok := q.queue.Get()
	if !ok {
		return nil, q.group.Err()
	}
	return v, nil
}

type threadMutex struct {
	futex.Mutex
	group *kthread.Group
}

func (m *threadMutex) Lock(Task) error {
	if err := m.group.Err(); err != nil {
		return err
	}
	if !m.Mutex.Lock() {
		return m.group.Err()
	}
	return nil
}

// threadProcs is the GOMAXPROCS under which locked goroutines behave as kernel
// threads do, where so many of them run.
//
// A thread that returns from a system call must win a P back before it may go
// on. Where there are fewer Ps than threads it queues for one in the Go
// scheduler, behind threads that compute until they are preempted; only with a
// P a thread is it the kernel that decides who runs, as it is for pthreads. Half
// as many again are for the threads that the scheduler itself wakes to look for
// work, up to half of the busy Ps, and whenever it preempts a locked goroutine:
// while one of them, holding the last P, waits for a core, a thread that returns
// finds none. And a P a core is for the rest of the program.
//
// Measured on two cores, a thread that ticks each ms beside 100 that compute,
// p99 of how late it is, median of 21 rounds: 8.4 ms with threads + cores = 103
// Ps, 4.6 ms with 153, 4.2 ms in C (concbench calibrate --only tick).
//
// Ps cost: a collection of an empty heap took 0.4 ms with 2 Ps, 12 with 103, 13
// with 154, 25 with 1,024. Hence none for threads beyond the 128th.
func threadProcs(cores, threads int) int {
	n := min(threads, 128)
	return n + n/2 + cores
}
