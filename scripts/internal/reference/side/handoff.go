package main

import (
	"fmt"

	"github.com/concbench/concbench/runners"
)

// queue and pipe are two tasks that pass a token back and forth: TRIPS.
func init() {
	two := func([]int) int { return 2 }
	works["queue"] = work{args: 1, tasks: two, do: func(r *rig) error {
		return r.pingPong(func(s runners.Sync) (there, back way) { return queueWay{s.NewQueue(1)}, queueWay{s.NewQueue(1)} })
	}}
	works["pipe"] = work{args: 1, tasks: two, do: func(r *rig) error {
		there, err := newPipe()
		if err != nil {
			return err
		}
		back, err := newPipe()
		if err != nil {
			return err
		}
		return r.pingPong(func(runners.Sync) (way, way) { return there, back })
	}}
}

// A way leads from one task to the other.
type way interface {
	send(t runners.Task, value uint64) error
	take(t runners.Task) (uint64, error)
}

type queueWay struct{ runners.Queue }

func (q queueWay) send(t runners.Task, value uint64) error { return q.Put(t, value) }

func (q queueWay) take(t runners.Task) (uint64, error) {
	v, err := q.Get(t)
	if err != nil {
		return 0, err
	}
	return v.(uint64), nil
}

func (r *rig) pingPong(ways func(runners.Sync) (there, back way)) error {
	trips := r.args[0]
	job := runners.Job{Tasks: 2, Make: func(s runners.Sync) runners.Body {
		there, back := ways(s)
		return func(t runners.Task, i int) (sum uint64, err error) {
			if i == 1 {
				return 0, echoes(t, there, back, trips)
			}
			return asks(t, there, back, trips)
		}
	}}
	want := uint64(trips) * uint64(trips+1) / 2
	r.proves(want)
	return r.measure(trips, func() error {
		o, err := r.do(job)
		if err == nil && o.Sum != want {
			err = fmt.Errorf("the answers add up to %d, not %d", o.Sum, want)
		}
		return err
	})
}

func asks(t runners.Task, there, back way, trips int) (sum uint64, err error) {
	for i := range trips {
		if err := there.send(t, uint64(i)); err != nil {
			return sum, err
		}
		v, err := back.take(t)
		if err != nil {
			return sum, err
		}
		sum += v
	}
	return sum, nil
}

func echoes(t runners.Task, there, back way, trips int) error {
	for range trips {
		v, err := there.take(t)
		if err != nil {
			return err
		}
		if err := back.send(t, v+1); err != nil {
			return err
		}
	}
	return nil
}
