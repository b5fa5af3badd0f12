package runnertest

import (
	"errors"
	"runtime"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var deathChecks = []check{
	{promise: "a worker that dies fails what it held and is replaced", run: workerDies},
	{promise: "many workers that die are all replaced", run: workersDie},
	{promise: "what the dying task has deferred still runs", run: deathDefers},
	{promise: "a task that dies with its children is one failure", run: familyDies},
	{promise: "a task on another's goroutine works or panics with ErrForeign", run: foreign},
}

// ownWorker says whether every task in flight has a worker of its own: then a
// death is that task's alone. A thread that holds many tasks takes them along.
func (r *rig) ownWorker(tasks int) bool { return r.offers(tasks).OwnWorker }

func workerDies(r *rig) {
	for range 3 {
		o := r.run(50, alone(func(t runners.Task, i int) error {
			if i == 7 {
				runtime.Goexit()
			}
			return t.Sleep(time.Millisecond)
		}))
		assert.ErrorIs(r, o.Err, runners.ErrDied)
		assert.Zero(r, o.Samples[7].End)
		if r.ownWorker(50) {
			failedAlone(r, o, 7)
		}
	}
	r.pass(20, alone(func(t runners.Task, _ int) error { return t.Sleep(time.Millisecond) }))
}

func workersDie(r *rig) {
	o := r.run(200, alone(func(t runners.Task, i int) error {
		if i%2 == 0 {
			runtime.Goexit()
		}
		return nil
	}))
	assert.ErrorIs(r, o.Err, runners.ErrDied)
	assert.GreaterOrEqual(r, o.Failed, 100)
	if r.ownWorker(200) {
		assert.Equal(r, 100, o.Failed)
	}
	together := r.together(50)
	o = r.pass(together, func(s runners.Sync) runners.Body {
		m := newMeeting(s, together)
		return func(t runners.Task, _ int) (uint64, error) { return 0, m.join(t) }
	})
	assert.Equal(r, together, o.InFlight(), "as many as before")
}

func deathDefers(r *rig) {
	deferred := false
	o := r.run(1, alone(func(t runners.Task, _ int) error {
		defer func() { deferred = true }()
		runtime.Goexit()
		return nil
	}))
	assert.ErrorIs(r, o.Err, runners.ErrDied)
	assert.True(r, deferred)
}

func familyDies(r *rig) {
	die := func(runners.Task) error { runtime.Goexit(); return nil }
	o := r.run(1, alone(func(t runners.Task, _ int) error {
		t.Go(die)
		t.Go(die)
		return die(t)
	}))
	assert.Equal(r, 1, o.Failed)
	assert.ErrorIs(r, o.Err, runners.ErrDied)
	r.one(func(t runners.Task) error { return t.Sleep(time.Millisecond) })
}

func foreign(r *rig) {
	address := serve(r.T, echo)
	wait := map[string]func(runners.Task) error{
		"sleep": func(t runners.Task) error { return t.Sleep(time.Millisecond) },
		"read": func(t runners.Task) error {
			c, err := t.Dial("tcp", address)
			if err != nil {
				return err
			}
			defer c.Close()
			return trip(c, []byte("hello"))
		},
	}
	for name, wait := range wait {
		var told any
		o := r.run(1, alone(func(t runners.Task, _ int) (err error) {
			t.Block(func() {
				done := make(chan struct{})
				go func() {
					defer close(done)
					defer func() { told = recover() }()
					err = wait(t)
				}()
				<-done
			})
			return err
		}))
		if told != nil {
			foreign, _ := told.(error)
			require.True(r, errors.Is(foreign, runners.ErrForeign), "%s: %v", name, told)
		}
		require.NoError(r, o.Err, name)
		r.one(func(t runners.Task) error { return t.Sleep(time.Millisecond) })
	}
}
