// Package mixed holds the workloads that wait and compute.
package mixed

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// mix settles hybrid-best and preempt, and where io-async-wins turns: every
// share of computing and waiting there is.
type mix struct{}

func init() { workloads.Register(mix{}) }

var _ workloads.Server = mix{}

const (
	maxWait = time.Minute
	block   = 8 << 10 // of a step
)

func (mix) About() workloads.About {
	mixed := func(cpu, wait string) workloads.Params {
		return workloads.Params{"cpu": cpu, "wait": wait, "turns": "2"}
	}
	return workloads.About{
		Name:    "mix",
		Kind:    workloads.Mixed,
		Summary: "tasks wait for a server and compute, in turn",
		Unit:    "5 times, unless told: a request over the task's one connection that the origin answers after the set wait, then SHA-256 over the set number of blocks of 8 KiB; a step is four blocks",
		Params: []workloads.Param{
			{Name: "cpu", Default: "10", Doc: "steps of computing a turn: 0 to 100000; one takes 20 to 100 us", Check: workloads.Whole(0, 100_000)},
			{Name: "wait", Default: "1ms", Doc: "how long the origin waits before it answers: a duration from 0s, where it is not asked at all, to 1m", Check: workloads.Span(0, maxWait)},
			{Name: "turns", Default: "5", Doc: "turns of a task: 1 to 10000", Check: workloads.Whole(1, 10_000)},
		},
		Full: []workloads.Case{
			{Tasks: 50, Params: mixed("1", "2ms")},
			{Tasks: 50, Params: mixed("10", "2ms")},
		},
		Sweeps: []workloads.Sweep{{Over: "the share of computing", Cases: []workloads.Case{
			{Tasks: 50, Params: mixed("0", "2ms")},
			{Tasks: 50, Params: mixed("1", "2ms")},
			{Tasks: 50, Params: mixed("3", "2ms")},
			{Tasks: 50, Params: mixed("10", "2ms")},
			{Tasks: 50, Params: mixed("30", "2ms")},
			{Tasks: 50, Params: mixed("30", "0s")},
		}}},
	}
}

func (mix) Needs(p workloads.Params, tasks int) runners.Needs {
	wait := p.Duration("wait") * time.Duration(p.Int("turns"))
	if wait == 0 {
		return runners.Needs{}
	}
	return runners.Needs{Files: 1, Together: workloads.Together(tasks, wait)}
}

func (mix) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	j := mixJob{origin: s.Origin, seed: s.Seed, steps: p.Int("cpu"), wait: p.Duration("wait"), turns: p.Int("turns")}
	var all []byte // the blocks of two steps, in one piece
	for k := range j.blocks {
		j.blocks[k] = data.Bytes(block, data.Key(s.Seed, k))
		all = append(all, j.blocks[k]...)
	}
	h := sha256.New()
	for range j.steps / 2 {
		h.Write(all)
	}
	h.Write(all[:j.steps%2*len(all)/2])
	h.Sum(j.want[:0])
	work := workloads.Work{Make: func(runners.Sync) runners.Body { return j.task }}
	for i := range tasks {
		digest := uint64(0)
		for turn := range j.turns {
			digest = j.add(digest, answer(j.question(i, turn)))
		}
		work.Sum += data.Sum(digest, i)
	}
	return work, nil
}

type mixJob struct {
	origin       string
	seed         uint64
	steps, turns int
	wait         time.Duration
	blocks       [8][]byte
	want         [sha256.Size]byte // of each turn
}

// step names the blocks of a step.
func (j *mixJob) step(n int) [4]int {
	at := 4 * (n % 2)
	return [4]int{at, at + 1, at + 2, at + 3}
}

// question is what a task asks the origin in a turn; 0 where it does not.
func (j *mixJob) question(i, turn int) uint64 {
	if j.wait == 0 {
		return 0
	}
	return data.Key(j.seed, i, turn)
}

func (j *mixJob) add(digest, answer uint64) uint64 {
	return data.Key(digest, int(answer), int(binary.LittleEndian.Uint64(j.want[:])))
}

func (j *mixJob) task(t runners.Task, i int) (uint64, error) {
	var c net.Conn
	if j.wait > 0 {
		var err error
		if c, err = t.Dial("tcp", j.origin); err != nil {
			return 0, err
		}
		defer c.Close()
	}
	digest := uint64(0)
	for turn := range j.turns {
		got := answer(0)
		if c != nil {
			var err error
			if got, err = ask(c, j.wait, j.question(i, turn)); err != nil {
				return 0, fmt.Errorf("turn %d: %w", turn, err)
			}
		}
		if err := j.compute(t); err != nil {
			return 0, err
		}
		digest = j.add(digest, got)
	}
	return data.Sum(digest, i), nil
}

func (j *mixJob) compute(t runners.Task) error {
	if j.steps == 0 {
		return nil
	}
	h, n := sha256.New(), 0
	if err := t.Compute(func() bool {
		for _, k := range j.step(n) {
			h.Write(j.blocks[k])
		}
		n++
		return n < j.steps
	}); err != nil {
		return err
	}
	if [sha256.Size]byte(h.Sum(nil)) != j.want {
		return errors.New("the digest is not that of the blocks")
	}
	return nil
}

// A request is a time to wait in nanoseconds and a question, each of 8 bytes,
// the least first; what comes back is the answer, of 8 bytes.
const requestSize = 16

func ask(c net.Conn, wait time.Duration, question uint64) (uint64, error) {
	p := make([]byte, requestSize)
	binary.LittleEndian.PutUint64(p, uint64(wait))
	binary.LittleEndian.PutUint64(p[8:], question)
	if _, err := c.Write(p); err != nil {
		return 0, err
	}
	if _, err := io.ReadFull(c, p[:8]); err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(p), nil
}

// answer is what the origin says to a question.
func answer(question uint64) uint64 { return data.Key(question, 1) }

func (mix) Usage(address string) string {
	return "Send 16 B to " + address + " over TCP, a time in nanoseconds and any number, both of 64 bits, the least byte first:\nafter that time 8 B come back."
}

func (mix) Serve(l net.Listener) error {
	return workloads.ServeConns(l, func(c net.Conn) {
		p := make([]byte, requestSize)
		for {
			if _, err := io.ReadFull(c, p); err != nil {
				return
			}
			wait := binary.LittleEndian.Uint64(p)
			if wait > uint64(maxWait) {
				return
			}
			time.Sleep(time.Duration(wait))
			binary.LittleEndian.PutUint64(p, answer(binary.LittleEndian.Uint64(p[8:])))
			if _, err := c.Write(p[:8]); err != nil {
				return
			}
		}
	})
}
