package runnertest

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
)

var childChecks = []check{
	{promise: "Wait returns when all children have ended", run: waitForAll},
	{promise: "Wait returns the error of the child that was started first", run: firstChildError},
	{promise: "Wait returns an error once", run: errorOnce},
	{promise: "children end before their parent is held to have returned", run: impliedWait},
	{promise: "a parent's own error goes before its children's", run: parentFirst},
	{promise: "children have children", run: grandchildren},
	{promise: "a child's panic is its error", run: childPanics},
	{promise: "a child's death is ErrDied", run: childDies},
	{promise: "the children beside one that dies end all the same", run: childrenBesideADeath},
	{promise: "children live beside their parent", needs: runners.Needs{Children: true}, run: besideParent},
}

func waitForAll(r *rig) {
	const children = 10
	r.pass(5, alone(func(t runners.Task, _ int) error {
		var ended atomic.Int32
		for range 2 { // Wait can be used again
			ended.Store(0)
			for range children {
				t.Go(func(t runners.Task) error {
					defer ended.Add(1)
					return t.Sleep(100 * time.Microsecond)
				})
			}
			if err := t.Wait(); err != nil {
				return err
			}
			if n := ended.Load(); n != children {
				return fmt.Errorf("%d of %d children ended", n, children)
			}
		}
		return t.Wait() // for none
	}))
}

func firstChildError(r *rig) {
	first, second := errors.New("first"), errors.New("second")
	r.one(func(t runners.Task) error {
		last := false
		t.Go(func(runners.Task) error { return nil })
		t.Go(func(t runners.Task) error { return errors.Join(t.Sleep(5*time.Millisecond), first) })
		t.Go(func(runners.Task) error { return second })
		t.Go(func(runners.Task) error { last = true; return nil })
		err := t.Wait()
		if !errors.Is(err, first) || errors.Is(err, second) {
			return fmt.Errorf("wait returned %v", err)
		}
		if !last {
			return errors.New("a child failed, and the next did not run")
		}
		return nil
	})
}

func errorOnce(r *rig) {
	r.one(func(t runners.Task) error {
		t.Go(func(runners.Task) error { return errors.New("wrong") })
		if t.Wait() == nil {
			return errors.New("the child's error is lost")
		}
		return t.Wait() // a parent that has dealt with it has not failed
	})
}

func impliedWait(r *rig) {
	var ended atomic.Int32
	wrong := errors.New("wrong")
	o := r.run(3, alone(func(t runners.Task, i int) error {
		t.Go(func(t runners.Task) error {
			defer ended.Add(1)
			if err := t.Sleep(2 * time.Millisecond); err != nil || i != 1 {
				return err
			}
			return wrong
		})
		return nil
	}))
	assert.EqualValues(r, 3, ended.Load())
	failedAlone(r, o, 1)
	assert.ErrorIs(r, o.Err, wrong)
	for i, s := range o.Samples {
		if i != 1 {
			assert.GreaterOrEqual(r, s.End-s.Start, 2*time.Millisecond)
		}
	}
}

func parentFirst(r *rig) {
	ended := false
	o := r.run(1, alone(func(t runners.Task, _ int) error {
		t.Go(func(t runners.Task) error {
			defer func() { ended = true }()
			return errors.Join(t.Sleep(2*time.Millisecond), errors.New("the child's"))
		})
		return errors.New("the parent's")
	}))
	assert.True(r, ended)
	assert.EqualError(r, o.Err, "task 0: the parent's")
}

func grandchildren(r *rig) {
	var leaves atomic.Int32
	var grow func(t runners.Task, depth int) error
	grow = func(t runners.Task, depth int) error {
		if depth == 0 {
			leaves.Add(1)
			return t.Sleep(100 * time.Microsecond)
		}
		for range 3 {
			t.Go(func(t runners.Task) error { return grow(t, depth-1) })
		}
		if depth == 2 {
			return nil // and leaves its children to the implied Wait
		}
		return t.Wait()
	}
	r.pass(2, alone(func(t runners.Task, _ int) error { return grow(t, 3) }))
	assert.EqualValues(r, 2*3*3*3, leaves.Load())
}

func childPanics(r *rig) {
	r.one(func(t runners.Task) error {
		others := 0
		t.Go(func(runners.Task) error { panic("wrong") })
		t.Go(func(runners.Task) error { others++; return nil })
		var p *runners.PanicError
		if err := t.Wait(); !errors.As(err, &p) || p.Value != "wrong" || others != 1 {
			return fmt.Errorf("wait returned %v; %d other children ran", err, others)
		}
		return nil
	})
	var grandchild atomic.Bool
	o := r.run(1, alone(func(t runners.Task, _ int) error {
		t.Go(func(t runners.Task) error {
			t.Go(func(t runners.Task) error {
				defer grandchild.Store(true)
				return t.Sleep(2 * time.Millisecond)
			})
			panic("wrong")
		})
		return nil
	}))
	var p *runners.PanicError
	assert.ErrorAs(r, o.Err, &p)
	assert.True(r, grandchild.Load(), "it is waited for also when its parent panics")
}

func childDies(r *rig) {
	o := r.run(1, alone(func(t runners.Task, _ int) error {
		t.Go(func(runners.Task) error { runtime.Goexit(); return nil })
		return t.Wait()
	}))
	require.Equal(r, 1, o.Failed)
	assert.ErrorIs(r, o.Err, runners.ErrDied)
	r.one(func(t runners.Task) error { return t.Sleep(time.Millisecond) })
}

func besideParent(r *rig) {
	r.pass(3, func(s runners.Sync) runners.Body {
		return func(t runners.Task, _ int) (uint64, error) {
			asked, told := s.NewQueue(1), s.NewQueue(1)
			t.Go(func(t runners.Task) error {
				for {
					v, err := asked.Get(t)
					if err != nil || v == nil {
						return err
					}
					if err := told.Put(t, v.(int)+1); err != nil {
						return err
					}
				}
			})
			for i := range 10 {
				if err := asked.Put(t, i); err != nil {
					return 0, err
				}
				if v, err := told.Get(t); err != nil || v != i+1 {
					return 0, fmt.Errorf("got %v, %w", v, err)
				}
			}
			return 0, asked.Put(t, nil)
		}
	})
}

func childrenBesideADeath(r *rig) {
	var ended atomic.Int32
	r.run(1, alone(func(t runners.Task, _ int) error {
		t.Go(func(runners.Task) error { ended.Add(1); return nil })
		t.Go(func(runners.Task) error { runtime.Goexit(); return nil })
		t.Go(func(runners.Task) error { ended.Add(1); return nil })
		return nil
	}))
	assert.EqualValues(r, 2, ended.Load())
}
