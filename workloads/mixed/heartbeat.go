package mixed

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// heartbeat settles ui-responsive and preempt: how late one is who has little to
// do, beside others who have much.
type heartbeat struct{}

func init() { workloads.Register(heartbeat{}) }

var _ workloads.Measurer = heartbeat{}

const (
	beat  = time.Millisecond
	chunk = 64 << 10 // of a step
)

func (heartbeat) About() workloads.About {
	return workloads.About{
		Name:    "heartbeat",
		Kind:    workloads.Mixed,
		Summary: "one task beats each millisecond while the others compute",
		Unit:    "one SHA-256 over 400 blocks of 64 KiB, unless told, a block a step; the first task beats until all the others are done",
		Params: []workloads.Param{
			{Name: "steps", Default: "400", Doc: "steps of a task that computes: 1 to 100000; one takes 30 to 200 us", Check: workloads.Whole(1, 100_000)},
		},
		Small: workloads.Params{"steps": "20"},
		// Each computes for longer than the 10 ms after which the Go scheduler
		// takes its turn away.
		Full: []workloads.Case{{Tasks: 9}},
	}
}

func (heartbeat) Needs(_ workloads.Params, tasks int) runners.Needs {
	return runners.Needs{Together: tasks, SharedMemory: true}
}

// Measures leaves the job's time to be judged: it is that of the computing, up
// to the beat that sees its end.
func (heartbeat) Measures(workloads.Params) workloads.Measures {
	return workloads.Measures{Figures: workloads.Spread("lag", "how late a beat is", "p99")}
}

func (heartbeat) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	j := &heartbeatJob{hogs: tasks - 1, steps: workloads.Params(s.Params).Int("steps"), seed: s.Seed}
	var all []byte // the blocks, twice: each input is to be found in it in one piece
	for k := range 2 * len(j.pool) {
		k %= len(j.pool)
		j.pool[k] = data.Bytes(chunk, data.Key(s.Seed, k))
		all = append(all, j.pool[k]...)
	}
	for k := range min(j.hogs, len(j.pool)) {
		h, left := sha256.New(), j.steps*chunk
		for round := all[k*chunk:][:len(all)/2]; left > 0; left -= len(round) {
			h.Write(round[:min(left, len(round))])
		}
		h.Sum(j.want[k][:0])
	}
	work := workloads.Work{Make: j.start, Observe: j.observe, Sum: data.Sum(s.Seed, 0)}
	for hog := range j.hogs {
		work.Sum += j.sum(hog)
	}
	return work, nil
}

type heartbeatJob struct {
	hogs, steps int
	seed        uint64
	pool        [8][]byte
	want        [8][sha256.Size]byte // by where in the pool an input begins
	lags        []time.Duration      // of the op's beats
}

func (j *heartbeatJob) sum(hog int) uint64 {
	return data.Sum(binary.LittleEndian.Uint64(j.want[hog%len(j.want)][:]), hog+1)
}

func (j *heartbeatJob) start(meet runners.Sync) runners.Body {
	j.lags = j.lags[:0]
	begin := meet.NewQueue(0)
	var ended atomic.Int64
	return func(t runners.Task, i int) (uint64, error) {
		if i == 0 {
			return data.Sum(j.seed, 0), j.beat(t, begin, &ended)
		}
		defer ended.Add(1) // however it ends, or the other would beat forever
		if _, err := begin.Get(t); err != nil {
			return 0, err
		}
		if err := j.compute(t, i-1); err != nil {
			return 0, err
		}
		return j.sum(i - 1), nil
	}
}

// beat lets the others begin and beats until they have ended. Who wakes late has
// missed the beats that were due since, and each of them is late by its own
// time: to leave them out would be to ask only when there is an answer
// (coordinated omission).
func (j *heartbeatJob) beat(t runners.Task, begin runners.Queue, ended *atomic.Int64) error {
	for range j.hogs {
		if err := begin.Put(t, true); err != nil {
			return err
		}
	}
	for due := time.Now().Add(beat); ; {
		if err := t.Sleep(time.Until(due)); err != nil {
			return err
		}
		now := time.Now()
		if now.Before(due) {
			return fmt.Errorf("a beat came %v early", due.Sub(now))
		}
		for ; !due.After(now); due = due.Add(beat) {
			j.lags = append(j.lags, now.Sub(due))
		}
		if ended.Load() == int64(j.hogs) {
			return nil
		}
	}
}

func (j *heartbeatJob) compute(t runners.Task, hog int) error {
	k, n, h := hog%len(j.pool), 0, sha256.New()
	if err := t.Compute(func() bool {
		h.Write(j.pool[(k+n)%len(j.pool)])
		n++
		return n < j.steps
	}); err != nil {
		return err
	}
	if [sha256.Size]byte(h.Sum(nil)) != j.want[k] {
		return errors.New("the digest is not that of the blocks")
	}
	return nil
}

func (j *heartbeatJob) observe(_ runners.Outcome, into *workloads.Observed) error {
	if len(j.lags) == 0 {
		return errors.New("there was no beat")
	}
	for _, lag := range j.lags {
		into.Time("lag", int64(lag))
	}
	return nil
}
