package runnertest

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var killable = runners.Needs{Killable: true}

var apartDeathChecks = []check{
	{promise: "a task that ends its goroutine fails alone", run: func(r *rig) { apartDies(r, "goexit") }},
	{promise: "a child that ends its goroutine is ErrDied", run: func(r *rig) { apartDies(r, "a child's goexit") }},
	{promise: "a task that ends its process fails alone", needs: killable, run: apartExits},
	{promise: "a worker that is killed fails the task it held", needs: killable, run: func(r *rig) { apartDies(r, "kill") }},
	{promise: "a panic that no task can recover ends its worker, and says why", needs: killable, run: apartLastWords},
	{promise: "many workers that die are all replaced", needs: killable, run: apartMany},
	{promise: "a worker killed while it has nothing to do is replaced", needs: killable, run: apartIdle},
	{promise: "workers that die before they can do anything end the job", needs: killable, run: apartNeverUp},
}

var deathBodies = map[string]making{
	// die dies in the task that is told, or in every one whose number can be
	// divided by another.
	"die": each(func(p map[string]string, t runners.Task, i int) (uint64, error) {
		every, _ := strconv.Atoi(p["every"])
		if strconv.Itoa(i) != p["task"] && (every == 0 || i%every != 0) {
			return uint64(i), nil
		}
		return 0, die(t, p["how"])
	}),
	"stillborn": func(map[string]string) func(runners.Sync) runners.Body { os.Exit(3); return nil },
}

func die(t runners.Task, how string) error {
	switch how {
	case "goexit":
		runtime.Goexit()
	case "a child's goexit":
		t.Go(func(runners.Task) error { runtime.Goexit(); return nil })
		return t.Wait()
	case "exit":
		fmt.Fprintln(os.Stderr, "farewell")
		os.Exit(0)
	case "kill":
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		return errors.Join(err, t.Sleep(time.Hour))
	case "panic":
		go panic("nobody recovers this")
		return t.Sleep(time.Hour)
	}
	return fmt.Errorf("no death by %s", how)
}

func apartDies(r *rig, how string) {
	for range 2 {
		o := r.runFar(20, "die", "task", "7", "how", how)
		failedAlone(r, o, 7)
		assert.ErrorIs(r, o.Err, runners.ErrDied)
		assert.EqualValues(r, 19*20/2-7, o.Sum, "what the worker had done before is not lost")
	}
	r.passFar(20, "sum")
}

func apartExits(r *rig) {
	apartDies(r, "exit")
	o := r.runFar(20, "die", "task", "7", "how", "exit")
	assert.ErrorContains(r, o.Err, "exit status 0")
	assert.ErrorContains(r, o.Err, "farewell", "its last words")
}

func apartLastWords(r *rig) {
	o := r.runFar(20, "die", "task", "7", "how", "panic")
	failedAlone(r, o, 7)
	assert.ErrorIs(r, o.Err, runners.ErrDied)
	assert.ErrorContains(r, o.Err, "nobody recovers this")
}

func apartMany(r *rig) {
	o := r.runFar(20, "die", "every", "2", "how", "kill")
	assert.Equal(r, 10, o.Failed)
	assert.ErrorIs(r, o.Err, runners.ErrDied)
	together := r.together(60)
	o = r.passFar(together, "meet", "at", serveTogether(r, together))
	assert.Equal(r, together, o.InFlight(), "as many as before")
}

func apartIdle(r *rig) {
	parent, ok := r.runner.(runners.Parent)
	require.True(r, ok, "a killable worker has a process")
	r.passFar(20, "sum")
	pids := parent.PIDs()
	require.Len(r, pids, r.together(1000))
	for _, pid := range pids {
		p, err := os.FindProcess(pid)
		require.NoError(r, err)
		require.NoError(r, p.Kill())
	}
	together := r.together(60)
	at := serveTogether(r, together)
	r.passFar(together, "meet", "at", at)
	for _, pid := range parent.PIDs() {
		assert.NotContains(r, pids, pid)
	}
	_, err := parent.Usage()
	assert.NoError(r, err)
}

func apartNeverUp(r *rig) {
	o, err := r.startJob(r.Context(), far(20, "stillborn"))
	assert.ErrorContains(r, err, "exit status 3")
	assert.Equal(r, 20, o.Failed)
	r.passFar(20, "sum")
}
