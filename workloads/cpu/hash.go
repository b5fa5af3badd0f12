package cpu

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// hash settles cpu-threads-scale, cpu-gil, cpu-async-poor, cpu-processes and
// native-releases: computing that touches little memory, and allocates next to
// none.
type hash struct{}

func init() { workloads.Register(hash{}) }

func (hash) About() workloads.About {
	return workloads.About{
		Name:    "hash",
		Kind:    workloads.CPU,
		Summary: "tasks compute SHA-256 over generated blocks",
		Unit:    "one SHA-256 over 16 blocks of 64 KiB, unless told; a step is one block",
		Params: []workloads.Param{
			{Name: "blocks", Default: "16", Doc: "blocks of a task: 1 to 10000", Check: workloads.Whole(1, 10_000)},
			{Name: "call", Default: "step", Doc: "step: blocks are steps of computing, which a global interpreter lock has one thread at a time do; block: one foreign call, which lets go of such a lock", Check: workloads.OneOf("step", "block")},
			{Name: "block", Default: "65536", Doc: "bytes of a block: 1 to 1048576; 65536 take 30 to 200 us", Check: workloads.Whole(1, 1<<20)},
		},
		Quick: []workloads.Case{{Tasks: 32}},
		Full: []workloads.Case{
			{Tasks: 64},
			{Tasks: 64, Params: workloads.Params{"call": "block"}},
		},
	}
}

func (hash) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }

func (hash) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	p := workloads.Params(s.Params)
	j := hashJob{blocks: p.Int("blocks"), foreign: p["call"] == "block", want: make([][sha256.Size]byte, min(tasks, inputs))}
	for k := range inputs {
		j.pool[k] = data.Bytes(p.Int("block"), data.Key(s.Seed, k))
	}
	for input := range j.want {
		h := sha256.New()
		for n := range j.blocks {
			h.Write(j.block(input, n))
		}
		h.Sum(j.want[input][:0])
	}
	work := workloads.Work{Make: func(runners.Sync) runners.Body { return j.task }}
	for i := range tasks {
		work.Sum += j.sum(j.want[i%inputs], i)
	}
	return work, nil
}

// A hashJob's inputs are sequences of blocks from a pool, which begin at
// different ones: small enough to stay in a core's cache, as a stream just
// received would be.
type hashJob struct {
	blocks  int
	foreign bool
	pool    [inputs][]byte
	want    [][sha256.Size]byte
}

func (j *hashJob) block(input, n int) []byte { return j.pool[(input+n)%inputs] }

func (j *hashJob) sum(digest [sha256.Size]byte, i int) uint64 {
	return data.Sum(binary.LittleEndian.Uint64(digest[:]), i)
}

func (j *hashJob) task(t runners.Task, i int) (uint64, error) {
	input, n, h := i%inputs, 0, sha256.New()
	step := func() bool {
		h.Write(j.block(input, n))
		n++
		return n < j.blocks
	}
	if err := j.compute(t, step); err != nil {
		return 0, err
	}
	var digest [sha256.Size]byte
	h.Sum(digest[:0])
	if digest != j.want[input] {
		return 0, errors.New("the digest is not that of the input")
	}
	return j.sum(digest, i), nil
}

func (j *hashJob) compute(t runners.Task, step func() bool) error {
	if !j.foreign {
		return t.Compute(step)
	}
	t.Block(func() {
		for step() {
		}
	})
	return nil
}
