package cpu

import (
	"errors"
	"image"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
)

// picture settles cpu-threads-scale, cpu-gil, cpu-async-poor and cpu-processes:
// computing that goes through memory, half a megabyte of it fresh
// for each task.
type picture struct{}

func init() { workloads.Register(picture{}) }

func (picture) About() workloads.About {
	return workloads.About{
		Name:    "image",
		Kind:    workloads.CPU,
		Summary: "tasks blur a generated picture and scale it down",
		Unit:    "one RGBA picture of 256 x 256 pixels, unless told: Gaussian blur with a deviation of 2 pixels, then a quarter of the width and height; a step is 4,096 pixels of one pass",
		Params: []workloads.Param{
			{Name: "size", Default: "256", Doc: "width and height in pixels: 16 to 2048", Check: workloads.Whole(16, 2048)},
		},
		Quick:     []workloads.Case{{Tasks: 24, Params: workloads.Params{"size": "128"}}},
		Allocates: true,
		Full: []workloads.Case{
			{Tasks: 32},
		},
	}
}

func (picture) Needs(workloads.Params, int) runners.Needs { return runners.Needs{} }

func (picture) Prepare(s runners.Spec, tasks int) (workloads.Work, error) {
	size := workloads.Params(s.Params).Int("size")
	j := imageJob{want: make([]uint32, min(tasks, inputs))}
	for input := range j.want {
		j.source = append(j.source, generate(size, data.Key(s.Seed, input)))
		j.want[input] = data.CRC(0, thumbnail(j.source[input]).Pix)
	}
	work := workloads.Work{Make: func(runners.Sync) runners.Body { return j.task }}
	for i := range tasks {
		work.Sum += data.Sum(uint64(j.want[i%inputs]), i)
	}
	return work, nil
}

type imageJob struct {
	source []*image.RGBA
	want   []uint32 // CRC of each picture's thumbnail
}

func (j *imageJob) task(t runners.Task, i int) (uint64, error) {
	r := newReduction(j.source[i%inputs])
	if err := t.Compute(r.step); err != nil {
		return 0, err
	}
	crc := data.CRC(0, r.small.Pix)
	if crc != j.want[i%inputs] {
		return 0, errors.New("the picture is not the one that belongs to the input")
	}
	return data.Sum(uint64(crc), i), nil
}

// generate makes a picture of opaque noise, which no shortcut could blur.
func generate(size int, seed uint64) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, size, size))
	data.Fill(m.Pix, seed, 0)
	for a := 3; a < len(m.Pix); a += 4 {
		m.Pix[a] = 255
	}
	return m
}
