package runnertest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var apartTaskChecks = []check{
	{promise: "every task runs exactly once, in run after run", run: apartOnce},
	{promise: "a job without tasks is done", run: func(r *rig) { assert.Zero(r, r.passFar(0, "sum").Done) }},
	{promise: "the checksums add up", run: apartSums},
	{promise: "times are those since the release", run: apartTimes},
	{promise: "as many tasks as offered are in flight together", run: apartInFlight},
	{promise: "no task waits behind a slow one", needs: runners.Needs{Together: 2}, run: apartSlow},
	{promise: "an error fails its task alone", run: apartError},
	{promise: "a panic fails its task alone", run: apartPanic},
	{promise: "of many failures the lowest task's is reported", run: apartLowest},
	{promise: "jobs follow one another, each with a Spec of its own", run: apartSpecs},
	{promise: "a job that no worker can rebuild says so", run: apartUnknown},
	{promise: "all tasks of a job run in few processes, none of them the test's", run: apartProcesses},
}

var taskBodies = map[string]making{
	"sum": each(func(_ map[string]string, _ runners.Task, i int) (uint64, error) { return golden(i), nil }),
	// mark adds its number to a file.
	"mark": doing(func(p map[string]string, _ runners.Task, i int) error {
		f, err := os.OpenFile(p["file"], os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = f.Write(binary.LittleEndian.AppendUint32(nil, uint32(i)))
		return errors.Join(err, f.Close())
	}),
	// meet waits for a server to answer.
	"meet": doing(func(p map[string]string, t runners.Task, _ int) error { return ask(t, p["at"]) }),
	// slow is slow in its first task alone.
	"slow": doing(func(p map[string]string, t runners.Task, i int) error {
		if i == 0 {
			return ask(t, p["at"])
		}
		c, err := t.Dial("tcp", p["others"])
		if err != nil {
			return err
		}
		return c.Close()
	}),
	"nap": doing(func(_ map[string]string, t runners.Task, _ int) error { return t.Sleep(5 * time.Millisecond) }),
	"err": each(func(p map[string]string, t runners.Task, i int) (uint64, error) {
		wrong := fmt.Errorf("wrong: %w", fs.ErrNotExist)
		switch {
		case strconv.Itoa(i) != p["task"]:
			return 1, nil
		case p["how"] == "panic":
			panic(wrong)
		case p["how"] == "panic with a text":
			panic("wrong")
		}
		return 1000, wrong
	}),
	"many errors": doing(func(_ map[string]string, t runners.Task, i int) error {
		switch {
		case i == 4: // and not the first to fail, where tasks run together
			return errors.Join(t.Sleep(5*time.Millisecond), errors.New("the lowest"))
		case i > 4 && i%2 == 0:
			return errors.New("another")
		}
		return nil
	}),
	"factor": each(func(p map[string]string, _ runners.Task, i int) (uint64, error) {
		n, err := strconv.Atoi(p["factor"])
		return uint64(n * i), err
	}),
	"refuse": func(map[string]string) func(runners.Sync) runners.Body {
		return func(runners.Sync) runners.Body { panic("there is no body") }
	},
	"no making": func(map[string]string) func(runners.Sync) runners.Body { return nil },
	"no body": func(map[string]string) func(runners.Sync) runners.Body {
		return func(runners.Sync) runners.Body { return nil }
	},
	"pid": each(func(map[string]string, runners.Task, int) (uint64, error) { return uint64(os.Getpid()), nil }),
}

func golden(i int) uint64 { return uint64(i+1) * 0x9e3779b97f4a7c15 } // overflows: the sum is modulo 2^64

// ask connects to a server and waits for a byte.
func ask(t runners.Task, address string) error {
	c, err := t.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	return read1(c)
}

// serveTogether starts a server that answers when so many have asked, time and
// again.
func serveTogether(r *rig, n int) (address string) {
	arrived := make(chan *net.TCPConn)
	over := make(chan struct{})
	go func() {
		var here []*net.TCPConn
		for {
			select {
			case c := <-arrived:
				if here = append(here, c); len(here) < n {
					continue
				}
				for _, c := range here {
					c.Write([]byte{1})
				}
				here = nil
			case <-over:
				return
			}
		}
	}()
	r.Cleanup(func() { close(over) })
	return serve(r.T, func(c *net.TCPConn) {
		select {
		case arrived <- c:
			read1(c) // until the other side has closed
		case <-over:
		}
	})
}

func apartOnce(r *rig) {
	for round, tasks := range []int{1, 7, 1000, 1, 10_000, 7} {
		name := filepath.Join(r.TempDir(), strconv.Itoa(round))
		require.NoError(r, os.WriteFile(name, nil, 0o600))
		assert.Equal(r, tasks, r.passFar(tasks, "mark", "file", name).Done)
		marks, err := os.ReadFile(name)
		require.NoError(r, err)
		ran := make([]int, tasks)
		for at := 0; at < len(marks); at += 4 {
			ran[binary.LittleEndian.Uint32(marks[at:])]++
		}
		for i, n := range ran {
			require.Equal(r, 1, n, "runs of task %d of %d", i, tasks)
		}
	}
}

func apartSums(r *rig) {
	for _, tasks := range []int{1, 100, 20_000} {
		o := r.passFar(tasks, "sum")
		var want uint64
		for i, s := range o.Samples {
			require.Equal(r, golden(i), s.Sum, "task %d", i)
			want += golden(i)
		}
		assert.Equal(r, want, o.Sum)
	}
}

func apartTimes(r *rig) {
	for range 3 {
		began := time.Now()
		o := r.passFar(3*r.together(3), "nap")
		took := time.Since(began)
		for i, s := range o.Samples {
			// The clocks of two processes are compared to a fraction of a
			// microsecond, or worse where a reading is interrupted.
			const off = 5 * time.Millisecond
			require.True(r, -off <= s.Start && s.End-s.Start >= 5*time.Millisecond && s.End <= took+off, "task %d: %+v in a job of %v", i, s, took)
		}
	}
}

func apartInFlight(r *rig) {
	together := r.together(60)
	at := serveTogether(r, together)
	for range 3 {
		o := r.passFar(60/together*together, "meet", "at", at)
		assert.Equal(r, together, o.InFlight())
	}
}

// The first task ends when all others have.
func apartSlow(r *rig) {
	for _, tasks := range []int{2, 20, 1000} {
		var others atomic.Int32
		done := make(chan struct{})
		at := serve(r.T, func(c *net.TCPConn) {
			select {
			case <-done:
				c.Write([]byte{1})
			case <-r.Context().Done():
			}
		})
		knock := serve(r.T, func(*net.TCPConn) {
			if int(others.Add(1)) == tasks-1 {
				close(done)
			}
		})
		r.passFar(tasks, "slow", "at", at, "others", knock)
	}
}

func apartError(r *rig) {
	o := r.runFar(20, "err", "task", "13")
	failedAlone(r, o, 13)
	assert.EqualError(r, o.Err, "task 13: wrong: file does not exist")
	assert.ErrorIs(r, o.Err, fs.ErrNotExist, "what an error wraps comes along, where both processes know it")
	assert.EqualValues(r, 19, o.Sum, "a failed task's checksum does not count")
}

func apartPanic(r *rig) {
	var p *runners.PanicError
	o := r.runFar(20, "err", "task", "13", "how", "panic")
	failedAlone(r, o, 13)
	require.ErrorAs(r, o.Err, &p)
	assert.Contains(r, string(p.Stack), "apart_tasks.go", "the stack shows where")
	assert.ErrorIs(r, o.Err, fs.ErrNotExist)
	o = r.runFar(20, "err", "task", "13", "how", "panic with a text")
	failedAlone(r, o, 13)
	require.ErrorAs(r, o.Err, &p)
	assert.Equal(r, "wrong", p.Value)
}

func apartLowest(r *rig) {
	o := r.runFar(30, "many errors")
	assert.Equal(r, 13, o.Failed)
	assert.ErrorContains(r, o.Err, "task 4: the lowest")
}

func apartSpecs(r *rig) {
	for _, factor := range []int{2, 3, 3, 2} {
		assert.EqualValues(r, factor*(0+1+2+3), r.passFar(4, "factor", "factor", strconv.Itoa(factor)).Sum)
		assert.EqualValues(r, factor*(0+1), r.passFar(2, "factor", "factor", strconv.Itoa(factor)).Sum)
	}
}

func apartUnknown(r *rig) {
	job := far(10, "none")
	for body, says := range map[string]string{
		"none": `no body "none"`, "refuse": "there is no body", "no making": "has no body", "no body": "has no body",
	} {
		job.Spec.Workload = body
		o, err := r.startJob(r.Context(), job)
		require.ErrorContains(r, err, says)
		assert.Equal(r, 10, o.Failed)
	}
	job.Spec = runners.Spec{}
	_, err := r.runner.Run(r.Context(), job)
	require.ErrorContains(r, err, "Spec")
	r.passFar(10, "sum")
}

func apartProcesses(r *rig) {
	together := r.together(1000)
	seen := map[uint64]bool{}
	for range 3 {
		for _, s := range r.passFar(1000, "pid").Samples {
			seen[s.Sum] = true
		}
	}
	assert.False(r, seen[uint64(os.Getpid())])
	assert.LessOrEqual(r, len(seen), together)
}
